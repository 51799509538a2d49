/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.coordination.driver.file;

import io.coordination.spi.TokenDurability;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What differs between stores in files.
 *
 * @param busyTimeout how long another process may sit on a lock that is meant for microseconds
 * @param retireAfter for how long a file that has nothing to tell is kept
 * @param boot tells this boot of the machine from others
 * @param start the floor of a new namespace
 * @param tokens what the tokens' order survives
 */
record Settings(Duration busyTimeout, Duration retireAfter, long boot, LongSupplier start, TokenDurability tokens) {}

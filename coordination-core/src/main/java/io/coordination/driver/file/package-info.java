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
/**
 * The store in a directory of this host: {@code file:///absolute/directory}. Every key is a small file that is changed under a
 * lock of the kernel, every session is a file that it holds locked for as long as it lives, and sessions wake one another
 * through Unix domain sockets.
 */
@NullMarked
package io.coordination.driver.file;

import org.jspecify.annotations.NullMarked;

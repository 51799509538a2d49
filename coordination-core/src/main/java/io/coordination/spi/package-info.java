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
 * The driver seam: what a store has to do so that locks, elections, groups and partitioning work on it.
 *
 * <p>One call is one decision and, uncontended, one round trip. The recipes above the seam are written once; a driver only
 * says how its store takes a place in line, joins a group and tells that something changed. Every method is answered by
 * every driver: what a store can not promise is a {@link io.coordination.spi.Characteristic} it does not declare.
 *
 * <p>The words that both sides of the seam speak ({@link io.coordination.spi.Mode}, {@link io.coordination.spi.SessionState},
 * {@link io.coordination.spi.Characteristic}, {@link io.coordination.spi.TokenDurability}) live here too, because a driver
 * sees nothing above this package.
 */
@NullMarked
package io.coordination.spi;

import org.jspecify.annotations.NullMarked;

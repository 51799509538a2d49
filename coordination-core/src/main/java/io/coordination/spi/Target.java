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
package io.coordination.spi;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What to open a session on, and for whom.
 *
 * @param url where the store is
 * @param memberId the id of the member; unique among the live members of the namespace
 * @param namespace keeps applications apart in a shared store; empty means the driver's default
 * @param lease how long the store shall keep what a silent session holds
 * @param tls the TLS configuration to connect with, null for the scheme's default
 */
public record Target(
        StoreUrl url,
        String memberId,
        String namespace,
        Duration lease,
        @Nullable SSLContext tls) {}

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
package io.coordination.driver.redis;

import io.coordination.spi.CurrentTls;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Hands a finished {@link SSLContext} to a library that insists on making its own from a security provider. */
final class GivenTls extends Provider {

    private static final long serialVersionUID = 1L;

    GivenTls(SSLContext context) {
        super("io.coordination.tls", "1", "an SSLContext that is there already");
        putService(new Service(this, "SSLContext", "TLS", CurrentTls.class.getName(), List.of(), Map.of()) {
            @Override
            public Object newInstance(Object parameter) {
                return new CurrentTls(() -> context);
            }
        });
    }
}

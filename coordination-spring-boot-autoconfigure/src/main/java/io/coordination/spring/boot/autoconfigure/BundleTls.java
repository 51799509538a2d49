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
package io.coordination.spring.boot.autoconfigure;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;

/** The latest state of an SSL bundle that can be used. */
final class BundleTls implements Supplier<SSLContext> {

    private static final Logger LOG = LoggerFactory.getLogger(BundleTls.class);

    private volatile SSLContext latest;

    BundleTls(SslBundle bundle) {
        latest = bundle.createSslContext();
    }

    /** One that can not be used is told, and changes nothing. */
    void update(SslBundle bundle) {
        try {
            latest = bundle.createSslContext();
        } catch (RuntimeException unusable) {
            LOG.warn("The SSL bundle was updated to what can not be used; the state before goes on to count", unusable);
        }
    }

    @Override
    public SSLContext get() {
        return latest;
    }
}

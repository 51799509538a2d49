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

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** What the properties say of the connection, and in their place the service connection that they mean. */
record PropertiesCoordinationConnectionDetails(
        CoordinationProperties properties,
        @Nullable SslBundles bundles,
        @Nullable StoreConnectionDetails service) implements CoordinationConnectionDetails {

    static final String DEFAULT_URL = "ipc://";

    boolean isDefault() {
        return properties.getUrl() == null && service == null;
    }

    @Override
    public String getUrl() {
        var url = properties.getUrl();
        if (service != null) {
            return ServiceConnections.merged(service.getUrl(), url);
        }
        return url == null ? DEFAULT_URL : url;
    }

    @Override
    public @Nullable String getUsername() {
        return service == null ? properties.getUsername() : service.getUsername();
    }

    @Override
    public @Nullable String getPassword() {
        return service == null ? properties.getPassword() : service.getPassword();
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
        if (service != null) {
            return service.getSslBundle();
        }
        var ssl = properties.getSsl();
        if (!ssl.isEnabled()) {
            return null;
        }
        var name = ssl.getBundle();
        if (name == null) {
            return SslBundle.systemDefault();
        }
        if (bundles == null) {
            throw new IllegalStateException("SSL bundle '" + name + "' is wanted, but there are no SSL bundles");
        }
        return bundles.getBundle(name);
    }

    @Override
    public void onSslBundleUpdate(Consumer<SslBundle> handler) {
        var ssl = properties.getSsl();
        if (service == null && ssl.isEnabled() && ssl.getBundle() != null && bundles != null) {
            bundles.addBundleUpdateHandler(ssl.getBundle(), handler);
        }
    }

    /** {@return nothing that may be secret} */
    @Override
    public String toString() {
        return "CoordinationConnectionDetails of coordination.*";
    }
}

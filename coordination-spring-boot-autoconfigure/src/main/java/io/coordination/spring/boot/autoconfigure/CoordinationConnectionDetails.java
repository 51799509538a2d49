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
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/** Where the store is, and how to log in to it. A bean of this type replaces the properties that say so. */
public interface CoordinationConnectionDetails extends ConnectionDetails {

    /**
     * The store.
     *
     * @return its URL
     */
    String getUrl();

    /**
     * The user.
     *
     * @return the user, null for none or one in the URL
     */
    default @Nullable String getUsername() {
        return null;
    }

    /**
     * The password.
     *
     * @return the password, null for none or one in the URL
     */
    default @Nullable String getPassword() {
        return null;
    }

    /**
     * TLS of the connection.
     *
     * @return the SSL bundle, null for what the URL's scheme says
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }

    /**
     * Tells of later states of the SSL bundle, with which connections are made from then on. By default the bundle never
     * changes.
     *
     * @param handler is called with each later state
     */
    default void onSslBundleUpdate(Consumer<SslBundle> handler) {}
}

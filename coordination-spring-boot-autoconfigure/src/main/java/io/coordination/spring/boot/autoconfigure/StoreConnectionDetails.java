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

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where a store runs, as a service connection tells. It takes the place of {@code coordination.url} where that names no store or
 * one of the same kind: the URL says which kind of store, and with which options, the service connection where it is. So a
 * database or cache that runs beside the application for another purpose does not become its store.
 */
public interface StoreConnectionDetails extends ConnectionDetails {

    /**
     * The kind of store. Asked for before the service has started.
     *
     * @return the scheme of {@link #getUrl}
     */
    String getScheme();

    /**
     * The store.
     *
     * @return its URL without options
     */
    String getUrl();

    /**
     * The user.
     *
     * @return the user, null for none
     */
    @Nullable
    String getUsername();

    /**
     * The password.
     *
     * @return the password, null for none
     */
    @Nullable
    String getPassword();

    /**
     * TLS of the connection.
     *
     * @return the SSL bundle, null for none
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}

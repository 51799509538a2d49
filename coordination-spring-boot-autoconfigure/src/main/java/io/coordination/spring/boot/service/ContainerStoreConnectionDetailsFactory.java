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
package io.coordination.spring.boot.service;

import io.coordination.spring.boot.autoconfigure.CoordinationConnectionDetails;
import io.coordination.spring.boot.autoconfigure.StoreConnectionDetails;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.util.ClassUtils;
import org.testcontainers.containers.Container;

/** Stores in containers with {@code @ServiceConnection}, known by their type, or by the name of the connection or image. */
final class ContainerStoreConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, StoreConnectionDetails> {

    ContainerStoreConnectionDetailsFactory() {}

    /** Who wants this and no other connection of a container writes the type that applications know. */
    @Override
    protected boolean sourceAccepts(
            ContainerConnectionSource<Container<?>> source, Class<?> container, Class<?> details) {
        return image(source) != null;
    }

    @Override
    protected @Nullable StoreConnectionDetails getContainerConnectionDetails(
            ContainerConnectionSource<Container<?>> source) {
        var image = image(source);
        return image == null ? null : new Details(source, image);
    }

    private static @Nullable StoreImage image(ContainerConnectionSource<Container<?>> source) {
        return Arrays.stream(StoreImage.values())
                .filter(image -> ClassUtils.isPresent(image.client(), null) && isOf(source, image))
                .findFirst()
                .orElse(null);
    }

    private static boolean isOf(ContainerConnectionSource<Container<?>> source, StoreImage image) {
        return image.images().stream().anyMatch(name -> accepts(source, name, Container.class))
                || image.containers().stream()
                        .filter(type -> ClassUtils.isPresent(type, null))
                        .anyMatch(
                                type -> accepts(source, ANY_CONNECTION_NAME, ClassUtils.resolveClassName(type, null)));
    }

    private static boolean accepts(ContainerConnectionSource<?> source, @Nullable String name, Class<?> container) {
        return source.accepts(name, container, CoordinationConnectionDetails.class)
                || source.accepts(name, container, StoreConnectionDetails.class);
    }

    private static final class Details extends ContainerConnectionDetails<Container<?>>
            implements StoreConnectionDetails {

        private final StoreImage image;

        Details(ContainerConnectionSource<Container<?>> source, StoreImage image) {
            super(source);
            this.image = image;
        }

        @Override
        public String getScheme() {
            return image.scheme();
        }

        @Override
        public String getUrl() {
            var container = getContainer();
            return image.url(
                    container.getHost(),
                    container.getMappedPort(image.port()),
                    container.getEnvMap(),
                    getSslBundle() != null);
        }

        @Override
        public @Nullable String getUsername() {
            return image.username(getContainer().getEnvMap());
        }

        @Override
        public @Nullable String getPassword() {
            return image.password(getContainer().getEnvMap());
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return super.getSslBundle();
        }
    }
}

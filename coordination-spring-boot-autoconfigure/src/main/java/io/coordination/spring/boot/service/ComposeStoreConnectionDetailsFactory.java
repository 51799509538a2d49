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

import io.coordination.spring.boot.autoconfigure.StoreConnectionDetails;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.ClassUtils;

/** Stores among the services of a compose file, known by their image, or by the label that says what it stands for. */
final class ComposeStoreConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<StoreConnectionDetails> {

    private static final String LABEL = "org.springframework.boot.service-connection";

    ComposeStoreConnectionDetailsFactory() {
        super(source -> image(source.getRunningService()) != null);
    }

    @Override
    protected @Nullable StoreConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        var service = source.getRunningService();
        var image = image(service);
        return image == null ? null : new Details(service, image);
    }

    private static @Nullable StoreImage image(RunningService service) {
        var label = service.labels().get(LABEL);
        var actual = label == null ? service.image().getName() : canonical(label);
        return Arrays.stream(StoreImage.values())
                .filter(image -> ClassUtils.isPresent(image.client(), null)
                        && image.images().stream()
                                .anyMatch(name -> canonical(name).equals(actual)))
                .findFirst()
                .orElse(null);
    }

    private static String canonical(String name) {
        return ImageReference.of(name).getName();
    }

    private static final class Details extends DockerComposeConnectionDetails implements StoreConnectionDetails {

        private final RunningService service;
        private final StoreImage image;

        Details(RunningService service, StoreImage image) {
            super(service);
            this.service = service;
            this.image = image;
        }

        @Override
        public String getScheme() {
            return image.scheme();
        }

        @Override
        public String getUrl() {
            return image.url(service.host(), service.ports().get(image.port()), service.env(), getSslBundle() != null);
        }

        @Override
        public @Nullable String getUsername() {
            return image.username(service.env());
        }

        @Override
        public @Nullable String getPassword() {
            return image.password(service.env());
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return getSslBundle(service);
        }
    }
}

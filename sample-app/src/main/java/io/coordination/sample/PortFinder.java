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
package io.coordination.sample;

import java.io.IOException;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Takes the first free port from 8080 on where {@code server.port} does not say which, so that the second instance starts
 * with the same command as the first. Keeps the port taken until the web server wants it: instances start at the same time.
 */
@Component
final class PortFinder implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, SmartLifecycle {

    private static final int FIRST = 8080;
    private static final int LAST = 8179;

    private final boolean needed;
    private @Nullable ServerSocket taken;

    PortFinder(Environment environment) {
        this.needed = !environment.containsProperty("server.port");
    }

    @Override
    public void customize(ConfigurableWebServerFactory factory) {
        if (needed) {
            taken = take();
            factory.setPort(taken.getLocalPort());
        }
    }

    private static ServerSocket take() {
        for (var port = FIRST; port <= LAST; port++) {
            try {
                return new ServerSocket(port);
            } catch (IOException inUse) {
                // The next one may be free.
            }
        }
        throw new IllegalStateException(
                "No port from " + FIRST + " to " + LAST + " is free; choose one with --server.port=");
    }

    /** Just before the web server. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }

    @Override
    public void start() {
        try {
            if (taken != null) {
                taken.close();
            }
        } catch (IOException failure) {
            throw new IllegalStateException("Could not free the port for the web server", failure);
        }
    }

    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
        return false;
    }
}

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.mock.env.MockEnvironment;

class PortFinderTests {

    private final PortFinder first = new PortFinder(new MockEnvironment());
    private final PortFinder second = new PortFinder(new MockEnvironment());

    @Test
    void instancesThatStartAtTheSameTimeTakeDifferentPorts() {
        try {
            assertThat(portOf(first)).isBetween(8080, 8179).isLessThan(portOf(second));
        } finally {
            first.start();
            second.start();
        }
    }

    @Test
    void thePortIsFreeWhenTheWebServerStarts() {
        var port = portOf(first);

        first.start();

        assertThatCode(() -> new ServerSocket(port).close()).doesNotThrowAnyException();
    }

    @Test
    void aPortThatWasChosenIsLeftAlone() {
        var factory = mock(ConfigurableWebServerFactory.class);

        new PortFinder(new MockEnvironment().withProperty("server.port", "9999")).customize(factory);

        verify(factory, never()).setPort(anyInt());
    }

    private static int portOf(PortFinder finder) {
        var factory = mock(ConfigurableWebServerFactory.class);
        finder.customize(factory);
        var port = ArgumentCaptor.forClass(Integer.class);
        verify(factory).setPort(port.capture());
        return port.getValue();
    }
}

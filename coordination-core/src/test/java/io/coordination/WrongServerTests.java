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
package io.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A URL that leads to something that is no store. */
class WrongServerTests {

    private ServerSocket server;
    private volatile byte[] says = {};

    static Stream<Arguments> urlsAndAnswers() {
        var noise = new byte[100];
        new Random(1).nextBytes(noise);
        return Stream.of(
                        "memcached://127.0.0.1:%d",
                        "redis://user:s3cret@127.0.0.1:%d",
                        "postgresql://user:s3cret@127.0.0.1:%d/app?ssl=false",
                        "mariadb://user:s3cret@127.0.0.1:%d/app?ssl=false",
                        "zookeeper://user:s3cret@127.0.0.1:%d")
                .flatMap(url -> Stream.of(
                        Arguments.of(url, "nothing", new byte[0]),
                        Arguments.of(
                                url,
                                "a page",
                                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII)),
                        Arguments.of(url, "noise", noise)));
    }

    @BeforeEach
    void serve() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (var connection = server.accept()) {
                    connection.setSoTimeout(100);
                    connection.getInputStream().read(new byte[100]);
                    connection.getOutputStream().write(says);
                } catch (IOException goesOn) {
                    // With the next one.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("urlsAndAnswers")
    void isRefusedInTimeAndByItsAddress(String url, String what, byte[] answer) {
        says = answer;
        var start = System.nanoTime();
        assertThatThrownBy(() -> Coordinator.builder()
                        .url(url.formatted(server.getLocalPort()))
                        .sessionTimeout(Duration.ofSeconds(3))
                        .open()
                        .close())
                .isInstanceOf(CoordinationException.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageNotContaining("s3cret")
                .satisfies(failure -> assertThat(failure.getMessage()).matches("[^\\p{Cntrl}\\x80-\\x9f]+"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }
}

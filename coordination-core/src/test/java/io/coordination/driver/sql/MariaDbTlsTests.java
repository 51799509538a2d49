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
package io.coordination.driver.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.contract.Identity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to MariaDB. */
@Tag("slow")
class MariaDbTlsTests {

    @Test
    void tlsIsTheCallersOwnAndTheServersNameIsChecked(@TempDir Path directory) throws Exception {
        var identity = Identity.make(directory, "server");
        var pem = identity.pem().toString();
        try (var server = MariaDbServer.open("ssl-cert=" + pem, "ssl-key=" + pem, "ssl-ca=" + pem)) {
            server.execute(List.of("ALTER USER app@'127.0.0.1' REQUIRE SSL"));
            var tls = identity.trusting(identity);
            try (var member = Coordinator.builder().url(server.url()).tls(tls).open()) {
                assertThat(member.lock("x").tryAcquire().orElseThrow().isValid())
                        .isTrue();
            }
            assertThatExceptionOfType(CoordinationException.class)
                    .as("a name that the certificate does not have")
                    .isThrownBy(() -> Coordinator.builder()
                            .url(server.url().replace("127.0.0.1", "localhost"))
                            .tls(tls)
                            .open());
            assertThatExceptionOfType(CoordinationException.class)
                    .as("a certificate that nobody trusts")
                    .isThrownBy(() -> Coordinator.builder()
                            .url(server.url() + "?ssl=true")
                            .open());
        }
    }
}

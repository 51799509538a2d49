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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to PostgreSQL. */
class PostgreSqlTlsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void findsAConfigurationByTheNameItKeeps() throws Exception {
        var context = context();
        var name = PostgreSqlTls.keep(context);
        assertThat(PostgreSqlTls.keep(context)).isEqualTo(name);
        assertThat(PostgreSqlTls.keep(context())).isNotEqualTo(name);
        assertThat(new PostgreSqlTls(name).getDefaultCipherSuites())
                .isEqualTo(context.getSocketFactory().getDefaultCipherSuites());
    }

    @Test
    void forgetsAConfigurationThatNobodyUsesAnyMore() throws Exception {
        var name = PostgreSqlTls.keep(context());
        var start = System.nanoTime();
        while (isKnown(name)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            System.gc();
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    @Tag("slow")
    void tlsIsTheCallersOwnAndTheServersNameIsChecked(@TempDir Path directory) throws Exception {
        var identity = Identity.make(directory, "server");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(identity.pem(), PosixFilePermissions.fromString("rw-------"));
        if (DatabaseServer.isRoot()) {
            var names = directory.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(identity.pem(), names.lookupPrincipalByName("nobody"));
        }
        var pem = identity.pem();
        try (var server = PostgreSqlServer.open("ssl=on", "ssl_cert_file=" + pem, "ssl_key_file=" + pem)) {
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

    private static boolean isKnown(String name) {
        try {
            return new PostgreSqlTls(name).getSupportedCipherSuites().length > 0;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private static SSLContext context() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        return context;
    }
}

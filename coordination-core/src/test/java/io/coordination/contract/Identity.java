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
package io.coordination.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key, and a certificate that it has signed itself, in files.
 *
 * @param keys both, in PKCS12
 * @param trust the certificate to trust, in PKCS12
 * @param pem the certificate and then the key, in PEM
 */
public record Identity(Path keys, Path trust, Path pem) {

    /** Of the key store and the trust store. */
    public static final String PASSWORD = "changeit";

    private static final String TYPE = "PKCS12";

    /** Makes one for {@code 127.0.0.1}; of the same name it takes the place of the one before, in the same files. */
    public static Identity make(Path directory, String name) throws Exception {
        return make(directory, name, "ip:127.0.0.1");
    }

    /** Makes one for hosts, as keytool wants them. */
    public static Identity make(Path directory, String name, String hosts) throws Exception {
        var made = new Identity(
                directory.resolve(name + "-keys.p12"),
                directory.resolve("trust-" + name + ".p12"),
                directory.resolve(name + ".pem"));
        Files.deleteIfExists(made.keys);
        makeKeys(made.keys, name, hosts);
        var store = load(made.keys);
        var certificate = store.getCertificate(name);
        var trusted = KeyStore.getInstance(TYPE);
        trusted.load(null, null);
        trusted.setCertificateEntry(name, certificate);
        try (var out = Files.newOutputStream(made.trust)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        Files.writeString(
                made.pem,
                pem("CERTIFICATE", certificate.getEncoded())
                        + pem(
                                "PRIVATE KEY",
                                store.getKey(name, PASSWORD.toCharArray()).getEncoded()));
        return made;
    }

    private static void makeKeys(Path file, String name, String hosts) throws IOException, InterruptedException {
        var keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + hosts,
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        TYPE,
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        var said = keytool.getInputStream().readAllBytes();
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + new String(said));
        }
    }

    private static String pem(String what, byte[] encoded) {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    /** What this one connects with when it trusts another one, or itself. */
    public SSLContext trusting(Identity other) throws GeneralSecurityException, IOException {
        var own = KeyManagerFactory.getInstance("PKIX");
        own.init(load(keys), PASSWORD.toCharArray());
        var others = TrustManagerFactory.getInstance("PKIX");
        others.init(load(other.trust));
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(TYPE);
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}

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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.X509TrustManager;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;

/**
 * An SSL bundle in the only form that ZooKeeper's client takes: client properties that name files. It reads them at each
 * connection, so an update of the bundle is written into them. They are in a directory for this user only, encrypted with a
 * password that is in this process only, and deleted when the application ends.
 */
final class ZooKeeperTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperTls.class);
    private static final String TYPE = "PKCS12";

    private final Map<String, String> properties = new HashMap<>();
    private final String password = password();
    private final Lock writing = new ReentrantLock();
    private @Nullable Path directory;

    /** What to connect with; without a bundle nothing. */
    ZooKeeperTls(@Nullable SslBundle bundle) {
        if (bundle == null) {
            return;
        }
        properties.put(ZKClientConfig.SECURE_CLIENT, "true");
        properties.put(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        var options = bundle.getOptions();
        var protocols = options.getEnabledProtocols();
        set("enabledProtocols", protocols == null ? "TLSv1.3,TLSv1.2" : String.join(",", protocols));
        if (options.getCiphers() != null) {
            set("ciphersuites", String.join(",", options.getCiphers()));
        }
        try {
            directory = Files.createTempDirectory("coordination");
            write(bundle);
        } catch (IOException | GeneralSecurityException unusable) {
            close();
            throw new IllegalStateException(
                    "The SSL bundle of coordination.ssl can not be given to ZooKeeper's client, which needs its keys and"
                            + " certificates in files: " + unusable.getMessage(),
                    unusable);
        }
    }

    private void write(SslBundle bundle) throws IOException, GeneralSecurityException {
        var trusted = trusted(bundle);
        var keys = bundle.getStores().getKeyStore() == null ? null : keys(bundle);
        store("trustStore", trusted);
        if (keys != null) {
            store("keyStore", keys);
        }
    }

    /** Connections that are made from now on read the new state. One that can not be used is told, and changes nothing. */
    void update(SslBundle bundle) {
        writing.lock();
        try {
            if (directory != null) {
                write(bundle);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
            LOG.warn("The SSL bundle was updated to what can not be used; the state before goes on to count", unusable);
        } finally {
            writing.unlock();
        }
    }

    /** {@return client properties of ZooKeeper} */
    Map<String, String> properties() {
        return Collections.unmodifiableMap(properties);
    }

    /** {@return a configuration of ZooKeeper's client} */
    ZKClientConfig config() {
        var config = new ZKClientConfig();
        properties.forEach(config::setProperty);
        return config;
    }

    private static KeyStore trusted(SslBundle bundle) throws IOException, GeneralSecurityException {
        var store = empty();
        for (var manager : bundle.getManagers().getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                for (X509Certificate issuer : trust.getAcceptedIssuers()) {
                    store.setCertificateEntry(String.valueOf(store.size()), issuer);
                }
            }
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException("it trusts no certificate by name");
        }
        return store;
    }

    private KeyStore keys(SslBundle bundle) throws IOException, GeneralSecurityException {
        var from = bundle.getStores().getKeyStore();
        var only = bundle.getKey().getAlias();
        var secret = bundle.getKey().getPassword();
        secret = secret == null ? bundle.getStores().getKeyStorePassword() : secret;
        var store = empty();
        for (var alias : Collections.list(from.aliases())) {
            if (from.isKeyEntry(alias) && (only == null || only.equals(alias))) {
                var key = from.getKey(alias, secret == null ? null : secret.toCharArray());
                store.setKeyEntry(alias, key, password.toCharArray(), from.getCertificateChain(alias));
            }
        }
        return store;
    }

    private static String password() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        return store;
    }

    private void store(String name, KeyStore store) throws IOException, GeneralSecurityException {
        var file = directory.resolve(name);
        var whole = directory.resolve(name + ".new");
        try (var out = Files.newOutputStream(whole)) {
            store.store(out, password.toCharArray());
        }
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        set(name + ".location", file.toString());
        set(name + ".type", TYPE);
        set(name + ".password", password);
    }

    private void set(String name, String value) {
        properties.put("zookeeper.ssl." + name, value);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (directory != null) {
                for (var name : new String[] {"trustStore", "keyStore", ""}) {
                    directory.resolve(name).toFile().delete();
                }
                directory = null;
            }
        } finally {
            writing.unlock();
        }
    }
}

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
package io.coordination.driver.file;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/** A {@link Peer} behind a class loader of its own, with a copy of the library of its own. */
final class PeerCopy implements AutoCloseable {

    private final URLClassLoader loader;
    private final Function<String, String> peer;

    private PeerCopy(URLClassLoader loader, Function<String, String> peer) {
        this.loader = loader;
        this.peer = peer;
    }

    @SuppressWarnings("unchecked")
    static PeerCopy open(String url, String member) throws ReflectiveOperationException {
        var urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(PeerCopy::url)
                .toArray(URL[]::new);
        var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        var type = loader.loadClass(Peer.class.getName());
        if (type == Peer.class) {
            throw new IllegalStateException("both are one copy");
        }
        var peer = type.getConstructor(String.class).newInstance(url + " " + member);
        return new PeerCopy(loader, (Function<String, String>) peer);
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    String ask(String command) {
        return peer.apply(command);
    }

    @Override
    public void close() throws IOException {
        ask("close");
        loader.close();
    }
}

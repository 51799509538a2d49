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
package io.coordination.driver.memcached;

import io.coordination.contract.LocalServer;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A real server, and what is really in it, asked over the text protocol. */
final class MemcachedServer implements AutoCloseable {

    private final LocalServer server;

    MemcachedServer(String... more) {
        server = LocalServer.memcached(more);
    }

    int port() {
        return server.port();
    }

    LocalServer process() {
        return server;
    }

    /** The first line of the answer. */
    String tell(String request) {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port())) {
            return talk(connection, request + "\r\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void set(String key, String value) {
        tell("set " + key + " 0 0 " + value.getBytes(StandardCharsets.UTF_8).length + "\r\n" + value);
    }

    @Nullable
    String get(String key) {
        return lines("get " + key).stream().skip(1).findFirst().orElse(null);
    }

    /** Whether it is there, without counting as a use of it. */
    boolean has(String key) {
        return keys().contains(key);
    }

    TreeSet<String> keys() {
        var keys = new TreeSet<String>();
        for (var line : lines("lru_crawler metadump all")) {
            if (line.startsWith("key=")) {
                keys.add(URLDecoder.decode(line.substring(4, line.indexOf(' ')), StandardCharsets.UTF_8));
            }
        }
        return keys;
    }

    /** Deletes the key of a member's session. */
    void endSession(String namespace, String member) {
        for (var key : keys()) {
            if (key.startsWith(namespace + ":session:") && member.equals(get(key))) {
                tell("delete " + key);
            }
        }
    }

    /** Stores as much as makes it evict others of the size of our records. */
    void crowd(int items) {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port())) {
            var out = new BufferedOutputStream(connection.getOutputStream());
            for (var i = 0; i < items; i++) {
                for (var size : new int[] {1, 40, 70, 120}) {
                    var value = "x".repeat(size);
                    out.write(("set " + "crowd-".repeat(10) + i + "-" + size + " 0 0 " + size + " noreply\r\n" + value
                                    + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
            out.flush();
            talk(connection, "version\r\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Stores under one key what is under another one. */
    void copy(String from, String to) {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port())) {
            connection.getOutputStream().write(("get " + from + "\r\n").getBytes(StandardCharsets.US_ASCII));
            var in = new DataInputStream(connection.getInputStream());
            var header = new StringBuilder();
            for (var c = in.read(); c != '\n'; c = in.read()) {
                header.append((char) c);
            }
            var value = in.readNBytes(Integer.parseInt(header.toString().trim().split(" ")[3]));
            in.readNBytes("\r\nEND\r\n".length());
            var out = new ByteArrayOutputStream();
            out.write(("set " + to + " 0 0 " + value.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(value);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().write(out.toByteArray());
            in.read();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<String> lines(String request) {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port())) {
            connection.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            var lines = new ArrayList<String>();
            for (var line = in.readLine(); line != null && !line.equals("END"); line = in.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String talk(Socket connection, String request) throws IOException {
        connection.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(in.readLine());
    }

    @Override
    public void close() {
        server.close();
    }
}

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
package io.coordination.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import net.spy.memcached.ClientMode;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;

/**
 * memcached: {@code add} and {@code delete} with the client that this project uses, too; in company each thread tries again every
 * ten milliseconds, as memcached tells nobody of anything. Needs {@code memcached}.
 */
final class MemcachedArena implements Arena {

    private static final int LASTS = (int) Duration.ofMinutes(1).toSeconds();
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Pattern SENT =
            Pattern.compile("STAT (?:cmd_get|cmd_set|cmd_touch|delete_hits|delete_misses) (\\d+)");

    @Override
    public String scheme() {
        return "memcached";
    }

    @Override
    public Server start() throws IOException {
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
        return new NativeServer((port, directory) ->
                List.of("memcached", "-u", "root", "-l", "127.0.0.1", "-p", port, "-U", "0", "-c", "5000"));
    }

    @Override
    public List<String> contestants() {
        return List.of(BARE, OURS);
    }

    @Override
    public int pairsATurn() {
        return 100;
    }

    @Override
    public Contestant open(String name, String address, boolean alone) throws IOException {
        if (name.equals(OURS)) {
            return ours(address);
        }
        var factory = new ConnectionFactoryBuilder()
                .setClientMode(ClientMode.Static)
                .setProtocol(ConnectionFactoryBuilder.Protocol.BINARY)
                .setFailureMode(FailureMode.Retry)
                .setUseNagleAlgorithm(false)
                .setShouldOptimize(false)
                .setDaemon(true)
                .build();
        var colon = address.indexOf(':');
        var client = new MemcachedClient(
                factory,
                List.of(new InetSocketAddress(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))));
        return Contestant.of(
                lock -> {
                    while (!client.add(lock, LASTS, "member").get()) {
                        requireCompany(alone);
                        Thread.sleep(PAUSE.toMillis());
                    }
                    return () -> client.delete(lock).get();
                },
                client::shutdown);
    }

    private static void requireCompany(boolean alone) {
        if (alone) {
            throw new IllegalStateException("somebody else uses the key");
        }
    }

    /** What its statistics count by kind, hits and misses of one kind together. */
    @Override
    public long requests(String address) throws IOException {
        var colon = address.indexOf(':');
        try (var socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
            socket.getOutputStream().write("stats\r\nquit\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return SENT.matcher(answer)
                    .results()
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .sum();
        }
    }

    @Override
    public List<String> leaders() {
        return List.of(OURS);
    }

    @Override
    public AutoCloseable campaign(String name, String address, Runnable leads) {
        return oursCampaigns(address, leads);
    }
}

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
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.springframework.integration.zookeeper.lock.ZookeeperLockRegistry;

/** ZooKeeper: the bare client, this project, Curator and Spring Integration. */
final class ZooKeeperArena implements Arena {

    private static final String CURATOR = "Curator InterProcessMutex";
    private static final String SPRING = "Spring ZookeeperLockRegistry";
    private static final String LATCH = "Curator LeaderLatch";
    private static final Duration SESSION = Duration.ofSeconds(30);
    private static final int TICK = 2000;
    private static final Pattern RECEIVED = Pattern.compile("zk_packets_received\\s+(\\d+)");

    @Override
    public String scheme() {
        return "zookeeper";
    }

    /** The server, as a process of its own that ends with its input. */
    public static void main(String[] args) throws Exception {
        System.setProperty("zookeeper.4lw.commands.whitelist", "*");
        System.setProperty("zookeeper.admin.enableServer", "false");
        try (var server = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, 1, TICK, 5000, Map.of()), true)) {
            System.out.println("port " + server.getPort());
            while (System.in.read() >= 0) {
                continue;
            }
        }
        System.exit(0);
    }

    @Override
    public Server start() throws IOException {
        var process = new Companion(ZooKeeperArena.class);
        var address = "127.0.0.1:" + process.hear("port");
        return new Server() {
            @Override
            public String address() {
                return address;
            }

            @Override
            public Duration cpu() {
                return process.cpu();
            }

            @Override
            public void close() throws IOException {
                process.close();
            }
        };
    }

    @Override
    public List<String> contestants() {
        return List.of(BARE, OURS, CURATOR, SPRING);
    }

    @Override
    public int pairsATurn() {
        return 10;
    }

    @Override
    public Contestant open(String name, String address, boolean alone) throws Exception {
        switch (name) {
            case BARE -> {
                return new Bare(address, alone);
            }
            case OURS -> {
                return ours(address);
            }
            case CURATOR -> {
                // Shared by the threads, as its documentation has it.
                var client = curator(address, SESSION);
                var mutexes = new ConcurrentHashMap<String, InterProcessMutex>();
                return Contestant.of(
                        lock -> {
                            var mutex = mutexes.computeIfAbsent(
                                    lock, path -> new InterProcessMutex(client, "/curator-" + path));
                            mutex.acquire();
                            return mutex::release;
                        },
                        client::close);
            }
            default -> {
                var client = curator(address, SESSION);
                var registry = new ZookeeperLockRegistry(client);
                return Contestant.of(
                        lock -> {
                            var taken = registry.obtain(lock);
                            taken.lock();
                            return taken::unlock;
                        },
                        () -> {
                            registry.destroy();
                            client.close();
                        });
            }
        }
    }

    @Override
    public long requests(String address) throws IOException {
        var port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("mntr".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            var found = RECEIVED.matcher(answer);
            if (!found.find()) {
                throw new IOException("no count in the answer to mntr");
            }
            return Long.parseLong(found.group(1));
        }
    }

    @Override
    public List<String> leaders() {
        return List.of(OURS, LATCH);
    }

    @Override
    public AutoCloseable campaign(String name, String address, Runnable leads) throws Exception {
        if (name.equals(OURS)) {
            return oursCampaigns(address, leads);
        }
        var client = curator(address, LEADS);
        var latch = new LeaderLatch(client, "/leader");
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                leads.run();
            }

            @Override
            public void notLeader() {}
        });
        latch.start();
        return () -> {
            latch.close();
            client.close();
        };
    }

    /**
     * Alone it makes a node and deletes it, which is the least that a lock can cost. In company it is a queue written by hand:
     * each waits until the node before its own goes, and trusts that whoever made that one had the lock before.
     */
    private static final class Bare implements Contestant {

        private final ZooKeeper zk;
        private final boolean alone;
        private final Set<String> lines = ConcurrentHashMap.newKeySet();

        Bare(String servers, boolean alone) throws Exception {
            var connected = new CountDownLatch(1);
            this.zk = new ZooKeeper(servers, 30_000, event -> connected.countDown());
            this.alone = alone;
            connected.await();
        }

        @Override
        public Held take(String lock) throws Exception {
            var line = "/bare-" + lock;
            if (!lines.contains(line)) {
                make(line);
            }
            var node =
                    zk.create(line + "/x", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
            if (!alone) {
                var nodes = zk.getChildren(line, false);
                nodes.sort(null);
                var place = nodes.indexOf(node.substring(line.length() + 1));
                var gone = new CountDownLatch(1);
                if (place > 0 && zk.exists(line + "/" + nodes.get(place - 1), event -> gone.countDown()) != null) {
                    gone.await();
                }
            }
            return () -> zk.delete(node, -1);
        }

        private void make(String line) throws Exception {
            try {
                zk.create(line, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            } catch (KeeperException.NodeExistsException another) {
                // Another process made it.
            }
            lines.add(line);
        }

        @Override
        public void close() {
            try {
                zk.close();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static CuratorFramework curator(String servers, Duration session) throws InterruptedException {
        var client = CuratorFrameworkFactory.newClient(
                servers, Math.toIntExact(session.toMillis()), 15_000, new RetryOneTime(100));
        client.start();
        client.blockUntilConnected();
        return client;
    }
}

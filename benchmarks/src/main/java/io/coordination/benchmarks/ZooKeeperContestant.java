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

import io.coordination.Coordinator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.springframework.integration.zookeeper.lock.ZookeeperLockRegistry;

/** One way to take a lock on ZooKeeper, with one connection for all threads of the process. */
interface ZooKeeperContestant extends AutoCloseable {

    String BARE = "bare client";
    String OURS = "coordination";
    String CURATOR = "Curator InterProcessMutex";
    String SPRING = "Spring ZookeeperLockRegistry";
    List<String> ALL = List.of(BARE, OURS, CURATOR, SPRING);

    /** What gives the lock back. */
    @FunctionalInterface
    interface Held {
        void release() throws Exception;
    }

    Held take() throws Exception;

    @Override
    void close();

    static ZooKeeperContestant open(String name, String servers, String lock, boolean alone) throws Exception {
        return switch (name) {
            case BARE -> new Bare(servers, "/bare-" + lock, alone);
            case OURS -> new Ours(servers, lock);
            case CURATOR -> new Curators(servers, "/curator-" + lock);
            case SPRING -> new Springs(servers, lock);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /**
     * Alone it makes a node and deletes it, which is the least that a lock can cost. In company it is a queue written by hand:
     * each waits until the node before its own goes, and trusts that whoever made that one had the lock before.
     */
    final class Bare implements ZooKeeperContestant {

        private final ZooKeeper zk;
        private final String line;
        private final boolean alone;

        Bare(String servers, String line, boolean alone) throws Exception {
            var connected = new CountDownLatch(1);
            this.zk = new ZooKeeper(servers, 30_000, event -> connected.countDown());
            this.line = line;
            this.alone = alone;
            connected.await();
            try {
                zk.create(line, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            } catch (KeeperException.NodeExistsException another) {
                // Another process made it.
            }
        }

        @Override
        public Held take() throws Exception {
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

        @Override
        public void close() {
            try {
                zk.close();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** This project. */
    final class Ours implements ZooKeeperContestant {

        private final Coordinator coordinator;
        private final String lock;

        Ours(String servers, String lock) {
            this.coordinator = Coordinator.builder()
                    .url("zookeeper://" + servers)
                    .sessionTimeout(Duration.ofSeconds(30))
                    .open();
            this.lock = lock;
        }

        @Override
        public Held take() throws InterruptedException {
            return coordinator.lock(lock).acquire()::release;
        }

        @Override
        public void close() {
            coordinator.close();
        }
    }

    /** Curator's mutex, shared by the threads as its documentation has it. */
    final class Curators implements ZooKeeperContestant {

        private final CuratorFramework client;
        private final InterProcessMutex mutex;

        Curators(String servers, String path) throws InterruptedException {
            this.client = curator(servers, 30_000);
            this.mutex = new InterProcessMutex(client, path);
        }

        @Override
        public Held take() throws Exception {
            mutex.acquire();
            return mutex::release;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Spring Integration's registry. */
    final class Springs implements ZooKeeperContestant {

        private final CuratorFramework client;
        private final ZookeeperLockRegistry registry;
        private final String lock;

        Springs(String servers, String lock) throws InterruptedException {
            this.client = curator(servers, 30_000);
            this.registry = new ZookeeperLockRegistry(client);
            this.lock = lock;
        }

        @Override
        public Held take() {
            var taken = registry.obtain(lock);
            taken.lock();
            return taken::unlock;
        }

        @Override
        public void close() {
            registry.destroy();
            client.close();
        }
    }

    static CuratorFramework curator(String servers, int timeout) throws InterruptedException {
        var client = CuratorFrameworkFactory.newClient(servers, timeout, 15_000, new RetryOneTime(100));
        client.start();
        client.blockUntilConnected();
        return client;
    }
}

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
package io.coordination.driver.zookeeper;

import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A plain client, to see what is really there. */
final class Plain implements AutoCloseable {

    private final ZooKeeper zk;

    Plain(TestServer server) throws Exception {
        var connected = new CountDownLatch(1);
        zk = new ZooKeeper("127.0.0.1:" + server.port(), 10_000, event -> connected.countDown());
        connected.await();
    }

    ZooKeeper zk() {
        return zk;
    }

    @Nullable
    Stat stat(String path) throws Exception {
        return zk.exists(path, false);
    }

    List<String> children(String path) {
        try {
            return zk.getChildren(path, false);
        } catch (KeeperException.NoNodeException missing) {
            return List.of();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Every node below a path: whether it is ephemeral, and its data in hexadecimal digits. */
    TreeMap<String, String> tree(String path) throws Exception {
        var found = new TreeMap<String, String>();
        for (var node : children(path)) {
            var below = path + "/" + node;
            var stat = new Stat();
            var data = zk.getData(below, false, stat);
            found.put(
                    below.replaceAll("[0-9a-f]{32}(?=__lock__|-[rp])", "<32 hex>"),
                    (stat.getEphemeralOwner() == 0 ? "persistent" : "ephemeral") + " "
                            + HexFormat.of().formatHex(data == null ? new byte[0] : data));
            found.putAll(tree(below));
        }
        return found;
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

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

import io.coordination.spi.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.CreateMode;

/**
 * Where things are: {@code <base>/<group>/<member>}, {@code <base>/<group>/leader/<contender>} and
 * {@code <base>/locks/<lock>/<contender>}, as tooz has it; and {@code <base>/locks/%%marks/<lock>}.
 */
final class Tree {

    /** The node below a group under which its candidates stand in line; never a member. */
    static final String LEADER = "leader";
    /** The node beside the groups under which the locks are; never a group. */
    static final String LOCKS = "locks";

    private static final String MARKS = "%%marks";
    private static final String TOOZ = "tooz";
    /** ZooKeeper's own node at the root. */
    private static final Set<String> ROOT = Set.of("zookeeper");

    private final String base;
    private final CreateMode lines;

    Tree(String chroot, String namespace) {
        var name = namespace.isEmpty() ? TOOZ : namespace;
        this.base = chroot + "/" + NodeNames.encode(name, ROOT);
        // A lock of kazoo makes its parent once and fails for ever when the parent goes; elsewhere nobody needs them to
        // stay.
        this.lines = name.equals(TOOZ) ? CreateMode.PERSISTENT : CreateMode.CONTAINER;
    }

    String base() {
        return base;
    }

    String group(Key group) {
        return base + "/" + NodeNames.encode(group.name(), Set.of(LOCKS));
    }

    String member(Key group, String id) {
        return group(group) + "/" + NodeNames.encode(id, Set.of(LEADER));
    }

    /** The node below which the claims on a key stand in line. */
    String line(Key key) {
        return key.kind() == Key.Kind.LOCK
                ? base + "/" + LOCKS + "/" + NodeNames.encodeLock(key.name())
                : group(key) + "/" + LEADER;
    }

    /** Where the mark of a lock is: below the locks, under a name that no lock has. */
    String mark(Key lock) {
        return base + "/" + LOCKS + "/" + MARKS + "/" + NodeNames.encode(lock.name(), Set.of());
    }

    /** What is watched for a key, of which only the direct children count. */
    String watched(Key key) {
        return key.kind() == Key.Kind.GROUP ? group(key) : line(key);
    }

    /** A node and all above it, the highest first. */
    static List<String> withAncestors(String path) {
        var paths = new ArrayList<String>();
        for (var slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            paths.add(path.substring(0, slash));
        }
        paths.add(path);
        return paths;
    }

    /** How a node on the way to a claim or member is made. */
    CreateMode modeOf(String path) {
        var locks = base + "/" + LOCKS + "/";
        var inLine = path.startsWith(locks) || path.startsWith(base + "/") && path.endsWith("/" + LEADER);
        return inLine ? lines : CreateMode.PERSISTENT;
    }

    static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 1));
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}

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

import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node in the line for a lock or leadership: {@code <unique>__lock__<sequence>}, as kazoo names it. Our shared and permit
 * claims carry their mode in front, {@code <unique>-r__lock__…} and {@code <unique>-p3__lock__…}, because kazoo's lock waits
 * for whatever ends in {@code __lock__<sequence>}. kazoo's own readers, {@code <unique>__rlock__<sequence>}, are waited for.
 *
 * @param node the name of the node
 * @param mode beside whom it may hold
 * @param sequence the number ZooKeeper gave it
 */
record Contender(String node, Mode mode, int sequence) {

    private static final String MARK = "__lock__";
    private static final String READER_MARK = "__rlock__";

    /** What a claim's node is called before ZooKeeper numbers it. */
    static String unnumbered(String unique, Mode mode) {
        if (mode instanceof Mode.Permit permit) {
            return unique + "-p" + permit.of() + MARK;
        }
        return unique + (mode instanceof Mode.Shared ? "-r" : "") + MARK;
    }

    /** The contender that a node is, or null when it is something else. */
    static @Nullable Contender parse(String node) {
        var digits = node.lastIndexOf("__") + 2;
        var length = node.length() - digits;
        if (digits < MARK.length() || length != 10) {
            return null;
        }
        var mark = node.substring(0, digits);
        try {
            var sequence = Integer.parseInt(node, digits, node.length(), 10);
            if (mark.endsWith(READER_MARK)) {
                return new Contender(node, Mode.SHARED, sequence);
            }
            return mark.endsWith(MARK)
                    ? new Contender(node, mode(mark.substring(0, digits - MARK.length())), sequence)
                    : null;
        } catch (NumberFormatException somethingElse) {
            return null;
        }
    }

    /** The number that ZooKeeper gave to a node; one that follows no other when it is none. */
    static int numberOf(String node) {
        var contender = parse(node);
        return contender == null ? Integer.MIN_VALUE : contender.sequence;
    }

    /** Whether this node has the last number that ZooKeeper gives, perhaps not for the first time. */
    static boolean isLast(String node) {
        return numberOf(node) == Integer.MAX_VALUE;
    }

    /** The contenders among these nodes, the first in line first. */
    static List<Contender> line(Collection<String> nodes) {
        var line = new ArrayList<Contender>(nodes.size());
        for (var node : nodes) {
            var contender = parse(node);
            if (contender != null) {
                line.add(contender);
            }
        }
        line.sort(Comparator.comparingInt(Contender::sequence));
        return line;
    }

    /** The first of a line that hold at the same time. */
    static List<Contender> holders(List<Contender> line) {
        var ahead = new ArrayList<Mode>(2);
        for (var contender : line) {
            if (!contender.mode.admittedBeside(ahead)) {
                break;
            }
            ahead.add(contender.mode);
        }
        return line.subList(0, ahead.size());
    }

    /**
     * Those ahead of whom at least one must go before a claim can be held; none when it is held. The fewest are named, the
     * nearest ones, so that each going wakes few.
     */
    static List<String> blockers(Mode mode, List<Contender> ahead) {
        if (mode.admittedBeside(ahead.stream().map(Contender::mode).toList())) {
            return List.of();
        }
        for (var i = ahead.size() - 1; i >= 0; i--) {
            if (!mode.admittedBeside(List.of(ahead.get(i).mode))) {
                return List.of(ahead.get(i).node);
            }
        }
        // Permits only: of this many at least one goes before fewer than the number are left.
        var permits = mode instanceof Mode.Permit permit ? permit.of() : 1;
        return ahead.subList(ahead.size() - permits, ahead.size()).stream()
                .map(Contender::node)
                .toList();
    }

    private static Mode mode(String front) {
        var dash = front.lastIndexOf('-');
        var mark = dash < 0 ? "" : front.substring(dash + 1);
        if (mark.equals("r")) {
            return Mode.SHARED;
        }
        if (mark.length() < 2 || mark.charAt(0) != 'p') {
            return Mode.EXCLUSIVE;
        }
        try {
            return new Mode.Permit(Integer.parseInt(mark, 1, mark.length(), 10));
        } catch (NumberFormatException | StoreException foreign) {
            return Mode.EXCLUSIVE;
        }
    }
}

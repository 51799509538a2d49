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

import io.coordination.contract.FaultProxy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** ZooKeeper's frames. Also remembers the password of each session, with which anybody can end it. */
final class ZooKeeperWire implements FaultProxy.Protocol {

    private static final int CREATE_2 = 15;
    private static final int DELETE = 2;
    private static final int MULTI = 14;
    private static final int CLOSE = -11;
    private static final int EPHEMERAL_SEQUENTIAL = 3;

    final Map<Long, byte[]> passwords = new ConcurrentHashMap<>();

    @Override
    public byte[] read(DataInputStream from) throws IOException {
        return FaultProxy.lengthPrefixed(from);
    }

    @Override
    public FaultProxy.Request request(byte[] frame, boolean first) {
        var none = new FaultProxy.Request(NONE, "");
        if (first) {
            return none;
        }
        try {
            var in = FaultProxy.content(frame);
            var xid = in.readInt();
            var type = in.readInt();
            // Signs of life, credentials and watches that are set again have numbers below zero.
            if (xid < 0 || type == CLOSE) {
                return none;
            }
            if (type == CREATE_2) {
                var flags = frame[frame.length - 1];
                return new FaultProxy.Request(xid, flags == EPHEMERAL_SEQUENTIAL ? "claim" : "create");
            }
            if (type == DELETE) {
                var path = new byte[in.readInt()];
                in.readFully(path);
                var line = new String(path, StandardCharsets.UTF_8).contains("__lock__");
                return new FaultProxy.Request(xid, line ? "release" : "delete");
            }
            return new FaultProxy.Request(xid, type == MULTI ? "pass" : "type " + type);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public long answered(byte[] frame, boolean first) {
        try {
            var in = FaultProxy.content(frame);
            var xid = in.readInt();
            if (!first) {
                return xid < 0 ? NONE : xid;
            }
            in.readInt();
            var session = in.readLong();
            var password = new byte[in.readInt()];
            in.readFully(password);
            passwords.put(session, password);
            return NONE;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

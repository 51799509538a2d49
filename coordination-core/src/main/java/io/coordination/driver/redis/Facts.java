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
package io.coordination.driver.redis;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.TokenDurability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a server says of itself when a session is opened.
 *
 * @param info its answer to {@code INFO}; empty where it does not tell
 * @param fsync when it syncs what it appends to its file: {@code always}, {@code everysec}, {@code no}; empty where it does
 *     not tell, or appends nothing
 */
record Facts(Map<String, String> info, String fsync) {

    private static final int OLDEST = 5;
    private static final String FSYNC = "appendfsync";

    static Facts of(Store store) {
        var info = told(() -> store.ask(connection -> connection.async().info()), "");
        var facts = parse(info, "");
        if (!facts.isAppendOnly()) {
            return facts;
        }
        var setting =
                told(() -> store.ask(connection -> connection.async().configGet(FSYNC)), Map.<String, String>of());
        return new Facts(facts.info, setting.getOrDefault(FSYNC, ""));
    }

    /** Where its user may not ask, or its operator took the command away, nothing is known. */
    private static <T> T told(Supplier<T> question, T untold) {
        try {
            return question.get();
        } catch (StoreException refused) {
            if (refused.reason() == Reason.REFUSED) {
                return untold;
            }
            throw refused;
        }
    }

    static Facts parse(String info, String fsync) {
        var facts = new HashMap<String, String>();
        info.lines().forEach(line -> {
            var colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new Facts(facts, fsync);
    }

    boolean isCluster() {
        return info.getOrDefault("cluster_enabled", "0").equals("1")
                || info.getOrDefault("redis_mode", "").equals("cluster");
    }

    /** Refuses a server that can not do it at all, or not yet. */
    void require() {
        if (info.getOrDefault("loading", "0").equals("1")) {
            // While it reads its file it says that it appends to none.
            throw new StoreException(Reason.UNREACHABLE, "the server is still reading its data");
        }
        if (info.getOrDefault("role", "master").equals("slave")) {
            throw new StoreException(
                    Reason.REFUSED,
                    "the server is a replica; name its primary in the URL, or the sentinels that know it");
        }
        if (version() < OLDEST) {
            throw new StoreException(
                    Reason.REFUSED,
                    "the server is Redis " + info.get("redis_version") + "; " + OLDEST + ".0 or newer is needed");
        }
    }

    private int version() {
        var version = info.getOrDefault("redis_version", "");
        var dot = version.indexOf('.');
        try {
            return dot < 0 ? Integer.MAX_VALUE : Integer.parseInt(version.substring(0, dot));
        } catch (NumberFormatException unusual) {
            return Integer.MAX_VALUE;
        }
    }

    /** The counter of tokens begins anew from the server's clock when it is lost. */
    TokenDurability tokens() {
        if (!isAppendOnly() || evicts()) {
            return TokenDurability.VOLATILE;
        }
        return syncsAlways() && !hasReplicas() ? TokenDurability.DURABLE : TokenDurability.FAILOVER_UNSAFE;
    }

    private boolean syncsAlways() {
        return fsync.equals("always");
    }

    private boolean hasReplicas() {
        return !info.getOrDefault("connected_slaves", "0").equals("0");
    }

    private boolean isAppendOnly() {
        return info.getOrDefault("aof_enabled", "0").equals("1");
    }

    private boolean evicts() {
        return !info.getOrDefault("maxmemory_policy", "noeviction").equals("noeviction");
    }

    /** What whoever runs the server should know. */
    List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (info.isEmpty()) {
            warnings.add("it does not tell what it promises (INFO is not allowed)");
            return warnings;
        }
        if (evicts()) {
            warnings.add("maxmemory-policy " + info.get("maxmemory_policy")
                    + " may evict locks that are held; set it to noeviction");
        }
        if (!isAppendOnly()) {
            warnings.add("it forgets locks, groups and the last token when it restarts; set appendonly to yes");
        }
        if (isAppendOnly() && !syncsAlways()) {
            warnings.add("a crash of its machine may lose " + unsynced()
                    + "; set appendfsync to always, or let resources check tokens");
        }
        if (hasReplicas()) {
            warnings.add(
                    "a fail-over may lose the last grants, because replicas lag behind; let resources check tokens");
        }
        return warnings;
    }

    private String unsynced() {
        return switch (fsync) {
            case "everysec" -> "the grants of the last second (appendfsync everysec)";
            case "no" -> "the grants since the system last wrote to the disk (appendfsync no)";
            default -> "the last grants (it does not tell its appendfsync)";
        };
    }
}

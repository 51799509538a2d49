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

/**
 * What a server says of itself when a session is opened.
 *
 * @param info its answer to {@code INFO}; empty where it does not tell
 */
record Facts(Map<String, String> info) {

    private static final int OLDEST = 5;

    static Facts of(Store store) {
        try {
            return parse(store.ask(connection -> connection.async().info()));
        } catch (StoreException untold) {
            if (untold.reason() == Reason.REFUSED) {
                return new Facts(Map.of());
            }
            throw untold;
        }
    }

    static Facts parse(String info) {
        var facts = new HashMap<String, String>();
        info.lines().forEach(line -> {
            var colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new Facts(facts);
    }

    boolean isCluster() {
        return info.getOrDefault("cluster_enabled", "0").equals("1")
                || info.getOrDefault("redis_mode", "").equals("cluster");
    }

    /** Refuses a server that can not do it at all. */
    void require() {
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
        return isAppendOnly() && !evicts() ? TokenDurability.FAILOVER_UNSAFE : TokenDurability.VOLATILE;
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
        if (!info.getOrDefault("connected_slaves", "0").equals("0")) {
            warnings.add(
                    "a fail-over may lose the last grants, because replicas lag behind; let resources check tokens");
        }
        return warnings;
    }
}

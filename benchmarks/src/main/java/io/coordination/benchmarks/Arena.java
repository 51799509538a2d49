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
import io.coordination.ElectionListener;
import io.coordination.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A kind of store, and those who are measured on it side by side. */
interface Arena {

    String BARE = "bare client";
    String OURS = "coordination";

    /** How long a leader's session or key lasts, where whoever leads can choose. */
    Duration LEADS = Duration.ofSeconds(4);

    /** A server with its data in a directory of its own. */
    interface Server extends AutoCloseable {

        /** {@return host and port} */
        String address();

        /** {@return the time that it had a processor} */
        Duration cpu();

        @Override
        void close() throws IOException;
    }

    static Arena of(String scheme) {
        return switch (scheme) {
            case "zookeeper" -> new ZooKeeperArena();
            case "redis" -> new RedisArena();
            case "memcached" -> new MemcachedArena();
            case "postgresql", "mariadb" -> new SqlArena(scheme);
            default -> throw new IllegalArgumentException(scheme);
        };
    }

    /** {@return what this project's URLs begin with} */
    String scheme();

    Server start() throws Exception;

    /** {@return who takes locks, the bare client and this project first} */
    List<String> contestants();

    /** {@return who takes free locks, the bare client and this project first} */
    default List<String> alone() {
        return contestants();
    }

    /** {@return who can wait with so many threads; what is bare may need a connection for each} */
    default List<String> contestantsOf(int threads) {
        return contestants();
    }

    /** {@return how many sessions at once the server has connections for, 1000 where it can} */
    default int crowd() {
        return 1000;
    }

    /** {@return how many pairs in a turn are long enough for the clock and short enough to meet the same machine} */
    int pairsATurn();

    /** Opens a contestant, which never meets another one when it is alone. */
    Contestant open(String name, String address, boolean alone) throws Exception;

    /** {@return how many requests the server had from clients} */
    long requests(String address) throws Exception;

    /** {@return who campaigns, this project first} */
    List<String> leaders();

    /** Campaigns, and says when it leads. What is returned ends the leadership. */
    AutoCloseable campaign(String name, String address, Runnable leads) throws Exception;

    /** This project, on any store. */
    default Contestant ours(String address) {
        var coordinator = Coordinator.builder()
                .url(scheme() + "://" + address)
                .sessionTimeout(Duration.ofSeconds(30))
                .open();
        return Contestant.of(lock -> coordinator.lock(lock).acquire()::release, coordinator::close);
    }

    /** This project, on any store. */
    default AutoCloseable oursCampaigns(String address, Runnable leads) {
        var coordinator = Coordinator.builder()
                .url(scheme() + "://" + address)
                .sessionTimeout(LEADS)
                .open();
        var election = coordinator.election("lead");
        election.listen(new ElectionListener() {
            @Override
            public void granted(Lease lease) {
                leads.run();
            }
        });
        election.campaign();
        return coordinator;
    }
}

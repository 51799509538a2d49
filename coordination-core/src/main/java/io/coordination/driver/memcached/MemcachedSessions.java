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
package io.coordination.driver.memcached;

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Names;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions, each on a connection of its own. */
final class MemcachedSessions {

    private static final Logger LOG = LoggerFactory.getLogger(MemcachedDriver.class);

    private static final Set<Characteristic> PROMISES = Set.of(
            Characteristic.DISTRIBUTED_ACROSS_THREADS,
            Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
            Characteristic.DISTRIBUTED_ACROSS_HOSTS);

    /** A session's key lives up to one second shorter than {@link Settings#lease}. */
    private static final Duration GRANULARITY = Duration.ofSeconds(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    private MemcachedSessions() {}

    static Session open(Target target, Surroundings with, SessionEvents events) {
        var settings = Settings.of(target);
        var connection = new Connection(settings, with.clock());
        try {
            var id = HexFormat.of().formatHex(random());
            var layout = settings.layout();
            var index = new GroupIndex(connection, layout);
            var member = target.memberId().getBytes(StandardCharsets.UTF_8);
            var added = connection.add(layout.session(id), settings.kept(), member);
            var begun =
                    connection.add(layout.epoch(), 0, Epoch.encode(with.clock().wallMillis() * 1000));
            var epoch = connection.get(layout.epoch());
            var groups = index.read();
            if (added.get() == 0) {
                throw new StoreException(
                        Reason.FOREIGN_DATA, "the session's key is taken, although its name is random");
            }
            begun.get();
            var begin = epoch.get();
            groups.get();
            if (begin == null) {
                throw new StoreException(Reason.UNREACHABLE, "memcached forgot at once what it was told");
            }
            var base = Epoch.decode(begin.bytes());
            var traits = new Traits(PROMISES, settings.lease(), GRANULARITY, TokenDurability.VOLATILE);
            var session = new RecordSession(
                    id,
                    target.memberId(),
                    traits,
                    with.clock(),
                    events,
                    opened -> new MemcachedRecords(opened, connection, settings, base, index));
            // A server that was restarted has forgotten all, which must not wait for the next renewal.
            connection.onReconnect(() -> verifyLater(session, with));
            warn(settings, target);
            return session;
        } catch (StoreException failure) {
            connection.close();
            throw failure.reason() == Reason.TIMED_OUT
                    ? new StoreException(Reason.UNREACHABLE, String.valueOf(failure.getMessage()), failure)
                    : failure;
        } catch (RuntimeException | Error failure) {
            connection.close();
            throw failure;
        }
    }

    private static byte[] random() {
        var random = new byte[16];
        RANDOM.nextBytes(random);
        return random;
    }

    private static void verifyLater(Session session, Surroundings with) {
        try {
            with.executor().execute(() -> {
                try {
                    session.renew();
                } catch (StoreException unanswered) {
                    LOG.debug("Not verified after a connection was made again", unanswered);
                }
            });
        } catch (RejectedExecutionException shuttingDown) {
            LOG.trace("Not verified", shuttingDown);
        }
    }

    private static void warn(Settings settings, Target target) {
        if (WARNED.add(settings.meeting())) {
            LOG.warn(
                    "{} is for efficiency only: memcached may forget a lock, a leader or a member at any time, so two may"
                            + " act at once. Where that does harm use another store, and demand FENCING of it (namespace {})",
                    target.url(),
                    Names.printable(settings.layout().namespace()));
        }
    }
}

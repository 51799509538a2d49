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
package io.coordination.driver.sql;

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Characteristic;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions, each on connections of its own. */
final class SqlSessions {

    private static final Logger LOG = LoggerFactory.getLogger(SqlDriver.class);

    private static final Set<Characteristic> PROMISES = Set.of(
            Characteristic.DISTRIBUTED_ACROSS_THREADS,
            Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
            Characteristic.DISTRIBUTED_ACROSS_HOSTS,
            Characteristic.LINEARIZABLE,
            Characteristic.SEQUENTIAL,
            Characteristic.CAUSAL,
            Characteristic.SERIALIZABLE,
            Characteristic.FENCING);

    private static final Duration SWEPT_EACH = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    private final Settings settings;
    private final Dialect dialect;
    private final Connections connections;
    private final Target target;
    private final Surroundings with;
    /** Null where locks are rows. */
    private final @Nullable Long backend;

    private final String id = HexFormat.of().formatHex(random());
    private @Nullable SqlRecords records;

    private SqlSessions(
            Settings settings,
            Dialect dialect,
            Source source,
            Target target,
            Surroundings with,
            @Nullable Long backend) {
        this.settings = settings;
        this.dialect = dialect;
        this.target = target;
        this.with = with;
        this.backend = backend;
        var listening = dialect.bell() == null ? 0 : 1;
        this.connections = new Connections(
                source, backend == null ? settings.connections() - listening : 1, with.clock(), settings.patience());
        connections.prepare(dialect::prepare);
    }

    /**
     * Opens a session.
     *
     * @param backend the number by which the server knows the connection that has the session's locks; null where they are
     *     rows
     */
    static RecordSession open(
            Settings settings,
            Dialect dialect,
            Source source,
            Target target,
            Surroundings with,
            SessionEvents events,
            @Nullable Long backend) {
        var opening = new SqlSessions(settings, dialect, source, target, with, backend);
        try {
            return opening.open(events);
        } catch (StoreException failure) {
            opening.connections.close();
            throw failure.reason() == Reason.TIMED_OUT
                    ? new StoreException(Reason.UNREACHABLE, String.valueOf(failure.getMessage()), failure)
                    : failure;
        } catch (RuntimeException | Error failure) {
            opening.connections.close();
            throw failure;
        }
    }

    private RecordSession open(SessionEvents events) {
        var tokens = begin();
        var listening = listen();
        try {
            var promises = EnumSet.copyOf(PROMISES);
            if (listening != null) {
                promises.add(Characteristic.NOTIFIES);
                promises.add(Characteristic.FAIR);
            }
            var session = new RecordSession(
                    id,
                    target.memberId(),
                    new Traits(promises, settings.lease(), Duration.ZERO, tokens),
                    with.clock(),
                    events,
                    opened -> records(opened, listening));
            if (listening != null) {
                listening.tell(Objects.requireNonNull(records));
            }
            sweepLater(session);
            return session;
        } catch (RuntimeException | Error failure) {
            close(listening);
            throw failure;
        }
    }

    private SqlRecords records(RecordSession session, @Nullable Listening listening) {
        var lives = new Lives(session, connections, dialect, with, settings.patience());
        records = new SqlRecords(
                session, connections, dialect, settings, lives, listening != null, () -> close(listening));
        return records;
    }

    private void close(@Nullable Listening listening) {
        if (listening != null) {
            listening.close();
        }
        connections.close();
    }

    private TokenDurability begin() {
        var tokens = connections.use(dialect::tokens);
        try {
            connections.use(this::begin);
        } catch (StoreException refused) {
            if (!(refused.getCause() instanceof SQLException cause) || !Failure.isMissingTable(cause)) {
                throw refused;
            }
            if (!settings.createTables()) {
                throw new StoreException(
                        Reason.REFUSED,
                        "a table is missing; create the tables, whose DDL is in the documentation, or set"
                                + " create_tables=true",
                        refused);
            }
            connections.use(connection -> {
                dialect.createTables(connection);
                return begin(connection);
            });
        }
        return tokens;
    }

    private boolean begin(Connection connection) throws SQLException {
        if (backend != null) {
            dialect.locks().settle(connection);
        }
        dialect.begin(connection, id, target.memberId(), settings.lease(), backend);
        // Of two that come at once and differ, at least one sees the other.
        if (dialect.isOtherWay(connection, backend != null)) {
            dialect.end(connection, id);
            throw new StoreException(
                    Reason.REFUSED,
                    "members of namespace '" + settings.layout().namespace() + "' keep their locks "
                            + (backend == null ? "with" : "without")
                            + " locks=session, and this one does not; give all members of a namespace the same option");
        }
        return true;
    }

    /** Null when nothing can be heard. */
    private @Nullable Listening listen() {
        var bell = dialect.bell();
        if (bell == null || backend != null) {
            return null;
        }
        var listening = new Listening(id, connections, bell, settings.lease());
        try {
            if (listening.hears()) {
                return listening;
            }
        } catch (StoreException failure) {
            listening.close();
            throw failure;
        }
        listening.close();
        connections.prepare(connection -> {
            dialect.prepare(connection);
            bell.unbind(connection);
        });
        if (WARNED.add(target.url().toString())) {
            LOG.warn(
                    "{}: what is sent by NOTIFY does not come to who did LISTEN, as behind a pooler of transactions."
                            + " Waiting polls; connect to the database itself to be woken",
                    target.url());
        }
        return null;
    }

    /** By then the lease of whoever died before this session began is over. */
    private void sweepLater(RecordSession session) {
        with.scheduler().after(settings.lease(), () -> {
            try {
                with.executor().execute(() -> sweep(session));
            } catch (RejectedExecutionException shuttingDown) {
                LOG.trace("Not swept", shuttingDown);
            }
        });
    }

    /** Removes what dead sessions left that nobody else will look at. */
    private void sweep(RecordSession session) {
        try {
            connections.use(connection -> {
                dialect.bury(connection);
                return true;
            });
            connections.use(dialect::orphans).forEach(session::prune);
            with.scheduler().after(SWEPT_EACH, () -> sweepLater(session));
        } catch (StoreException unanswered) {
            LOG.debug("What dead sessions left was not removed", unanswered);
        }
    }

    private static byte[] random() {
        var random = new byte[16];
        RANDOM.nextBytes(random);
        return random;
    }
}

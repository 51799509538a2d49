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

import io.coordination.driver.support.Uninterrupted;
import io.coordination.spi.Clock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/**
 * The application's data source. It is asked on a thread of its own, because some hand out the connection of the transaction
 * that the calling thread is in, and because some let a caller wait for very long.
 */
final class SharedSource implements Source {

    private final DataSource dataSource;
    private final Clock clock;
    private final Duration patience;

    SharedSource(DataSource dataSource, Clock clock, Duration patience) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public Connection connect() throws SQLException {
        var task = new FutureTask<>(dataSource::getConnection);
        var thread = new Thread(task, "coordination-sql-connect");
        thread.setDaemon(true);
        thread.start();
        try {
            return Uninterrupted.get(task, patience, clock);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new SQLTransientConnectionException("the data source failed", "08001", failure.getCause());
        } catch (TimeoutException full) {
            returnLater(task);
            throw new SQLTransientConnectionException(
                    "the data source had no connection for " + patience.toMillis()
                            + " ms; this library needs a few that the application leaves free",
                    "08001",
                    full);
        }
    }

    /** What comes too late goes back. */
    private static void returnLater(FutureTask<Connection> task) {
        var thread = new Thread(
                () -> {
                    try {
                        task.get().close();
                    } catch (InterruptedException | ExecutionException | SQLException none) {
                        // There is nothing to give back.
                    }
                },
                "coordination-sql-connect");
        thread.setDaemon(true);
        thread.start();
    }
}

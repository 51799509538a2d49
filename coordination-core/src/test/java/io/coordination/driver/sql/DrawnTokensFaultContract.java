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

import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.spi.Key;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Where the statement that takes a lock draws its token. */
abstract class DrawnTokensFaultContract extends ServerLocksFaultContract {

    abstract Dialect dialect(Layout layout);

    abstract String draw();

    /** What is drawn is not on the disk, so that the crash takes the sequence back. */
    @Test
    void tokensRiseOverACrashRightAfterTheyWereDrawn() throws Exception {
        member("a").close();
        var layout = new Layout(namespace, "", Layout.PREFIX);
        var dialect = dialect(layout);
        var locks = dialect.locks();
        long token;
        try (var one = server().connect();
                var other = server().connect()) {
            locks.prepare(other, LEASE);
            one.setAutoCommit(false);
            draw(one, 2500);
            token = locks.take(other, Key.lock("x")).token();
            server().kill();
        }
        server().start();
        var lease = soon(inBackground(() -> member("b").lock("x").acquire()));
        assertThat(token).isPositive();
        assertThat(lease.token()).isGreaterThan(token);
    }

    /** So many that some are reserved anew. */
    private void draw(Connection connection, int times) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var i = 0; i < times; i++) {
                statement.execute(draw());
            }
        }
    }
}

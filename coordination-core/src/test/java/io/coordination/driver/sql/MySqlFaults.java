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

import static io.coordination.contract.Contract.eventually;
import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.Lease;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults on the databases that speak MySQL's protocol. */
abstract class MySqlFaults extends DatabaseFaultTests {

    @Override
    SqlBackend backend(Duration poll) throws IOException {
        return new SqlBackend(server(), new MariaDbWire(), poll);
    }

    @Override
    String now() {
        return "UTC_TIMESTAMP(6)";
    }

    @Override
    void terminateAll() {
        var kills = new ArrayList<String>();
        try (var connection = server().administrator();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id FROM information_schema.processlist WHERE user = 'app'")) {
            while (rows.next()) {
                kills.add("KILL " + rows.getLong(1));
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        server().execute(kills);
    }

    @Override
    List<String> timeZone(int hours) {
        return List.of("SET GLOBAL time_zone = '" + (hours < 0 ? "-" : "+") + "0" + Math.abs(hours) + ":00'");
    }

    @Test
    void rowOfTheGateThatIsDeletedByHandComesBack() {
        var a = member("a");
        var held = a.lock("held").tryAcquire().orElseThrow();
        server().execute(List.of("DELETE FROM app.coordination_gate"));
        var lease = a.lock("x").tryAcquire().orElseThrow();
        held.close();
        lease.close();
        assertThat(rows()).isZero();
        assertThat(a.lock("x").tryAcquire().orElseThrow().token()).isGreaterThan(lease.token());
    }

    @Test
    void waiterCostsTwoStatementsForEachLookAndNoMore() {
        var poll = Duration.ofSeconds(1);
        var lease = member("holder").lock("x").tryAcquire().orElseThrow();
        var b = opened(Coordinator.builder()
                .url(backend().url())
                .memberId("b")
                .sessionTimeout(Duration.ofSeconds(30))
                .pollInterval(poll));
        var before = backend().proxy().requests();
        var waiting = inBackground(() -> b.lock("x").acquire());
        eventually("it waits", () -> backend().proxy().requests() >= before + 2);
        var start = System.nanoTime();
        var asked = backend().proxy().requests();
        eventually(
                "time passes",
                () -> System.nanoTime() - start > poll.multipliedBy(4).toNanos());
        // A poll is up to a quarter earlier; the holder renews each two seconds, in up to three statements.
        assertThat(backend().proxy().requests() - asked).isBetween(4L, 2L * 6 + 3 * 3);
        lease.close();
        waiting.thenAccept(Lease::close).join();
    }

    @Test
    void leastPrivilegesAreEnough() {
        member("a");
        server().execute(List.of(
                "CREATE USER IF NOT EXISTS least@'127.0.0.1' IDENTIFIED BY 'least'",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON app.* TO least@'127.0.0.1'"));
        var least = opened(Coordinator.builder()
                .url(backend().url() + "&create_tables=false")
                .credentials("least", "least")
                .memberId("least"));
        least.group("g").join();
        least.lock("x").tryAcquire().orElseThrow().close();
        assertThat(least.groups()).containsExactly("g");
    }
}

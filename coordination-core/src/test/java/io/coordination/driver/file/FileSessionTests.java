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
package io.coordination.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.coordination.driver.support.RecordSession;
import io.coordination.spi.Claim;
import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special to files, within one process. */
class FileSessionTests {

    @TempDir
    Path directory;

    private Path base;
    private Stand stand;

    @BeforeEach
    void prepare() {
        base = directory.resolve("store");
        stand = new Stand(base);
    }

    @AfterEach
    void closeSessions() {
        stand.close();
    }

    @Test
    void copiesOfTheLibraryInOneProcessExcludeAndWakeOneAnother() throws Exception {
        try (var one = PeerCopy.open("file://" + base, "one");
                var two = PeerCopy.open("file://" + base, "two")) {
            assertThat(one.ask("claim x")).isEqualTo("held 1");
            assertThat(two.ask("claim x")).isEqualTo("waiting");
            one.ask("release x");
            assertThat(two.ask("await x")).startsWith("held 2 ");
        }
    }

    @Test
    void closingOneCopyOfTheLibraryDoesNotFreeTheLocksOfAnother() throws Exception {
        try (var outside = PeerProcess.start("file://" + base, "outside");
                var one = PeerCopy.open("file://" + base, "one")) {
            one.ask("join g");
            one.ask("claim x");
            try (var two = PeerCopy.open("file://" + base, "two")) {
                two.ask("join g");
                assertThat(two.ask("members g")).isEqualTo("one,two");
                assertThat(two.ask("claim x")).isEqualTo("waiting");
            }
            assertThat(outside.ask("members g")).isEqualTo("one");
            assertThat(outside.ask("holders x")).isEqualTo("one");
        }
    }

    @Test
    void sessionThatEndsWithoutCleaningUpIsNoticedByTheOthersOfItsProcess() {
        var holder = stand.open("holder");
        var waiter = stand.open("waiter");
        claim(holder, "x");
        var waiting = claim(waiter, "x");
        var look = new Look(waiting);
        assertThat(look.held()).isFalse();
        remove(base.resolve("coordination/sessions/" + id(holder)));

        assertThatExceptionOfType(StoreException.class).isThrownBy(holder::renew);

        until("the waiter holds it", look::held);
    }

    @Test
    void interruptedThreadDoesItsWorkAndStaysInterrupted() {
        var session = stand.open("a");
        Thread.currentThread().interrupt();
        try {
            session.join(Key.group("g"), new byte[] {1}, true);
            var claim = claim(session, "x");
            assertThat(claim.held()).isTrue();
            assertThat(session.holders(Key.lock("x"))).hasSize(1);
            session.renew();
            assertThat(claim.release()).isTrue();
            assertThat(session.leave(Key.group("g"))).isTrue();
            assertThat(session.delete(Key.group("g"))).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void sessionWhoseFileWasRemovedIsLost() {
        var session = stand.open("a");
        remove(base.resolve("coordination/sessions/" + id(session)));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(session::renew)
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.SESSION_LOST);
        assertThat(stand.losses).singleElement().asString().contains("was removed");
    }

    @Test
    void sessionWhoseSocketWasRemovedIsLost() {
        var session = stand.open("a");
        var id = id(session);
        remove(base.resolve("coordination/sessions/" + id + ".bell"));
        assertThatExceptionOfType(StoreException.class).isThrownBy(session::renew);
        assertThat(stand.losses).hasSize(1);
    }

    @Test
    void sessionWhoseDirectoryWasRemovedIsLostAndAnotherOneCanBeOpened() {
        var session = stand.open("a");
        claim(session, "x");
        remove(base);
        assertThatExceptionOfType(StoreException.class).isThrownBy(session::renew);
        assertThat(stand.losses).hasSize(1);
        assertThat(claim(stand.open("b"), "x").held()).isTrue();
    }

    @Test
    void holderIsToldWhenItsRecordWasRemoved() {
        var session = stand.open("a");
        claim(session, "x");
        claim(session, "y");
        remove(base.resolve("coordination/locks/x"));
        session.renew();
        assertThat(stand.losses).singleElement().asString().startsWith("lock 'x'");
    }

    @Test
    void recordOfSomebodyElseIsRefusedAndLeftAsItIs() throws IOException {
        var session = stand.open("a");
        var file = Files.writeString(base.resolve("coordination/locks/x"), "not ours");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> claim(session, "x"))
                .withMessageContaining(file.toString())
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.FOREIGN_DATA);
        assertThat(file).hasContent("not ours");
        assertThat(claim(session, "y").held()).isTrue();
    }

    @Test
    void recordOfAnotherNameIsNotTakenForOnesOwn() throws IOException {
        var session = stand.open("a");
        claim(session, "x");
        Files.copy(base.resolve("coordination/locks/x"), base.resolve("coordination/locks/y"));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> claim(session, "y"))
                .withMessageContaining("'x'")
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.FOREIGN_DATA);
    }

    @Test
    void groupWhoseNameIsTooLongForAFileIsListedByItsWholeName() {
        var session = stand.open("a");
        var name = "Ä".repeat(200);
        session.create(Key.group(name));
        session.create(Key.group("short"));
        assertThat(session.groups()).containsExactlyInAnyOrder(name, "short");
    }

    @Test
    void groupWithALargeMembershipIsKept() {
        var sessions = new ArrayList<Session>();
        for (var i = 0; i < 20; i++) {
            var session = stand.open("member-" + i);
            session.join(Key.group("g"), new byte[10_000 + i], true);
            sessions.add(session);
        }
        assertThat(sessions.get(0).members(Key.group("g")))
                .hasSize(20)
                .allSatisfy(member -> assertThat(member.data())
                        .hasSize(10_000 + Integer.parseInt(member.member().substring(7))));
    }

    @Test
    void lockThatAStoppedProcessLeftInAFileIsNotWaitedForForEver() throws Exception {
        var session = stand.open("a");
        Stand.token(session, "x");
        var file = base.resolve("coordination/locks/x");
        try (var other = PeerProcess.start("file://" + base, "other")) {
            assertThat(other.ask("lock-file " + file)).isEqualTo("locked");
            other.stop();
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> claim(session, "x"))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("is it stopped")
                    .extracting(StoreException::reason)
                    .isEqualTo(StoreException.Reason.TIMED_OUT);
            assertThat(claim(session, "y").held()).as("other names go on").isTrue();
        }
        assertThat(claim(session, "x").held()).isTrue();
    }

    @Test
    void thousandHeldLocksCostNoThreadAndNoDescriptorEach() throws IOException {
        var session = stand.open("a");
        claim(session, "warm-up");
        var threads = threads();
        var descriptors = descriptors();
        for (var i = 0; i < 1_000; i++) {
            assertThat(claim(session, "held-" + i).held()).isTrue();
        }
        session.renew();
        assertThat(stand.losses).isEmpty();
        assertThat(threads()).isLessThanOrEqualTo(threads);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 70);
        session.close();
        assertThat(claim(stand.open("b"), "held-999").held()).isTrue();
    }

    @Test
    void tenThousandCyclesLeaveThreadsAndDescriptorsAsTheyWere() throws IOException {
        var threads = threads();
        var descriptors = descriptors();
        var watcher = stand.open("watcher");
        watcher.watch(Key.group("g"), () -> {});
        for (var i = 0; i < 100; i++) {
            try (var session = stand.open("a")) {
                session.join(Key.group("g"), new byte[0], true);
                for (var j = 0; j < 100; j++) {
                    Stand.token(session, "lock-" + (i + j) % 150);
                }
            }
        }
        assertThat(watcher.members(Key.group("g"))).isEmpty();
        watcher.close();
        until("all threads ended", () -> threads() <= threads);
        until("all files are closed", () -> descriptors() <= descriptors);
        try (var left = Files.list(base.resolve("coordination/sessions"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatAKilledSessionLeftIsSweptAway() throws IOException {
        var sessions = base.resolve("coordination/sessions");
        stand.open("a").close();
        Files.createFile(sessions.resolve("dead-1"));
        Files.createFile(sessions.resolve("dead-1.bell"));
        var session = stand.open("b");
        try (var left = Files.list(sessions)) {
            assertThat(left)
                    .hasSize(2)
                    .allSatisfy(
                            path -> assertThat(path.getFileName().toString()).startsWith(id(session)));
        }
    }

    @Test
    void createdGroupIsThereForTheNextProcess() {
        try (var session = stand.open("a")) {
            session.create(Key.group("g"));
        }
        assertThat(stand.open("b", 2, Duration.ofHours(1)).groups()).containsExactly("g");
    }

    private static String id(Session session) {
        return ((RecordSession) session).id();
    }

    private static Claim claim(Session session, String lock) {
        return session.claim(Key.lock(lock), Mode.EXCLUSIVE, Stand.newClaim());
    }

    private static void remove(Path path) {
        try (var all = Files.walk(path)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("coordination-"))
                .count();
    }

    private static long descriptors() {
        var own = Path.of("/proc/self/fd");
        assumeThat(own).isDirectory();
        try (var all = Files.list(own)) {
            return all.count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        var begun = Clock.SYSTEM.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(Clock.SYSTEM.nanoTime() - begun))
                    .as(what)
                    .isLessThan(Duration.ofSeconds(20));
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Looks again only when it was woken. */
    private static final class Look {

        private final Claim claim;
        private volatile boolean woken = true;
        private boolean held;

        Look(Claim claim) {
            this.claim = claim;
        }

        boolean held() {
            if (woken) {
                woken = false;
                held = claim.advance(() -> woken = true);
            }
            return held;
        }
    }
}

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

import io.coordination.spi.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one directory: they exclude, wake and outlive one another. */
class FileProcessTests {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private String url;

    @BeforeEach
    void prepare() {
        url = "file://" + directory.resolve("store");
    }

    @AfterEach
    void endAll() throws Exception {
        for (var each : opened) {
            each.close();
        }
    }

    @Test
    void processesAndTheirThreadsExcludeOneAnotherAndTokensRise() throws Exception {
        var file = Files.writeString(directory.resolve("number"), "0");
        var command = "count x " + file + " 3 150";
        var other = process("other");
        var theirs = other.later(command);
        var ours = here("ours").apply(command);

        var tokens = new TreeMap<Long, Long>();
        for (var part : (ours + " " + theirs.get(60, TimeUnit.SECONDS)).split(" ")) {
            tokens.put(Long.valueOf(part.split(":")[0]), Long.valueOf(part.split(":")[1]));
        }
        assertThat(file).hasContent("900");
        assertThat(tokens).hasSize(900);
        assertThat(new ArrayList<>(tokens.values())).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void sessionsThatComeAndGoBreakNothing() throws Exception {
        var file = Files.writeString(directory.resolve("number"), "0");
        var command = "count x " + file + " 2 400";
        var other = process("other");
        var ours = here("ours");
        var host = here("host");
        var guests = later(host, "guests x 1000");
        var otherGuests = process("other-host").later("guests x 1000");
        var theirs = other.later(command);
        var tokens = ours.apply(command) + " " + theirs.get(60, TimeUnit.SECONDS);
        assertThat(guests.get(60, TimeUnit.SECONDS)).startsWith("guests ");
        assertThat(otherGuests.get(60, TimeUnit.SECONDS)).startsWith("guests ");
        assertThat(file).hasContent("1600");
        assertThat(tokens.split(" ")).hasSize(1_600).doesNotHaveDuplicates();
    }

    @Test
    void sessionStandsForOtherProcessesAfterEveryThingThatItDoes() throws Exception {
        var session = here("session");
        var other = process("other");
        for (var command :
                List.of("claim x", "join g", "watch g", "renew", "members g", "holders x", "claim y", "renew")) {
            session.apply(command);
            // A look from outside takes all from a session whose file is not locked.
            assertThat(other.ask("holders x")).as("after " + command).isEqualTo("session");
        }
        assertThat(other.ask("members g")).isEqualTo("session");
        assertThat(other.ask("claim x")).isEqualTo("waiting");
    }

    @Test
    void killedHolderFreesItsLockAtOnce() throws Exception {
        var holder = process("holder");
        var waiter = here("waiter");
        assertThat(holder.ask("claim x")).isEqualTo("held 1");
        assertThat(waiter.apply("claim x")).isEqualTo("waiting");
        var held = later(waiter, "await x");
        untilAttended(holder.ask("id"));

        var killed = System.nanoTime();
        holder.kill();

        assertThat(held.get()).startsWith("held 2 ");
        assertThat(nanos(held.get()) - killed).isLessThan(SECOND);
    }

    @Test
    void processThatWasKilledBeforeAnybodyWaitedIsNoticedByWhoeverComes() throws Exception {
        var holder = process("holder");
        holder.ask("claim x");
        holder.ask("join g");
        holder.kill();
        var next = here("next");
        assertThat(next.apply("members g")).isEmpty();
        assertThat(next.apply("claim x")).isEqualTo("held 2");
        try (var left = Files.list(directory.resolve("store/coordination/sessions"))) {
            assertThat(left).as("its own two only").hasSize(2);
        }
    }

    @Test
    void stoppedHolderKeepsItsLock() throws Exception {
        var holder = process("holder");
        holder.ask("claim x");
        holder.stop();
        var other = here("other");
        assertThat(other.apply("holders x")).isEqualTo("holder");
        assertThat(other.apply("claim x")).isEqualTo("waiting");
        holder.resume();
        assertThat(holder.ask("renew")).isEqualTo("renewed");
        assertThat(holder.ask("lost")).isEmpty();
        holder.ask("release x");
        assertThat(other.apply("await x")).startsWith("held 2 ");
    }

    @Test
    void waiterOfAnotherProcessIsWokenByTheReleaseAndNeverLooksForNothing() throws Exception {
        var waiter = process("waiter");
        var holder = here("holder");
        holder.apply("claim x");
        waiter.ask("claim x");
        var held = waiter.later("await x");
        untilAttended(holder.apply("id"));

        var released = nanos(holder.apply("release x"));

        var answer = held.get(20, TimeUnit.SECONDS).split(" ");
        assertThat(Long.parseLong(answer[2]) - released).isLessThan(SECOND);
        assertThat(Integer.parseInt(answer[3])).as("looks").isLessThanOrEqualTo(2);
    }

    @Test
    void wakeThatWasLostIsMadeUpForWhenItsSenderDies() throws Exception {
        var holder = process("holder");
        var waiter = here("waiter");
        holder.ask("claim x");
        waiter.apply("claim x");
        var held = later(waiter, "await x");
        untilAttended(holder.ask("id"));
        // Nobody can ring any more, as if the holder were killed between giving back and ringing.
        Files.delete(directory.resolve("store/coordination/sessions/" + waiter.apply("id") + ".bell"));
        holder.ask("release x");
        assertThat(held).isNotDone();

        holder.kill();

        assertThat(held.get(20, TimeUnit.SECONDS)).startsWith("held 2 ");
    }

    @Test
    void processesThatWatchOneAnotherAreToldWhoDied() throws Exception {
        var one = process("one");
        var two = process("two");
        one.ask("join g");
        two.ask("join g");
        // Each waits for the end of the other: with locks alone the kernel would see a deadlock.
        assertThat(one.ask("watch g")).isEqualTo("watching one,two");
        assertThat(two.ask("watch g")).isEqualTo("watching one,two");
        untilAttended(one.ask("id"));
        untilAttended(two.ask("id"));

        two.kill();

        assertThat(one.ask("changed g")).startsWith("changed");
        assertThat(one.ask("members g")).isEqualTo("one");
    }

    @Test
    void ringsAtAStoppedProcessDoNotBlockAndNothingIsMissed() throws Exception {
        var stopped = process("stopped");
        var here = here("here");
        here.apply("claim x");
        stopped.ask("claim x");
        stopped.ask("watch g");
        var held = stopped.later("await x");
        untilAttended(here.apply("id"));
        stopped.stop();

        // Many more than its socket has room for; the release is turned away.
        for (var i = 0; i < 300; i++) {
            here.apply("join g");
            here.apply("leave g");
        }
        here.apply("release x");
        stopped.resume();

        assertThat(held.get(20, TimeUnit.SECONDS)).startsWith("held 2 ");
        assertThat(stopped.ask("changed g")).startsWith("changed");
    }

    @Test
    void processThatDiesAtAnyMomentLeavesNothingBroken() throws Exception {
        var random = new SplittableRandom(4711);
        var file = Files.writeString(directory.resolve("number"), "0");
        var survivor = here("survivor");
        var last = 0L;
        for (var round = 0; round < 5; round++) {
            var victim = process("victim-" + round);
            victim.ask("join g");
            victim.send("count x " + file + " 2 1000000");
            LockSupport.parkNanos(random.nextLong(30_000_000, 150_000_000));
            victim.kill();
            Files.writeString(file, "0");

            var claimed = survivor.apply("claim x");
            var token = Long.parseLong((claimed.equals("waiting") ? survivor.apply("await x") : claimed).split(" ")[1]);
            assertThat(token).isGreaterThan(last);
            last = token;
            survivor.apply("release x");
            assertThat(survivor.apply("members g")).isEmpty();
        }
    }

    @Test
    void directoryWhosePathIsTooLongForASocketWorksAsAnyOther() throws Exception {
        var temporary = "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp"));
        url += "/" + "long".repeat(30);
        var holder = process("holder", temporary);
        var waiter = process("waiter", temporary);
        assertThat(holder.ask("promises")).contains("NOTIFIES");
        holder.ask("claim x");
        waiter.ask("claim x");
        var held = waiter.later("await x");
        untilAttended(holder.ask("id"));
        holder.ask("release x");
        assertThat(held.get(20, TimeUnit.SECONDS)).startsWith("held 2 ");
        waiter.ask("join g");
        holder.ask("watch g");
        waiter.kill();
        while (!holder.ask("members g").isEmpty()) {
            assertThat(holder.ask("changed g")).startsWith("changed");
        }
        holder.ask("close");
        try (var left = Files.walk(directory.resolve("tmp"))) {
            assertThat(left.filter(path -> path.toString().endsWith(".bell"))).isEmpty();
        }
    }

    @Test
    void withoutSocketsChangesAndDeathsAreStillNoticed() throws Exception {
        var temporary = Files.createDirectories(directory.resolve("tmp".repeat(30)));
        url += "/" + "long".repeat(30);
        var holder = process("holder", "-Djava.io.tmpdir=" + temporary);
        var waiter = process("waiter", "-Djava.io.tmpdir=" + temporary);
        assertThat(waiter.ask("promises")).doesNotContain("NOTIFIES").contains("FENCING");
        holder.ask("claim x");
        holder.ask("claim y");
        holder.ask("join g");
        waiter.ask("claim x");
        waiter.ask("claim y");
        assertThat(waiter.ask("watch g")).isEqualTo("watching holder");
        var held = waiter.later("await x");
        holder.ask("release x");
        assertThat(held.get(20, TimeUnit.SECONDS)).startsWith("held 2 ");
        holder.kill();
        assertThat(waiter.ask("await y")).startsWith("held ");
        assertThat(waiter.ask("members g")).isEmpty();
    }

    private PeerProcess process(String member, String... jvmOptions) throws IOException {
        var process = PeerProcess.start(url, member, jvmOptions);
        opened.add(process);
        return process;
    }

    private Peer here(String member) {
        var peer = new Peer(StoreUrl.parse(url), member);
        opened.add(peer);
        return peer;
    }

    private static CompletableFuture<String> later(Peer peer, String command) {
        return CompletableFuture.supplyAsync(() -> peer.apply(command));
    }

    /** Until somebody is connected to a session's socket to hear of its end, which is after the first look. */
    private static void untilAttended(String session) throws IOException {
        var begun = System.nanoTime();
        while (Files.readString(Path.of("/proc/net/unix")).split(session + ".bell", -1).length < 3) {
            assertThat(System.nanoTime() - begun).as("somebody attends").isLessThan(20 * SECOND);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long nanos(String answer) {
        var words = answer.split(" ");
        return Long.parseLong(words[words[0].equals("held") ? 2 : 1]);
    }
}

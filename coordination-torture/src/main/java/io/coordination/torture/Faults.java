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
package io.coordination.torture;

import io.coordination.contract.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What can befall a member: its process, its line, its clock. */
final class Faults {

    private static final long STARVED = 180;

    private Faults() {}

    /** Of the process: it is killed, frozen, starved, or busy with itself. */
    static List<Fault> ofProcess() {
        return List.of(
                Fault.ofMember("kill", Faults::kill),
                Fault.ofMember("stop-briefly", (victim, lease) -> stop(victim, lease * 2 / 5)),
                Fault.ofMember("stop-long", (victim, lease) -> stop(victim, lease * 3 / 2)),
                Fault.ofMember("starve", (victim, lease) -> starve(victim, lease * 3 / 2)),
                Fault.ofMember("collect-garbage", (victim, lease) -> {
                    victim.begin("collect " + lease * 3 / 2);
                    victim.awaitDone();
                }));
    }

    /** Of the member of this number. */
    static Fault stopLong(int number) {
        return new Fault("stop-long", (run, random) -> {
            var victim = run.members().get(number);
            run.during(
                    "stop-long",
                    victim.id(),
                    () -> stop(victim, run.store().lease().toMillis() * 3 / 2));
        });
    }

    /** Of the member of this number. */
    static Fault kill(int number) {
        return new Fault("kill", (run, random) -> {
            var victim = run.members().get(number);
            run.during(
                    "kill", victim.id(), () -> kill(victim, run.store().lease().toMillis()));
        });
    }

    private static void kill(Member victim, long lease) throws IOException, InterruptedException {
        victim.kill();
        Thread.sleep(lease / 4);
        victim.bearAgain();
    }

    private static void stop(Member victim, long millis) throws InterruptedException {
        victim.signal("STOP");
        try {
            Thread.sleep(millis);
        } finally {
            victim.signal("CONT");
        }
    }

    /** It gets a tenth of a processor, as others want it, too. */
    private static void starve(Member victim, long millis) throws InterruptedException {
        for (var since = System.nanoTime(); System.nanoTime() - since < millis * 1_000_000; ) {
            stop(victim, STARVED);
            Thread.sleep(STARVED / 9);
        }
    }

    /** Of the line to the store. */
    static List<Fault> ofLine() {
        return List.of(
                line("reset", 0, FaultProxy::breakConnections),
                line("cut-briefly", 50, FaultProxy::cut),
                line("cut-long", 150, FaultProxy::cut),
                line("silent-long", 150, FaultProxy::freeze),
                line("requests-lost", 150, FaultProxy::freezeRequests),
                line("answers-lost", 150, FaultProxy::freezeAnswers),
                line("answer-lost", 30, proxy -> proxy.loseReplyOf(FaultProxy.Protocol.ANY)),
                line("answers-late", 100, proxy -> proxy.delay(Duration.ofMillis(50))),
                line("requests-late", 150, proxy -> proxy.delayRequests(Duration.ofMillis(120))),
                Fault.ofMember("requests-later-than-the-lease", (victim, lease) -> {
                    victim.lines().forEach(proxy -> proxy.delayRequests(Duration.ofMillis(lease * 6 / 5)));
                    mend(victim, lease * 3 / 2);
                }),
                Fault.ofMember("late-then-silent", Faults::lateThenSilent));
    }

    /** Of the member of this number. */
    static Fault lateThenSilent(int number) {
        return new Fault("late-then-silent", (run, random) -> {
            var victim = run.members().get(number);
            run.during(
                    "late-then-silent",
                    victim.id(),
                    () -> lateThenSilent(victim, run.store().lease().toMillis()));
        });
    }

    /** The last renewal that arrives is answered late: the end of belief is counted from it. */
    private static void lateThenSilent(Member victim, long lease) throws InterruptedException {
        victim.lines().forEach(proxy -> proxy.delay(Duration.ofMillis(lease / 4)));
        Thread.sleep(lease);
        victim.lines().forEach(FaultProxy::freezeRequests);
        Thread.sleep(lease / 3);
        victim.lines().forEach(FaultProxy::freeze);
        mend(victim, lease * 7 / 6);
    }

    private interface Harm {

        void to(FaultProxy line);
    }

    private static Fault line(String name, int percentOfLease, Harm harm) {
        return Fault.ofMember(name, (victim, lease) -> {
            victim.lines().forEach(harm::to);
            mend(victim, lease * percentOfLease / 100);
        });
    }

    private static void mend(Member victim, long afterMillis) throws InterruptedException {
        try {
            Thread.sleep(afterMillis);
        } finally {
            victim.lines().forEach(FaultProxy::restore);
        }
    }

    /** Of the time of day, for members that can be lied to. */
    static List<Fault> ofClock() {
        var faults = new ArrayList<Fault>();
        for (var offset : List.of("+1h", "-1h", "+60s", "-60s")) {
            faults.add(new Fault("clock" + offset, (run, random) -> {
                for (var victim : run.members()) {
                    if (victim.hasWrongClock()) {
                        run.during("clock" + offset, victim.id(), () -> victim.setClock(offset));
                    }
                }
            }));
        }
        return faults;
    }
}

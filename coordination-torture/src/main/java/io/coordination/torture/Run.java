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

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Members on a store, one fault after the other, a while of peace, a last look, and the history of it all. */
final class Run {

    private final Store store;
    private final Plan plan;
    private final Path directory;
    private final List<Member> members = new ArrayList<>();
    private Log nemesis;

    /**
     * What is run.
     *
     * @param members how many members there are
     * @param length for how long faults strike
     * @param seed what the choice of faults and all that members do begins with
     * @param fencing whether the judge looks at tokens
     * @param steady whether members hold on to what they have, rather than let others have it soon
     * @param freezing whether each member is frozen for longer than its lease first, while none steps back: whoever leads then
     *     writes too late
     * @param faults what may strike; all do once before one does again
     */
    record Plan(
            int members,
            Duration length,
            long seed,
            boolean fencing,
            boolean steady,
            boolean freezing,
            List<Fault> faults) {

        /** What happens to a store whose promises are to be kept. */
        static Plan of(int members, int seconds, List<Fault> faults) {
            return new Plan(
                    members,
                    Duration.ofSeconds(seconds),
                    Long.getLong("seed", System.nanoTime()),
                    true,
                    false,
                    true,
                    faults);
        }

        Plan unfrozen() {
            return new Plan(members, length, seed, fencing, steady, false, faults);
        }

        Plan unfenced() {
            return new Plan(members, length, seed, false, steady, freezing, faults);
        }

        Plan steadfast() {
            return new Plan(members, length, seed, fencing, true, freezing, faults);
        }
    }

    private Run(Store store, Plan plan) throws IOException {
        this.store = store;
        this.plan = plan;
        this.directory = Path.of(
                        "target", "torture", store.name() + "-" + plan.seed() + (plan.fencing() ? "" : "-unfenced"))
                .toAbsolutePath();
        Directories.clear(Files.createDirectories(directory));
    }

    /** Runs, and returns what happened. */
    static History of(Store store, Plan plan) throws IOException, InterruptedException {
        System.out.println("torture: " + store.name() + " with seed " + plan.seed());
        return new Run(store, plan).run();
    }

    Store store() {
        return store;
    }

    List<Member> members() {
        return members;
    }

    /** Something that can be interrupted. */
    interface Harm {

        void happen() throws IOException, InterruptedException;
    }

    /** Notes when a fault begins and when all is well again. */
    void during(String fault, String victim, Harm harm) throws IOException, InterruptedException {
        var op = nemesis.nextOp();
        nemesis.add(op, What.FAULT, Type.INVOKE, victim, 0, fault);
        harm.happen();
        nemesis.add(op, What.FAULT, Type.OK, victim, 0, fault);
    }

    private History run() throws IOException, InterruptedException {
        var judgment = directory.resolve("judge.jsonl").toString();
        try (var log = new Log("nemesis", directory.resolve("nemesis.jsonl"));
                var judge = new JavaProcess(
                        Judge.class,
                        directory.resolve("judge.err"),
                        Map.of(),
                        List.of(String.valueOf(plan.fencing()), judgment))) {
            nemesis = log;
            var port = Integer.parseInt(judge.said().substring("ready ".length()));
            var setting = new Member.Setting(store, port, directory, nemesis, plan);
            for (var i = 0; i < plan.members(); i++) {
                members.add(new Member("w" + (i + 1), setting, i == 0));
            }
            all("work");
            strike();
            rest();
        } finally {
            members.forEach(Member::close);
        }
        return History.read(directory);
    }

    private void strike() throws IOException, InterruptedException {
        var random = new SplittableRandom(plan.seed());
        var until = System.nanoTime() + plan.length().toNanos();
        var next = new ArrayList<Fault>();
        for (var i = 0; plan.freezing() && i < members.size(); i++) {
            // Where nothing times out only a death has others take over.
            var first = store.expiry().isZero() ? Faults.kill(i) : Faults.stopLong(i);
            first.blow().strike(this, random);
        }
        if (!plan.steady()) {
            all("stir");
        }
        while (System.nanoTime() < until) {
            if (next.isEmpty()) {
                next.addAll(plan.faults());
            }
            Thread.sleep(random.nextInt(300, 1200));
            if (next.isEmpty()) {
                continue;
            }
            next.remove(random.nextInt(next.size())).blow().strike(this, random);
        }
    }

    private void rest() throws InterruptedException {
        nemesis.add(0, What.STATE, Type.OK, "", 0, "PEACE");
        Thread.sleep(store.expiry().toMillis() + 1000);
        all("quiet");
        all("probe");
        members.forEach(Member::end);
    }

    private void all(String command) {
        members.forEach(member -> member.begin(command));
        members.forEach(Member::awaitDone);
    }
}

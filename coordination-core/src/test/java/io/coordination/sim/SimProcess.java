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
package io.coordination.sim;

import io.coordination.spi.Clock;
import io.coordination.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A process with its machine's clock, timer and threads. Its clock runs a little fast or slow; its wall clock can jump; it can
 * be frozen, put to sleep (then its monotonic clock stands still, as that of a suspended machine) or killed. A thread of it
 * that reads the clock may lose its processor there.
 */
final class SimProcess implements Clock, Scheduler, Executor {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long FOR_EVER = Duration.ofDays(1).toNanos();

    private final Simulation sim;
    private final String name;
    private final int number;
    private final long origin;
    private final int driftPpm;
    private final List<Event> held = new ArrayList<>();

    private long wallOffset;
    private int freezes;
    private long frozenSince;
    private long frozenBefore;
    private int sleeps;
    private long asleepSince;
    private long asleepBefore;
    private boolean setBack;
    private boolean slept;
    private boolean killed;
    private boolean starved;
    private double preemption;
    private double longPreemption;
    private int timers;

    SimProcess(Simulation sim, String name, int number, int driftPpm) {
        this.sim = sim;
        this.name = name;
        this.number = number;
        this.driftPpm = driftPpm;
        this.origin = sim.between(Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
        this.wallOffset = sim.between(1_700_000_000_000L, 1_800_000_000_000L);
    }

    Simulation simulation() {
        return sim;
    }

    int number() {
        return number;
    }

    @Override
    public long nanoTime() {
        var early = sim.running() != null && sim.chance(0.5);
        if (early) {
            mayBePreempted();
        }
        var time = local();
        if (!early) {
            mayBePreempted();
        }
        return time;
    }

    @Override
    public long wallMillis() {
        return wallOffset + sim.now() / MILLI;
    }

    private long local() {
        var run = sim.now() - asleepBefore - (sleeps > 0 ? sim.now() - asleepSince : 0);
        return origin + run + run * driftPpm / 1_000_000;
    }

    private static long inTrueTime(long nanos, int driftPpm) {
        var bounded = Math.min(Math.max(0, nanos), FOR_EVER);
        return bounded - bounded * driftPpm / 1_000_000 + 1;
    }

    @Override
    public void park(long nanos) {
        var me = me("park");
        if (Thread.currentThread().isInterrupted() || me.permit) {
            me.permit = false;
            return;
        }
        me.parked = true;
        var end = sim.resume(me, me.beginWait("parked"), inTrueTime(nanos, driftPpm) + latency());
        try {
            sim.await(me);
        } finally {
            end.cancel();
            me.parked = false;
            me.permit = false;
        }
    }

    @Override
    public void unpark(Thread thread) {
        var actor = thread instanceof Carrier carrier ? carrier.actor() : null;
        if (actor != null && actor.process == this && !actor.permit) {
            actor.permit = true;
            wake(actor);
        }
    }

    void interrupt(Actor actor) {
        actor.interrupted = true;
        wake(actor);
    }

    private void wake(Actor actor) {
        if (actor.parked) {
            var drawn = sim.drawFor(actor);
            sim.resume(actor, actor.currentWait(), latency(drawn), drawn);
        }
    }

    /** Lets the calling actor wait for a time by this process's clock. */
    void sleep(long nanos) {
        var me = me("sleep");
        sim.resume(me, me.beginWait("asleep"), inTrueTime(nanos, driftPpm));
        sim.await(me);
    }

    /** {@return the calling actor, which is about to wait} */
    Actor me(String doing) {
        sim.requireLife(this);
        var me = sim.running();
        if (me == null || me.process != this || !me.mayWait) {
            var wrong =
                    new AssertionError("must not " + doing + " here: " + (me == null ? "outside of all actors" : me));
            sim.fail(wrong);
            throw wrong;
        }
        return me;
    }

    @Override
    public Cancellable after(Duration delay, Runnable task) {
        var timer = new Timer(local() + Math.min(delay.toNanos(), FOR_EVER), task);
        timers++;
        timer.set();
        return timer;
    }

    private final class Timer implements Cancellable {

        private final long due;
        private final Runnable task;
        private @Nullable Event event;
        private boolean over;

        Timer(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        void set() {
            event = sim.at(
                    sim.now() + inTrueTime(due - local(), driftPpm) + latency(), SimProcess.this, "timer", this::fire);
        }

        private void fire() {
            if (over) {
                return;
            }
            if (local() < due) {
                set();
                return;
            }
            over = true;
            timers--;
            if (sim.chance(0.25)) {
                sim.start(SimProcess.this, "timer", false, 0, task::run);
            } else {
                task.run();
            }
        }

        @Override
        public void cancel() {
            if (!over) {
                over = true;
                timers--;
                if (event != null) {
                    event.cancel();
                }
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        spawn("task", task::run);
    }

    Actor spawn(String what, Actor.Body body) {
        return sim.start(this, what, true, latency(), body);
    }

    private void mayBePreempted() {
        var me = sim.running();
        if (me != null && me.process == this && !killed && !sim.isEnding() && sim.chance(preemption)) {
            var wait = me.beginWait("preempted");
            sim.resume(me, wait, sim.chance(longPreemption) ? sim.between(0, 400 * MILLI) : latency());
            sim.await(me);
        }
    }

    /** A place where a thread may lose its processor, such as a line that is logged. */
    void point() {
        mayBePreempted();
    }

    /** From now on, a thread that reads the clock loses its processor with these probabilities: to do so at all, and for long. */
    void preempt(double often, double forLong) {
        preemption = often;
        longPreemption = forLong;
    }

    void starve(boolean now) {
        starved = now;
    }

    private long latency() {
        return sim.chance(starved ? 0.3 : 0.02)
                ? sim.between(0, starved ? 300 * MILLI : 5 * MILLI)
                : sim.between(0, 100) * MICRO;
    }

    private long latency(long drawn) {
        return (drawn >>> 32) % (starved ? 300 * MILLI : 100 * MICRO);
    }

    /** Whether an event may happen to this process now; if it is frozen, the event comes when it goes on. */
    boolean isReadyFor(Event event) {
        if (killed) {
            return false;
        }
        if (freezes > 0) {
            held.add(event);
            return false;
        }
        return true;
    }

    boolean isFrozen() {
        return freezes > 0;
    }

    /** Stops it for a time; asleep, its monotonic clock stops too, which nothing shows if its wall clock is set back. */
    void freeze(long nanos, boolean asleep) {
        if (killed || (asleep && setBack)) {
            return;
        }
        slept |= asleep;
        if (freezes++ == 0) {
            frozenSince = sim.now();
        }
        if (asleep && sleeps++ == 0) {
            asleepSince = sim.now();
        }
        sim.note(this, asleep ? "falls asleep" : "freezes");
        sim.at(sim.now() + nanos, null, "thaw", () -> thaw(asleep));
    }

    private void thaw(boolean asleep) {
        if (asleep && --sleeps == 0) {
            asleepBefore += sim.now() - asleepSince;
        }
        if (--freezes == 0) {
            sim.note(this, "goes on");
            frozenBefore += sim.now() - frozenSince;
            held.forEach(event -> sim.addLate(event, latency()));
            held.clear();
        }
    }

    /** {@return the time at which it would be, had it never been frozen} */
    long lived() {
        return sim.now() - frozen();
    }

    /** {@return for how long it was frozen up to now} */
    long frozen() {
        return frozenBefore + (freezes > 0 ? sim.now() - frozenSince : 0);
    }

    void jump(long millis) {
        if (millis < 0 && slept) {
            return;
        }
        setBack |= millis < 0;
        sim.note(this, "wall clock jumps");
        wallOffset += millis;
    }

    void kill() {
        sim.note(this, "is killed");
        killed = true;
        held.clear();
        sim.unwind(this);
    }

    boolean isKilled() {
        return killed;
    }

    /** {@return how many timers are set} */
    int timers() {
        return timers;
    }

    @Override
    public String toString() {
        return name;
    }
}

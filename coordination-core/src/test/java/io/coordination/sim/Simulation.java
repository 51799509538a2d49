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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time. Events happen in the order of their times, ties as the seed decides; actors are real threads, of which
 * exactly one runs, until it waits for an event. The same seed gives the same history, which the {@link #hash} stands for.
 *
 * <p>There is no thread that schedules: whoever begins to wait looks for the next event and hands the baton on.
 */
final class Simulation implements AutoCloseable {

    private static final long MOST_EVENTS = 200_000;
    private static final long REAL_PATIENCE = TimeUnit.SECONDS.toNanos(60);

    /** The simulation whose events happen on a thread that is no carrier. */
    private static final ThreadLocal<@Nullable Simulation> DRIVEN = new ThreadLocal<>();

    private final long seed;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Set<Actor> actors = new LinkedHashSet<>();
    private final Deque<Carrier> carriers = new ArrayDeque<>();
    private final Trace trace;
    private final Actor main;

    private Runnable observer = () -> {};
    private @Nullable Actor running;
    private @Nullable Throwable failure;
    private boolean ending;
    private long now;
    private long horizon;
    private long numbers;
    private long happened;

    Simulation(long seed, int keptLines) {
        this.seed = seed;
        this.trace = new Trace(keptLines);
        this.random = new SplittableRandom(seed);
        this.main = new Actor(this, null, 0, false, "main", () -> {});
        this.main.start(new Baton(Thread.currentThread()));
    }

    /** {@return the simulation that the calling thread belongs to, null if to none} */
    static @Nullable Simulation here() {
        if (Thread.currentThread() instanceof Carrier carrier) {
            return carrier.simulation();
        }
        return DRIVEN.get();
    }

    long now() {
        return now;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** {@return a number from {@code least} to {@code most}, both included} */
    long between(long least, long most) {
        return least + (most > least ? random.nextLong(most - least + 1) : 0);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /**
     * A random number that depends on who asks and when, not on how many asked before: for what the core does in the order of
     * a set of objects without a hash code of their own.
     */
    long drawFor(Actor actor) {
        return Trace.mix(seed ^ Trace.mix(actor.number * 0x9E3779B97F4A7C15L) ^ Trace.mix(now));
    }

    /** Called before every event. */
    void observe(Runnable each) {
        observer = each;
    }

    Event at(long when, @Nullable SimProcess owner, String what, Runnable action) {
        return add(when, random.nextLong(), owner, what, null, () -> {
            action.run();
            return null;
        });
    }

    Actor start(SimProcess process, String name, boolean mayWait, long delay, Actor.Body body) {
        var actor = new Actor(this, process, (int) ++numbers, mayWait, name, body);
        if (!ending && !process.isKilled()) {
            actors.add(actor);
        }
        add(now + delay, random.nextLong(), process, name, actor, () -> {
            var carrier = carriers.isEmpty() ? Carrier.take() : carriers.pop();
            carrier.load(actor);
            actor.start(carrier.baton());
            return actor;
        });
        return actor;
    }

    /** Ends a wait, if it is still the same one by then. */
    Event resume(Actor actor, long wait, long delay, long tie) {
        return add(now + delay, tie, actor.process, "resume", actor, () -> actor.isWaitingIn(wait) ? actor : null);
    }

    Event resume(Actor actor, long wait, long delay) {
        return resume(actor, wait, delay, random.nextLong());
    }

    /** An actor of a killed process goes on to its end. */
    void unwind(SimProcess killed) {
        for (var actor : actors) {
            if (actor.process == killed && actor.isStarted() && actor != running) {
                add(now, random.nextLong(), null, "unwind", actor, () -> actors.contains(actor) ? actor : null);
            }
        }
        actors.removeIf(actor -> actor.process == killed && !actor.isStarted());
    }

    /** An event that came while its process was frozen. */
    void addLate(Event event, long delay) {
        events.add(event.later(now + delay, random.nextLong(), ++numbers));
    }

    private Event add(
            long when,
            long tie,
            @Nullable SimProcess owner,
            String what,
            @Nullable Actor actor,
            Supplier<@Nullable Actor> action) {
        var event = new Event(Math.max(now, when), tie, ++numbers, owner, what, actor, action);
        if (!ending) {
            events.add(event);
        }
        return event;
    }

    /** {@return the actor that runs, null while an event happens outside of all} */
    @Nullable
    Actor running() {
        return running;
    }

    boolean isEnding() {
        return ending;
    }

    /** Does something that is no part of the history, such as looking at a clock for a check. */
    void aside(Runnable look) {
        var actor = running;
        running = null;
        try {
            look.run();
        } finally {
            running = actor;
        }
    }

    /** Gives the baton away until the wait that {@code me} has begun is ended. */
    void await(Actor me) {
        var interrupted = Thread.interrupted();
        var next = dispatch();
        if (next != me) {
            next.baton().pass();
            me.baton().await();
        }
        me.endWait();
        if (interrupted || me.interrupted) {
            me.interrupted = false;
            Thread.currentThread().interrupt();
        }
        requireLife(me.process);
    }

    void requireLife(@Nullable SimProcess process) {
        if (ending || (process != null && process.isKilled())) {
            throw new Killed();
        }
    }

    /** Lets all happen up to a time; to be called by the thread that made this. */
    void runUntil(long when) {
        horizon = when;
        DRIVEN.set(this);
        var next = dispatch();
        if (next != main) {
            next.baton().pass();
            if (!main.baton().await(REAL_PATIENCE)) {
                ending = true;
                throw new AssertionError("Stuck in real time, in " + running + "\n" + stacks());
            }
        }
        running = null;
        if (failure != null) {
            throw new AssertionError("at " + seconds(now) + ": " + failure.getMessage(), failure);
        }
        now = when;
    }

    /** {@return what is still to happen} */
    List<Event> pending() {
        return events.stream().filter(event -> !event.isCancelled()).toList();
    }

    /** Runs an actor to its end and hands over who has the baton next. On the carrier's thread. */
    Actor live(Actor actor, Carrier carrier) {
        try {
            actor.run();
        } catch (Killed expected) {
            Thread.interrupted();
        } catch (Throwable broken) {
            fail(new AssertionError(actor + " failed: " + broken, broken));
        }
        Thread.interrupted();
        actors.remove(actor);
        carrier.unload();
        carriers.push(carrier);
        return dispatch();
    }

    void fail(Throwable first) {
        if (failure == null && !ending) {
            failure = first;
        }
    }

    private Actor dispatch() {
        running = null;
        while (true) {
            try {
                if (!ending && failure == null) {
                    observer.run();
                }
                var next = next();
                if (next != null) {
                    running = next;
                    return next;
                }
            } catch (Throwable broken) {
                fail(broken);
            }
        }
    }

    private @Nullable Actor next() {
        if (ending) {
            return actors.stream().filter(Actor::isStarted).findFirst().orElse(main);
        }
        var event = events.peek();
        if (failure != null || event == null || event.at() > horizon) {
            return main;
        }
        events.remove();
        if (event.isCancelled() || (event.owner != null && !event.owner.isReadyFor(event))) {
            return null;
        }
        now = event.at();
        if (++happened > MOST_EVENTS) {
            throw new AssertionError("no end after " + happened + " events; alive: " + actors);
        }
        note(event.owner, event.what, event.actor == null ? "" : event.actor);
        return event.happen();
    }

    void note(@Nullable SimProcess who, String what) {
        note(who, what, "");
    }

    /** Puts a step into the history, with a detail for people. */
    void note(@Nullable SimProcess who, String what, Object detail) {
        trace.add(now, who, what, () -> {
            var text = new StringBuilder();
            aside(() -> text.append(detail));
            return text.toString();
        });
    }

    Trace trace() {
        return trace;
    }

    long happened() {
        return happened;
    }

    Set<Actor> actors() {
        return actors;
    }

    static String seconds(long nanos) {
        return String.format("%.6f s", nanos / 1e9);
    }

    private String stacks() {
        return actors.stream()
                .filter(Actor::isStarted)
                .map(actor -> actor + " "
                        + carriersOf(actor).stream().map(Object::toString).collect(Collectors.joining("\n    ")))
                .collect(Collectors.joining("\n"));
    }

    private static List<StackTraceElement> carriersOf(Actor actor) {
        return List.of(actor.baton().thread().getStackTrace());
    }

    /** Ends all actors. */
    @Override
    public void close() {
        if (ending) {
            return;
        }
        ending = true;
        events.clear();
        var next = dispatch();
        if (next != main) {
            next.baton().pass();
            if (!main.baton().await(REAL_PATIENCE)) {
                throw new AssertionError("An actor does not end: " + actors + "\n" + stacks());
            }
        }
        DRIVEN.remove();
        carriers.forEach(Carrier::giveBack);
    }
}

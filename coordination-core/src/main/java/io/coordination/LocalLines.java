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
package io.coordination;

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the threads of one coordinator queue for a name, so that one claim speaks for all of them and 200 waiters cost the
 * store no more than one. First come, first served; a line exists only while somebody is in it.
 *
 * <p>A thread that is <em>admitted</em> may claim at the store. Others are admitted beside it as long as the modes allow it
 * and no claim of ours waits in the store's own line.
 */
final class LocalLines {

    private final Map<Key, Line> lines = new ConcurrentHashMap<>();

    /** One thread's turn at a name. */
    static final class Turn {

        private final Mode mode;
        private final @Nullable Waiter waiter;
        private volatile boolean admitted;
        private volatile boolean abandoned;
        private volatile @Nullable Standing standing;

        /** Without a waiter the turn is taken at once or not at all. */
        Turn(Mode mode, @Nullable Waiter waiter) {
            this.mode = mode;
            this.waiter = waiter;
        }

        boolean isAdmitted() {
            return admitted;
        }

        /** The claim that was taken for this turn; told once. */
        @Nullable
        Standing standing() {
            var taken = standing;
            standing = null;
            return taken;
        }
    }

    private static final class Line {

        private final List<Mode> admitted = new ArrayList<>(2);
        private Deque<Turn> queue = EMPTY;
        private int waiting;

        private static final Deque<Turn> EMPTY = new ArrayDeque<>(0);

        void enter(Turn turn) {
            if (queue.isEmpty() && waiting == 0 && turn.mode.admittedBeside(admitted)) {
                admit(turn);
            } else if (turn.waiter != null) {
                if (queue == EMPTY) {
                    queue = new ArrayDeque<>();
                }
                queue.add(turn);
            }
        }

        void admitNext() {
            for (var next = queue.peek(); next != null; next = queue.peek()) {
                if (waiting > 0 || !next.mode.admittedBeside(admitted)) {
                    return;
                }
                queue.remove();
                admit(next);
                if (next.waiter != null) {
                    next.waiter.wake();
                }
            }
        }

        private void admit(Turn turn) {
            admitted.add(turn.mode);
            turn.admitted = true;
        }

        @Nullable
        Line orGone() {
            return admitted.isEmpty() && queue.isEmpty() ? null : this;
        }
    }

    /** Enters the line; the turn says whether it is admitted already. */
    void enter(Key key, Turn turn) {
        lines.compute(key, (same, known) -> {
            var line = known == null ? new Line() : known;
            line.enter(turn);
            return line.orGone();
        });
    }

    /** The claim of an admitted turn waits in the store's line, or no longer does: nobody is admitted behind it meanwhile. */
    void waiting(Key key, boolean waits) {
        lines.computeIfPresent(key, (same, line) -> {
            line.waiting += waits ? 1 : -1;
            line.admitNext();
            return line.orGone();
        });
    }

    /** Gives up a turn that may not be admitted yet. */
    void abandon(Key key, Turn turn) {
        lines.computeIfPresent(key, (same, line) -> {
            if (turn.admitted) {
                line.admitted.remove(turn.mode);
            } else {
                line.queue.remove(turn);
                turn.abandoned = true;
            }
            line.admitNext();
            return line.orGone();
        });
    }

    /** Ends an admitted turn: its hold is over. */
    void leave(Key key, Mode mode) {
        lines.computeIfPresent(key, (same, line) -> {
            line.admitted.remove(mode);
            line.admitNext();
            return line.orGone();
        });
    }

    /**
     * Takes the next turn out of the queue, when it wants all for itself as the hold does that ends for it; it must be
     * {@linkplain #admit admitted} then in the place of that hold. Null when there is no such turn.
     */
    @Nullable
    Turn next(Key key) {
        var next = new Turn[1];
        lines.computeIfPresent(key, (same, line) -> {
            var first = line.queue.peek();
            if (first != null && first.mode.equals(Mode.EXCLUSIVE)) {
                next[0] = line.queue.remove();
            }
            return line;
        });
        return next[0];
    }

    /** Admits a turn with the claim that was taken for it, if any; false when it was given up meanwhile. */
    boolean admit(Key key, Turn turn, @Nullable Standing standing) {
        lines.computeIfPresent(key, (same, line) -> {
            if (!turn.abandoned) {
                turn.standing = standing;
                turn.admitted = true;
            }
            return line;
        });
        if (turn.admitted && turn.waiter != null) {
            turn.waiter.wake();
        }
        return turn.admitted;
    }

    /** {@return how many names have a line now} */
    int size() {
        return lines.size();
    }
}

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
package io.coordination.driver.zookeeper;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * Locks that this session takes again and again with nobody in between, for which it needs not list the line. ZooKeeper counts
 * what is made below a node; a claim whose number follows that of this session's claim before it, which held alone and is
 * gone, stands in an empty line.
 *
 * <p>Below a new node the count begins anew. The line's node is therefore watched since the earlier claim stood there, and the
 * news of its end, or of a broken connection, comes before the answer to a later claim.
 */
final class OwnRuns implements Watcher {

    /** So many claims in a row before the next is expected to follow too; one that does not costs another trip. */
    private static final int LONG = 3;
    /** Lines; beyond that all are learned anew. */
    private static final int REMEMBERED = 10_000;

    private final Client client;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();

    /**
     * The claims of a line, one after the other.
     *
     * @param last the number of the last one, which holds or held alone
     * @param length how many came before it
     * @param watched whether the line's node has been the same since before the last one ended
     * @param over whether the last one is gone
     */
    record Run(int last, int length, boolean watched, boolean over) {

        private boolean precedes(int number) {
            return over && number == last + 1;
        }
    }

    OwnRuns(Client client) {
        this.client = client;
    }

    /** The run that the next claim is expected to follow, null when a listing is the better bet. */
    @Nullable
    Run expected(String line) {
        var run = runs.get(line);
        return run != null && run.watched && run.over && run.length >= LONG ? run : null;
    }

    /** Whether a claim, made after it was expected to follow a run, does so. */
    boolean follows(String line, Run run, int number) {
        return run.precedes(number) && runs.get(line) == run;
    }

    /**
     * A claim holds alone.
     *
     * @param watchable whether the line's node may be watched by this, too: servers before 3.9 keep one watch of a path
     */
    void holds(String line, int number, boolean watchable) {
        if (runs.size() > REMEMBERED) {
            runs.clear();
        }
        var run = runs.compute(
                line,
                (same, known) -> known == null
                        ? new Run(number, 0, false, false)
                        : new Run(number, known.precedes(number) ? known.length + 1 : 0, known.watched, false));
        if (watchable && !run.watched && run.length >= LONG) {
            watch(line, run);
        }
    }

    private void watch(String line, Run run) {
        if (runs.replace(line, run, new Run(run.last, run.length, true, false))) {
            // Answered before any later claim is.
            client.read(line, this).thenAccept(answer -> {
                if (answer.value() == null) {
                    runs.remove(line);
                }
            });
        }
    }

    /** A claim that held alone is gone. */
    void ended(String line, int number) {
        runs.computeIfPresent(
                line, (same, run) -> run.last == number ? new Run(number, run.length, run.watched, true) : run);
    }

    @Override
    public void process(WatchedEvent event) {
        if (event.getPath() == null) {
            runs.clear();
        } else {
            runs.remove(event.getPath());
        }
    }
}

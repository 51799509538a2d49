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

import io.coordination.spi.StoreException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One session's line to the store: a request, and an answer or a time-out. */
final class SimLine {

    private static final long MILLI = 1_000_000;
    static final long CALL_TIMEOUT = 600 * MILLI;

    final SimProcess process;
    final SimServer server;
    final SimNetwork network;
    final Coverage coverage;
    final String session;
    private long order;

    SimLine(SimProcess process, SimServer server, SimNetwork network, Coverage coverage, String session) {
        this.process = process;
        this.server = server;
        this.network = network;
        this.coverage = coverage;
        this.session = session;
    }

    /** How a request reaches the store, given how to answer. */
    @FunctionalInterface
    interface Delivery<T> {

        void to(Call<T> call, Consumer<SimServer.Answer<T>> answer);
    }

    /** What the caller waits for. */
    static final class Call<T> {

        private SimServer.@Nullable Answer<T> answer;
        private boolean over;

        boolean isOver() {
            return over;
        }
    }

    /** A request that changes nothing when it is repeated, and can be overtaken by later ones. */
    <T> T call(String what, Function<Standing, T> request) {
        return await(what, true, (call, answer) -> server.receive(session, 0, call::isOver, request, answer));
    }

    /** A request that must not be repeated or overtaken by later ones of its kind. */
    <T> T callInOrder(String what, Function<Standing, T> request) {
        var number = ++order;
        return await(what, false, (call, answer) -> server.receive(session, number, call::isOver, request, answer));
    }

    <T> T await(String what, boolean mayDouble, Delivery<T> delivery) {
        var me = process.me("call the store");
        var sim = process.simulation();
        if (network.isMute(process) && sim.chance(0.3)) {
            process.sleep(sim.between(0, 20 * MILLI));
            throw new StoreException(StoreException.Reason.UNREACHABLE, "no connection for " + what);
        }
        var call = new Call<T>();
        var wait = me.beginWait(what);
        network.up(process, what, mayDouble, () -> delivery.to(call, answer -> send(what, call, answer, me, wait)));
        sim.resume(me, wait, CALL_TIMEOUT);
        try {
            sim.await(me);
        } finally {
            call.over = true;
        }
        var answer = call.answer;
        if (answer == null) {
            throw new StoreException(StoreException.Reason.TIMED_OUT, "no answer to " + what);
        }
        if (answer.failure() != null) {
            throw new StoreException(
                    answer.failure().reason(), String.valueOf(answer.failure().getMessage()));
        }
        return answer.value();
    }

    private <T> void send(String what, Call<T> call, SimServer.Answer<T> answer, Actor me, long wait) {
        var grant = answer.value() instanceof SimStore.Grant granted && granted.token() != 0;
        var sent = network.down(process, "answer to " + what, () -> {
            if (call.over) {
                coverage.saw(Seen.LATE_ANSWER);
                if (grant) {
                    coverage.saw(Seen.LATE_GRANT_ANSWER);
                }
            } else if (call.answer == null) {
                call.answer = answer;
                process.simulation().resume(me, wait, 0);
            }
        });
        if (!sent && grant) {
            coverage.saw(Seen.GRANT_ANSWER_LOST);
        }
    }
}

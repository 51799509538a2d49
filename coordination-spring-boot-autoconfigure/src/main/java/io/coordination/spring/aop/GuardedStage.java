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
package io.coordination.spring.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The work of a method that goes on after it returned, until its stage is complete. */
final class GuardedStage {

    private GuardedStage() {}

    /**
     * Runs a method.
     *
     * @param giveBack ends the hold once the work is done, and says whether nobody else took it from us until then
     * @return a stage that completes as the method's does, after the hold ended; with {@link
     *     io.coordination.LeaseLostException} when it was lost
     * @throws Throwable what the method throws instead of returning a stage
     */
    static @Nullable Object run(GuardedCall call, Body body, Predicate<GuardedCall> giveBack) throws Throwable {
        CompletionStage<?> stage;
        try {
            stage = (CompletionStage<?>) call.begin(body);
        } catch (Throwable thrown) {
            throw call.outcome(thrown, giveBack);
        }
        if (stage == null) {
            var lost = call.outcome(null, giveBack);
            if (lost != null) {
                throw lost;
            }
            return null;
        }
        var work = stage.toCompletableFuture();
        call.goOn(() -> work.cancel(true));
        var result = new CompletableFuture<@Nullable Object>();
        // Elsewhere, as giving back takes a round trip and the completing thread may be one that must not block.
        work.whenCompleteAsync((value, failure) -> {
            var outcome = outcome(call, failure, giveBack);
            if (outcome == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(outcome);
            }
        });
        result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                work.cancel(true);
            }
        });
        return result;
    }

    private static @Nullable Throwable outcome(
            GuardedCall call, @Nullable Throwable failure, Predicate<GuardedCall> giveBack) {
        try {
            return call.outcome(failure, giveBack);
        } catch (RuntimeException | Error unexpected) {
            return unexpected;
        }
    }
}

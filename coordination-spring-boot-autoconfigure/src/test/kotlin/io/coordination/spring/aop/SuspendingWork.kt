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
package io.coordination.spring.aop

import io.coordination.spring.annotation.DistributedLock
import io.coordination.spring.annotation.LeaderOnly
import io.coordination.spring.annotation.Otherwise
import java.util.concurrent.CompletableFuture
import java.util.function.Supplier
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

/** Suspending functions, and what calls them, for tests that are written in Java. */
open class SuspendingWork {

    val goOn = CompletableDeferred<Unit>()

    /** Suspends until it may go on; tells first what it sees. */
    @DistributedLock("x")
    open suspend fun locked(id: String, look: Supplier<String>): String? {
        val before = look.get()
        goOn.await()
        delay(1)
        return "$id $before ${look.get()}"
    }

    @DistributedLock("x")
    open suspend fun throwing(): String? {
        delay(1)
        throw IllegalArgumentException("mine")
    }

    @DistributedLock("x", onContention = Otherwise.FAIL)
    open suspend fun failing(): String? = "ran"

    @DistributedLock("x", fallback = "instead")
    open suspend fun orInstead(id: String): String? = "ran $id"

    open suspend fun instead(id: String): String? {
        delay(1)
        return "instead of $id"
    }

    @DistributedLock("x")
    open fun flowing(look: Supplier<String>): Flow<String> = flow {
        emit(look.get())
        delay(1)
        emit(look.get())
    }

    @LeaderOnly("g")
    open suspend fun leading(): String? {
        delay(1)
        return "led"
    }

    @DistributedLock("job-#{#id}")
    open suspend fun named(id: String, look: Supplier<String>): String? = look.get()

    companion object {

        @JvmStatic
        fun locked(work: SuspendingWork, look: Supplier<String>, result: CompletableFuture<Any?>): Job =
            work.run(result) { it.locked("a", look) }

        @JvmStatic
        fun throwing(work: SuspendingWork, result: CompletableFuture<Any?>): Job = work.run(result) { it.throwing() }

        @JvmStatic
        fun failing(work: SuspendingWork, result: CompletableFuture<Any?>): Job = work.run(result) { it.failing() }

        @JvmStatic
        fun orInstead(work: SuspendingWork, result: CompletableFuture<Any?>): Job = work.run(result) { it.orInstead("a") }

        @JvmStatic
        fun flowing(work: SuspendingWork, look: Supplier<String>, result: CompletableFuture<Any?>): Job =
            work.run(result) { it.flowing(look).toList() }

        @JvmStatic
        fun leading(work: SuspendingWork, result: CompletableFuture<Any?>): Job = work.run(result) { it.leading() }

        @JvmStatic
        fun named(work: SuspendingWork, look: Supplier<String>, result: CompletableFuture<Any?>): Job =
            work.run(result) { it.named("7", look) }

        private fun SuspendingWork.run(result: CompletableFuture<Any?>, which: suspend (SuspendingWork) -> Any?): Job =
            CoroutineScope(Dispatchers.Default).launch {
                try {
                    result.complete(which(this@run))
                } catch (failure: Throwable) {
                    result.completeExceptionally(failure)
                }
            }
    }
}

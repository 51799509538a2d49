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

import io.coordination.CoordinationException;
import io.coordination.spring.annotation.OnStoreFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a call answers when the store failed. */
sealed interface StoreFailure {

    /** Answers, or throws. */
    @Nullable
    Object answer(Site site, Body body, CoordinationException failure) throws Throwable;

    /** Throws what the store answered. */
    record Fail() implements StoreFailure {

        @Override
        public Object answer(Site site, Body body, CoordinationException failure) {
            throw failure;
        }
    }

    /** Returns at once. */
    record Skip(@Nullable Object empty) implements StoreFailure {

        private static final Logger LOG = LoggerFactory.getLogger(StoreFailure.class);

        @Override
        public @Nullable Object answer(Site site, Body body, CoordinationException failure) {
            LOG.warn("{} does not run: {}", site, failure.getMessage());
            return empty;
        }
    }

    /** Runs without the lock. */
    record Run() implements StoreFailure {

        private static final Logger LOG = LoggerFactory.getLogger(StoreFailure.class);

        @Override
        public @Nullable Object answer(Site site, Body body, CoordinationException failure) throws Throwable {
            LOG.warn("{} runs without its lock: {}", site, failure.getMessage());
            return body.proceed();
        }
    }

    /** Reads what an annotation says. */
    static StoreFailure of(Site site, Returns returns, OnStoreFailure said, OnStoreFailure standard) {
        return switch (said == OnStoreFailure.DEFAULT ? standard : said) {
            case FAIL, DEFAULT -> new Fail();
            case SKIP -> new Skip(Refusal.empty(site, returns, "onStoreFailure"));
            case RUN -> new Run();
        };
    }
}

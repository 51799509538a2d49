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

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which grants are refused for their fencing token. */
class SeenTokensTests {

    private final SeenTokens seen = new SeenTokens();

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, 4, 5})
    void tokenThatIsNotGreaterThanTheLastOneIsRefusedEachTime(long token) {
        seen.require(Key.lock("x"), Mode.EXCLUSIVE, 5);
        for (var i = 0; i < 2; i++) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> seen.require(Key.lock("x"), Mode.EXCLUSIVE, token))
                    .matches(refused -> refused.reason() == Reason.TOKEN_REGRESSION)
                    .withMessageContaining("fencing token " + token + " after 5");
        }
        assertThatNoException().isThrownBy(() -> seen.require(Key.lock("x"), Mode.EXCLUSIVE, 6));
    }

    @Test
    void namesHaveNothingToDoWithOneAnother() {
        seen.require(Key.lock("x"), Mode.EXCLUSIVE, 5);
        assertThatNoException().isThrownBy(() -> seen.require(Key.lock("y"), Mode.EXCLUSIVE, 1));
        assertThatNoException().isThrownBy(() -> seen.require(Key.leader("x"), Mode.EXCLUSIVE, 1));
    }

    @Test
    void sharedGrantsMayBecomeKnownInAnyOrderButAllBeforeAnExclusiveOne() {
        seen.require(Key.lock("x"), Mode.SHARED, 6);
        assertThatNoException().isThrownBy(() -> seen.require(Key.lock("x"), Mode.SHARED, 5));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> seen.require(Key.lock("x"), Mode.EXCLUSIVE, 6));
    }

    @Test
    void manyNamesAreNotRememberedForEver() {
        for (var i = 0; i < 20_002; i++) {
            seen.require(Key.lock("name-" + i), Mode.EXCLUSIVE, 5);
        }
        assertThatCode(() -> seen.require(Key.lock("name-1"), Mode.EXCLUSIVE, 1))
                .as("a name of long ago")
                .doesNotThrowAnyException();
    }
}

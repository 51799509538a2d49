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
package io.coordination.driver.sql;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coordination.contract.Decoding;
import io.coordination.driver.support.KeyRecord;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that anybody with rights on the table may have written. */
class FuzzTests {

    static Stream<Arguments> records() {
        var line = List.of(
                new KeyRecord.Place("s-1", "member ü", Mode.EXCLUSIVE, 1, Long.MAX_VALUE, 3),
                new KeyRecord.Place("s-2", "m", new Mode.Permit(17), Long.MIN_VALUE, -3, 5));
        var seats = List.of(new KeyRecord.Seat("s-2", "b", new byte[] {1, -1, 0}, 3, 4));
        return Stream.of(
                        new KeyRecord(42, true, List.of(), List.of(), Set.of()),
                        new KeyRecord(42, true, line, seats, Set.of("s-9")).marked(1))
                .map(record -> Arguments.of((Object) RecordFormat.encode(record)));
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "2m")
    void recordIsReadAndCanBeWrittenAgainOrIsForeign(byte[] input) {
        Decoding.bounded(
                input.length, () -> RecordFormat.encode(RecordFormat.decode(Key.lock("x"), new Row(5, input))));
    }
}

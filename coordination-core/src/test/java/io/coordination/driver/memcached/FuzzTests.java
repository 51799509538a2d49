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
package io.coordination.driver.memcached;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coordination.contract.Decoding;
import io.coordination.driver.support.KeyRecord;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that anybody who reaches the server may have written. */
class FuzzTests {

    private static final Key KEY = Key.group("x");

    static Stream<Arguments> records() {
        var line = List.of(
                new KeyRecord.Place("s-1", "member ü", Mode.EXCLUSIVE, 1, Long.MAX_VALUE, 3),
                new KeyRecord.Place("s-2", "m", new Mode.Permit(17), Long.MIN_VALUE, -3, 5));
        var seats = List.of(new KeyRecord.Seat("s-2", "b", new byte[] {1, -1, 0}, 3, 4));
        return Stream.of(
                        new KeyRecord(42, true, List.of(), List.of(), Set.of()),
                        new KeyRecord(42, true, line, seats, Set.of()).marked(1))
                .map(record -> Arguments.of((Object) RecordFormat.encode(KEY, record, 7)));
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "2m")
    void recordIsReadAndCanBeWrittenAgainOrIsForeign(byte[] input) {
        Decoding.bounded(input.length, () -> {
            var record = RecordFormat.decode(KEY, new Connection.Item(input, 5), Set.of());
            RecordFormat.encode(KEY, record, 7);
        });
    }

    static Stream<Arguments> lists() {
        return Stream.of("coordination groups\na\nb", "coordination epoch 17", "\n", "")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("lists")
    @FuzzTest(maxDuration = "2m")
    void listOfGroupsAndBeginningOfTokensAreReadOrForeign(byte[] input) {
        Decoding.bounded(input.length, () -> GroupIndex.decode(input));
        Decoding.bounded(input.length, () -> Epoch.decode(input));
    }
}

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
package io.coordination.driver.file;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coordination.contract.Decoding;
import io.coordination.driver.support.KeyRecord;
import io.coordination.spi.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that anybody may have written. */
class FuzzTests {

    private static final Path PATH = Path.of("locks", "x");

    static Stream<Arguments> records() {
        var line = List.of(
                new KeyRecord.Place("s-1", "member ü", Mode.EXCLUSIVE, 1, Long.MAX_VALUE, 3),
                new KeyRecord.Place("s-2", "m", new Mode.Permit(17), Long.MIN_VALUE, 0, 5));
        var seats = List.of(new KeyRecord.Seat("s-2", "b", new byte[] {1, -1, 0}, 3, 4));
        return Stream.of(
                        new RecordFormat("x", 0, 0, true, new KeyRecord(0)),
                        new RecordFormat(
                                "näme", 7, 1000, false, new KeyRecord(42, true, line, seats, Set.of("s-9")).marked(1)))
                .map(record -> Arguments.of((Object) record.encode()));
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "2m")
    void recordIsReadAndCanBeWrittenAgainOrIsForeign(byte[] input) {
        Decoding.bounded(input.length, () -> RecordFormat.decode(input, PATH).encode());
    }
}

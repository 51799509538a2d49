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
package io.coordination.driver.redis;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coordination.contract.Decoding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What anybody who reaches the server may have written. */
class FuzzTests {

    static Stream<Arguments> rows() {
        return Stream.of("s-1/1 x 7 1764000000000000 3000 member ü", "s-1/2 p3 8 17 3000 m", "s-1/3 p0 9 17 3000 m", "")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("rows")
    @FuzzTest(maxDuration = "2m")
    void rowIsReadOrForeign(byte[] input) {
        Decoding.bounded(input.length, () -> Row.parse(new String(input, StandardCharsets.UTF_8)));
    }

    static Stream<Arguments> seats() {
        return Stream.of("s-1 1764000000000000 1764000000000001", "1", "s-1 x 9223372036854775807")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("seats")
    @FuzzTest(maxDuration = "2m")
    void memberIsReadWhateverItsSeatSays(byte[] input) {
        Decoding.bounded(input.length, () -> Seat.of(List.of(input, input, input, 17L)));
    }
}

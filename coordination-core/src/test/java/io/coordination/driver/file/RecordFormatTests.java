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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coordination.driver.support.KeyRecord;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A record is read as it was written. */
class RecordFormatTests {

    private static final Path PATH = Path.of("locks", "x");

    @Test
    void everythingOfARecordComesBack() {
        var line = List.of(
                new KeyRecord.Place("s-1", "member ü", Mode.EXCLUSIVE, 1, Long.MAX_VALUE, 3),
                new KeyRecord.Place("s-2", "m", Mode.SHARED, -1, 0, 4),
                new KeyRecord.Place("s-3", "m", new Mode.Permit(17), Long.MIN_VALUE, 0, 5));
        var seats = List.of(
                new KeyRecord.Seat("s-1", "a", new byte[0], 1, 2),
                new KeyRecord.Seat("s-2", "b", new byte[] {1, -1, 0}, 3, 4));
        var record = new KeyRecord(42, true, line, seats, Set.of("s-9"));

        var read = RecordFormat.decode(new RecordFormat("näme 😀", 7, 1000, false, record).encode(), PATH);

        assertThat(read.name()).isEqualTo("näme 😀");
        assertThat(read.boot()).isEqualTo(7);
        assertThat(read.limit()).isEqualTo(1000);
        assertThat(read.retired()).isFalse();
        assertThat(read.record().token()).isEqualTo(42);
        assertThat(read.record().exists()).isTrue();
        assertThat(read.record().line()).isEqualTo(line);
        assertThat(read.record().seats())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(seats);
        assertThat(read.record().watchers()).containsExactly("s-9");
    }

    @Test
    void markOfAFileThatIsBeingRemovedComesBack() {
        var bytes = new RecordFormat("x", 0, 0, true, new KeyRecord(0)).encode();
        assertThat(RecordFormat.decode(bytes, PATH).retired()).isTrue();
    }

    @Test
    void whatIsTooShortIsRefused() {
        var seat = new KeyRecord.Seat("s", "m", new byte[50], 1, 2);
        var record = new KeyRecord(1, true, List.of(), List.of(seat), Set.of());
        var whole = new RecordFormat("x", 0, 0, false, record).encode();
        for (var length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> RecordFormat.decode(cut, PATH))
                    .withMessageContaining(PATH.toString());
        }
    }
}

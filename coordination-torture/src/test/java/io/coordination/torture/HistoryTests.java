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
package io.coordination.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTests {

    @Test
    void whatIsWrittenIsRead() {
        var event = new Event("w1.2", 7, What.PROBE, Type.INFO, -5, "o\"ne\\", Long.MAX_VALUE, "a\nb\u0001 ü");
        assertThat(event.line()).doesNotContain("\n");
        assertThat(Event.of(event.line())).isEqualTo(event);
    }

    @Test
    void aLineThatIsCutOffIsRefused() {
        var line = new Event("w1.2", 7, What.PROBE, Type.INFO, 5, "one", 1, "").line();
        assertThatIllegalArgumentException().isThrownBy(() -> Event.of(line.substring(0, line.length() - 4)));
    }

    @Test
    void historiesOfAllProcessesAreMergedAndALastLineThatIsCutOffIsLeftOut(@TempDir Path directory) throws Exception {
        for (var process : new String[] {"w1.1", "w2.1"}) {
            var file = directory.resolve(process + ".jsonl");
            try (var log = new Log(process, file)) {
                log.add(1, What.ACQUIRE, Type.INVOKE, process.equals("w1.1") ? 20 : 10, "one", 0, "EXCLUSIVE 0");
            }
            Files.writeString(file, "{\"p\":\"w1", StandardOpenOption.APPEND);
        }
        assertThat(History.read(directory).events()).extracting(Event::process).containsExactly("w2.1", "w1.1");
    }

    @Test
    void aHoldIsPutTogetherOfWhatWasSeenOfIt() {
        var hold = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .valid("a", 1, "one", 2)
                .valid("a", 1, "one", 3)
                .released("a", 1, "one", 4, 5)
                .history()
                .holds()
                .get(0);
        assertThat(hold)
                .isEqualTo(new History.Hold(
                        "a",
                        1,
                        "one",
                        "EXCLUSIVE",
                        5,
                        Told.at(0),
                        Told.at(1),
                        Told.at(3),
                        Told.at(4),
                        Told.at(5),
                        History.NEVER));
    }
}

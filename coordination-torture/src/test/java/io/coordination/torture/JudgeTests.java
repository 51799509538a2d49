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

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTests {

    @TempDir
    private Path directory;

    @Test
    void olderTokensAreRefusedByNameOfTheLock() throws Exception {
        try (var log = new Log("judge", directory.resolve("judge.jsonl"))) {
            var judge = new Judge(true, log);
            assertThat(judge.write("one", 5, "a", 1)).isTrue();
            assertThat(judge.write("one", 5, "a", 1)).isTrue();
            assertThat(judge.write("one", 4, "b", 1)).isFalse();
            assertThat(judge.write("two", 4, "b", 1)).isTrue();
        }
    }

    @Test
    void aJudgeThatIsToldNotToLookTakesAll() throws Exception {
        try (var log = new Log("judge", directory.resolve("judge.jsonl"))) {
            var judge = new Judge(false, log);
            assertThat(judge.write("one", 5, "a", 1)).isTrue();
            assertThat(judge.write("one", 4, "b", 1)).isTrue();
        }
        assertThat(Check.FENCED_EXCLUSION.violations(History.read(directory), Told.PROMISES))
                .hasSize(1);
    }
}

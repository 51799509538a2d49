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
package io.coordination.driver.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.spi.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the nodes of a line mean, without a server. */
class ContenderTests {

    private static final String ID = "0123456789abcdef0123456789abcdef";

    @Test
    void lineIsInTheOrderOfTheNumbers() {
        var line = Contender.line(List.of(
                "b" + ID + "__lock__0000000010", "c" + ID + "__rlock__2147483646", "z" + ID + "__lock__0000000009"));
        assertThat(line).extracting(Contender::sequence).containsExactly(9, 10, 2147483646);
        assertThat(Contender.isLast(ID + "__lock__2147483646")).isFalse();
        assertThat(Contender.isLast(ID + "__lock__2147483647")).isTrue();
    }

    @Test
    void whatIsNoContenderIsNotInLine() {
        var nodes = List.of(
                "leader", "b", ID + "__lock__", ID + "__lock__12345", "__lock__x000000001", ID + "__lock__99999999999");
        assertThat(Contender.line(nodes)).isEmpty();
    }

    @Test
    void modesAreReadBackAndForeignOnesAreExclusive() {
        for (var mode : List.of(Mode.EXCLUSIVE, Mode.SHARED, new Mode.Permit(7))) {
            assertThat(Contender.parse(Contender.unnumbered(ID, mode) + "0000000001")
                            .mode())
                    .isEqualTo(mode);
        }
        assertThat(Contender.parse(ID + "__rlock__0000000001").mode()).isEqualTo(Mode.SHARED);
        assertThat(Contender.parse("x-pmany__lock__0000000001").mode()).isEqualTo(Mode.EXCLUSIVE);
    }
}

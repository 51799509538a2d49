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

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.spi.Key;
import io.coordination.spi.NastyNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keys look like. */
class LayoutTests {

    private static final List<String> LONG = List.of("n".repeat(255), "ü".repeat(255), "n".repeat(254) + "N");

    @Test
    void plainNamesCanBeRead() {
        var layout = new Layout("coordination");
        assertThat(layout.record(Key.lock("report"))).isEqualTo("coordination:lock:report");
        assertThat(layout.record(Key.leader("report"))).isEqualTo("coordination:leader:report");
        assertThat(layout.record(Key.group("Évaluators 1"))).isEqualTo("coordination:group:%c3%89valuators%201");
        assertThat(layout.session("17")).isEqualTo("coordination:session:17");
    }

    @Test
    void everyNameHasAKeyOfItsOwnThatMemcachedTakes() {
        var keys = new ArrayList<String>();
        var namespaces = new ArrayList<>(LONG);
        namespaces.add("coordination");
        namespaces.add("co ordi\u2028nation");
        for (var namespace : namespaces) {
            var layout = new Layout(namespace);
            var names = new ArrayList<>(NastyNames.allowed());
            names.addAll(LONG);
            for (var name : new HashSet<>(names)) {
                for (var key : List.of(Key.lock(name), Key.leader(name), Key.group(name))) {
                    keys.add(layout.record(key));
                }
            }
            keys.add(layout.groups());
            keys.add(layout.epoch());
            keys.add(layout.session("0123456789abcdef0123456789abcdef"));
        }
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.matches("[!-~]{1,250}"));
    }
}

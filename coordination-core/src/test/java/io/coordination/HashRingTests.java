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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashRingTests {

    private static final Map<String, Integer> THREE = Map.of("host-1", 1, "host-2", 1, "host-3", 1);

    @Test
    void ownersOfSingleKeysAreThoseOfTooz() throws IOException {
        var ring = HashRing.of(Map.of());
        var checked = 0;
        for (var fields : vectors()) {
            if (fields[0].equals("ring")) {
                ring = ring(fields);
            } else if (fields[0].equals("key")) {
                var replicas = Integer.parseInt(fields[2]);
                var ignored = fields[3].isEmpty() ? Set.<String>of() : Set.of(fields[3].split("\\|"));
                var owners = Arrays.stream(fields).skip(4).filter(owner -> !owner.isEmpty());
                assertThat(ring.owners(fields[1], replicas, ignored))
                        .as("%s of %s", String.join(" ", fields), ring)
                        .containsExactlyElementsOf(owners.toList());
                checked++;
            }
        }
        assertThat(checked).isEqualTo(503);
    }

    @Test
    void ownersOfManyKeysAreThoseOfTooz() throws Exception {
        var ring = HashRing.of(Map.of());
        var checked = 0;
        for (var fields : vectors()) {
            if (fields[0].equals("ring")) {
                ring = ring(fields);
            } else if (fields[0].equals("many")) {
                var digest = MessageDigest.getInstance("MD5");
                for (var i = 0; i < Integer.parseInt(fields[1]); i++) {
                    digest.update((ring.owner("key-" + i).orElseThrow() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                assertThat(HexFormat.of().formatHex(digest.digest()))
                        .as(ring.members().toString())
                        .isEqualTo(fields[2]);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(7);
    }

    @Test
    void ownerIsTheFirstOfTheOwners() {
        var ring = HashRing.of(THREE);

        assertThat(ring.owner("obj-2")).hasValue("host-3");
        assertThat(ring.owners("obj-2", 1)).containsExactly("host-3");
        assertThat(ring.owners("obj-2", 2)).containsExactly("host-3", "host-1");
    }

    @Test
    void keysOfBytesAndOfTextAreTheSameInUtf8() {
        var ring = HashRing.of(THREE);
        for (var key : List.of("a", "ключ", "😀", "")) {
            var bytes = key.getBytes(StandardCharsets.UTF_8);

            assertThat(ring.owner(bytes)).isEqualTo(ring.owner(key));
            assertThat(ring.owners(bytes, 2)).isEqualTo(ring.owners(key, 2));
            assertThat(ring.owners(bytes, 2, Set.of("host-1"))).isEqualTo(ring.owners(key, 2, Set.of("host-1")));
        }
    }

    @Test
    void moreReplicasThanMembersGiveAllMembers() {
        assertThat(HashRing.of(THREE).owners("a", 4)).containsExactlyInAnyOrder("host-1", "host-2", "host-3");
        assertThat(HashRing.of(THREE).owners("a", Integer.MAX_VALUE)).hasSize(3);
    }

    @Test
    void moreReplicasThanCountingMembersGiveAllOfThem() {
        assertThat(HashRing.of(THREE).owners("a", 3, Set.of("host-2", "stranger")))
                .containsExactlyInAnyOrder("host-1", "host-3");
        assertThat(HashRing.of(THREE).owners("a", 1, THREE.keySet())).isEmpty();
    }

    @Test
    void emptyRingHasNoOwners() {
        var ring = HashRing.of(Map.of());

        assertThat(ring.owner("a")).isEmpty();
        assertThat(ring.owner(new byte[0])).isEmpty();
        assertThat(ring.owners("a", 2)).isEmpty();
        assertThat(ring.members()).isEmpty();
        assertThat(HashRing.of(Map.of("only", 1)).without("only")).isEqualTo(ring);
    }

    @Test
    void orderOfMembersDoesNotMatter() {
        var names = new ArrayList<>(List.of("1", "11", "111", "1111", "2", "22", "ab", "abab"));
        var first = HashRing.of(Map.of());
        for (var name : names) {
            first = first.with(name, 2);
        }
        var random = new Random(11);
        for (var round = 0; round < 20; round++) {
            Collections.shuffle(names, random);
            var ring = HashRing.of(Map.of());
            for (var name : names) {
                ring = ring.with(name, 2);
            }
            assertThat(ring).isEqualTo(first).hasSameHashCodeAs(first);
            assertThat(owners(ring)).isEqualTo(owners(first));
        }
    }

    @Test
    void memberWhosePointsAreAllHeldByOthersExceptOneIsStillFound() {
        var weights = new HashMap<String, Integer>();
        IntStream.rangeClosed(1, 12).forEach(n -> weights.put("ab".repeat(n), 1 + 12 / n));
        var ring = HashRing.of(weights, 1);

        assertThat(ring.owners("key", 12)).containsExactlyInAnyOrderElementsOf(weights.keySet());
    }

    @Test
    void changedRingsGiveTheOwnersOfRingsBuiltAnew() {
        var random = new Random(5);
        var weights = new TreeMap<String, Integer>();
        var ring = HashRing.of(weights, 8);
        for (var step = 0; step < 300; step++) {
            var member = Integer.toString(random.nextInt(30));
            if (random.nextInt(3) == 0) {
                weights.remove(member);
                ring = ring.without(member);
            } else {
                var weight = 1 + random.nextInt(4);
                weights.put(member, weight);
                ring = ring.with(member, weight);
            }
            assertThat(ring).isEqualTo(HashRing.of(weights, 8));
            assertThat(owners(ring)).isEqualTo(owners(HashRing.of(weights, 8)));
        }
    }

    @Test
    void newMemberTakesKeysFromOthersAndMovesNoneBetweenThem() {
        var before = HashRing.of(THREE);
        var after = before.with("host-4", 1);
        var moved = 0;
        for (var i = 0; i < 10_000; i++) {
            var owner = after.owner("key-" + i);
            if (!owner.equals(before.owner("key-" + i))) {
                assertThat(owner).hasValue("host-4");
                moved++;
            }
        }
        assertThat(moved).isBetween(1_500, 3_500);
        assertThat(owners(after.without("host-4"))).isEqualTo(owners(before));
    }

    @Test
    void heavierMemberOwnsMore() {
        var ring = HashRing.of(Map.of("light", 1, "heavy", 3), 500);
        var heavy = IntStream.range(0, 10_000)
                .filter(i -> ring.owner("key-" + i).orElseThrow().equals("heavy"))
                .count();

        assertThat(heavy).isCloseTo(7_500, within(500L));
    }

    @Test
    void unchangedMemberGivesTheSameRing() {
        var ring = HashRing.of(THREE);

        assertThat(ring.with("host-1", 1)).isSameAs(ring);
        assertThat(ring.without("stranger")).isSameAs(ring);
    }

    @Test
    void weightsAreKnown() {
        var ring = HashRing.of(Map.of("b", 2, "a", 7));

        assertThat(ring.members()).containsExactly("a", "b");
        assertThat(ring.weight("a")).isEqualTo(7);
        assertThat(ring.weight("stranger")).isZero();
        assertThat(ring.with("a", 3).weight("a")).isEqualTo(3);
        assertThat(ring.weight("a")).isEqualTo(7);
    }

    @Test
    void ringsDifferByPartitions() {
        assertThat(HashRing.of(THREE)).isEqualTo(HashRing.of(THREE, 32)).isNotEqualTo(HashRing.of(THREE, 33));
    }

    @Test
    void resultsCanNotBeChanged() {
        var ring = HashRing.of(THREE);

        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ring.members().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ring.owners("a", 2).clear());
    }

    @Test
    void weightMustBePositiveAndReasonable() {
        var ring = HashRing.of(THREE);

        for (var weight : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 32_769}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ring.with("new", weight))
                    .withMessage("the weight of a member must be from 1 to 32768, but is " + weight);
            assertThatIllegalArgumentException().isThrownBy(() -> HashRing.of(Map.of("new", weight)));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ring.with("host-1", 0));
    }

    @Test
    void partitionsMustBePositiveAndReasonable() {
        for (var partitions : new int[] {0, -1, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HashRing.of(THREE, partitions))
                    .withMessage("partitions must be from 1 to 1048576, but is " + partitions);
        }
    }

    @Test
    void replicasMustBePositive() {
        for (var replicas : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HashRing.of(THREE).owners("a", replicas))
                    .withMessage("replicas must be at least 1, but is " + replicas);
        }
    }

    @Test
    void memberMustHaveAName() {
        for (var member : List.of("", "\uD800")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HashRing.of(Map.of(member, 1)))
                    .withMessage("the name of a member must be valid Unicode and not empty");
        }
    }

    @Test
    void nullsAreRefused() {
        var ring = HashRing.of(THREE);
        var weights = new HashMap<String, Integer>();
        weights.put(null, 1);
        assertThatNullPointerException().isThrownBy(() -> HashRing.of(weights));
        weights.clear();
        weights.put("a", null);
        assertThatNullPointerException()
                .isThrownBy(() -> HashRing.of(weights))
                .withMessage("the weight of member 'a' must not be null");
        assertThatNullPointerException().isThrownBy(() -> ring.with(null, 1));
        assertThatNullPointerException().isThrownBy(() -> ring.without(null));
        assertThatNullPointerException().isThrownBy(() -> ring.owner((String) null));
        assertThatNullPointerException().isThrownBy(() -> ring.owners("a", 1, null));
    }

    private static List<String> owners(HashRing ring) {
        return IntStream.range(0, 300)
                .mapToObj(i -> ring.owners("key-" + i, 3).toString())
                .toList();
    }

    private static HashRing ring(String[] fields) {
        var weights = new LinkedHashMap<String, Integer>();
        for (var member : Arrays.copyOfRange(fields, 2, fields.length)) {
            var equals = member.lastIndexOf('=');
            weights.put(member.substring(0, equals), Integer.valueOf(member.substring(equals + 1)));
        }
        return HashRing.of(weights, Integer.parseInt(fields[1]));
    }

    private static List<String[]> vectors() throws IOException {
        try (var in = HashRingTests.class.getResourceAsStream("hash-ring-vectors.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }
}

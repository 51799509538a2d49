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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A consistent hash ring: says which members own a key, and moves few keys when a member comes or goes.
 *
 * <p>Immutable, and a value: rings of equal weights and partitions are equal and give the same owners in every process, in
 * whatever order their members came. The points are those of Python's tooz (MD5), so both give the same owners. Nothing
 * here makes a round trip; a lookup is one hash and one binary search.
 *
 * <p>Names that repeat the same text, such as {@code 1} and {@code 11}, have points in common. tooz gives such a point to the
 * member that was added last, which can differ from process to process; here the longer name has it as long as it is there.
 * Every member keeps at least one point of its own.
 */
public final class HashRing {

    /** Points on the ring for each unit of weight, as in tooz. */
    public static final int DEFAULT_PARTITIONS = 32;

    private static final int MAX_POINTS_OF_A_MEMBER = 1 << 20;
    private static final MessageDigest MD5 = md5();

    private final int partitions;
    private final SortedMap<String, Integer> weights;
    private final Point[] points;

    private HashRing(int partitions, SortedMap<String, Integer> weights, Point[] points) {
        this.partitions = partitions;
        this.weights = Collections.unmodifiableSortedMap(weights);
        this.points = points;
    }

    /**
     * A ring with the default number of partitions.
     *
     * @param weights the members and their weights; a member of weight 2 owns twice as much as one of weight 1
     * @return the ring
     * @throws IllegalArgumentException when a name is empty, or a weight is below 1 or far too large
     */
    public static HashRing of(Map<String, Integer> weights) {
        return of(weights, DEFAULT_PARTITIONS);
    }

    /**
     * A ring. Processes that are to agree on owners must use the same number of partitions.
     *
     * @param weights the members and their weights; a member of weight 2 owns twice as much as one of weight 1
     * @param partitions points on the ring for each unit of weight; more points spread the keys more evenly
     * @return the ring
     * @throws IllegalArgumentException when a name is empty, or a number is below 1 or far too large
     */
    public static HashRing of(Map<String, Integer> weights, int partitions) {
        if (partitions < 1 || partitions > MAX_POINTS_OF_A_MEMBER) {
            throw new IllegalArgumentException(
                    "partitions must be from 1 to " + MAX_POINTS_OF_A_MEMBER + ", but is " + partitions);
        }
        var checked = new TreeMap<String, Integer>();
        var points = new ArrayList<Point>();
        weights.forEach((member, weight) -> {
            Objects.requireNonNull(weight, () -> "the weight of member '" + member + "' must not be null");
            Collections.addAll(points, points(member, weight, partitions));
            checked.put(member, weight);
        });
        return new HashRing(partitions, checked, points.stream().sorted().toArray(Point[]::new));
    }

    /**
     * This ring with a member added, or with another weight of a member that it has. Hashes only that member.
     *
     * @param member the member
     * @param weight its weight
     * @return the ring with the member
     * @throws IllegalArgumentException when the name is empty, or the weight is below 1 or far too large
     */
    public HashRing with(String member, int weight) {
        if (weight(member) == weight && weight != 0) {
            return this;
        }
        var added = points(member, weight, partitions);
        var rest = without(member);
        var merged = Arrays.copyOf(rest.points, rest.points.length + added.length);
        System.arraycopy(added, 0, merged, rest.points.length, added.length);
        // Both parts are sorted, so that sorting the whole is one linear merge.
        Arrays.sort(merged);
        var more = new TreeMap<>(rest.weights);
        more.put(member, weight);
        return new HashRing(partitions, more, merged);
    }

    /**
     * This ring without a member. Hashes nothing.
     *
     * @param member the member
     * @return the ring without it, or this one when it has no such member
     */
    public HashRing without(String member) {
        if (weight(member) == 0) {
            return this;
        }
        var fewer = new TreeMap<>(weights);
        fewer.remove(member);
        var rest = Arrays.stream(points).filter(point -> !point.member.equals(member));
        return new HashRing(partitions, fewer, rest.toArray(Point[]::new));
    }

    /**
     * The members.
     *
     * @return their names in alphabetical order, unmodifiable
     */
    public Set<String> members() {
        return weights.keySet();
    }

    /**
     * The weight of a member.
     *
     * @param member the member
     * @return its weight, or 0 when the ring has no such member
     */
    public int weight(String member) {
        return weights.getOrDefault(Objects.requireNonNull(member, "member must not be null"), 0);
    }

    /**
     * The owner of a key.
     *
     * @param key the key, hashed in UTF-8
     * @return its owner, or empty when the ring has no members
     */
    public Optional<String> owner(String key) {
        return owner(utf8(key));
    }

    /**
     * The owner of a key.
     *
     * @param key the key
     * @return its owner, or empty when the ring has no members
     */
    public Optional<String> owner(byte[] key) {
        var first = first(key);
        return points.length == 0 ? Optional.empty() : Optional.of(points[first].member);
    }

    /**
     * The owners of a key that is kept several times.
     *
     * @param key the key, hashed in UTF-8
     * @param replicas how many owners, at least 1
     * @return that many members, or all when there are fewer; {@link #owner} first, then those who would come next
     */
    public List<String> owners(String key, int replicas) {
        return owners(utf8(key), replicas, Set.of());
    }

    /**
     * The owners of a key that is kept several times.
     *
     * @param key the key
     * @param replicas how many owners, at least 1
     * @return that many members, or all when there are fewer; {@link #owner} first, then those who would come next
     */
    public List<String> owners(byte[] key, int replicas) {
        return owners(key, replicas, Set.of());
    }

    /**
     * The owners of a key when some members do not count, for instance because they are known to be ill.
     *
     * @param key the key, hashed in UTF-8
     * @param replicas how many owners, at least 1
     * @param ignored members to pass over; names that the ring does not have are harmless
     * @return that many members, or all that are not ignored when there are fewer
     */
    public List<String> owners(String key, int replicas, Set<String> ignored) {
        return owners(utf8(key), replicas, ignored);
    }

    /**
     * The owners of a key when some members do not count, for instance because they are known to be ill.
     *
     * @param key the key
     * @param replicas how many owners, at least 1
     * @param ignored members to pass over; names that the ring does not have are harmless
     * @return that many members, or all that are not ignored when there are fewer
     */
    public List<String> owners(byte[] key, int replicas, Set<String> ignored) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, but is " + replicas);
        }
        var wanted = Math.min(replicas, weights.size());
        var found = new LinkedHashSet<String>();
        for (int i = first(key), seen = 0; seen < points.length && found.size() < wanted; seen++) {
            if (!hidden(i) && !ignored.contains(points[i].member)) {
                found.add(points[i].member);
            }
            i = i + 1 < points.length ? i + 1 : 0;
        }
        return List.copyOf(found);
    }

    /** The first point behind the key's, around the end to the beginning. */
    private int first(byte[] key) {
        var hash = ByteBuffer.wrap(copyOf(MD5).digest(key));
        var high = hash.getLong();
        var low = hash.getLong();
        var from = 0;
        var to = points.length;
        while (from < to) {
            var middle = (from + to) >>> 1;
            if (points[middle].compareTo(high, low) > 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from < points.length ? from : 0;
    }

    /** Whether another member has the same point, and the better right to it. */
    private boolean hidden(int i) {
        return i > 0 && points[i].compareTo(points[i - 1].high, points[i - 1].low) == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HashRing that && partitions == that.partitions && weights.equals(that.weights);
    }

    @Override
    public int hashCode() {
        return 31 * partitions + weights.hashCode();
    }

    @Override
    public String toString() {
        return "HashRing[" + weights.size() + " members, " + points.length + " points]";
    }

    private static Point[] points(String member, int weight, int partitions) {
        var name = utf8(Objects.requireNonNull(member, "the name of a member must not be null"));
        if (name.length == 0 || !new String(name, StandardCharsets.UTF_8).equals(member)) {
            throw new IllegalArgumentException("the name of a member must be valid Unicode and not empty");
        }
        var count = (long) weight * partitions;
        if (weight < 1 || count > MAX_POINTS_OF_A_MEMBER) {
            throw new IllegalArgumentException("the weight of a member must be from 1 to "
                    + MAX_POINTS_OF_A_MEMBER / partitions + ", but is " + weight);
        }
        var rolling = copyOf(MD5);
        rolling.update(name);
        var points = new Point[(int) count];
        for (var i = 0; i < points.length; i++) {
            rolling.update(name);
            var hash = ByteBuffer.wrap(copyOf(rolling).digest());
            points[i] = new Point(hash.getLong(), hash.getLong(), member);
        }
        Arrays.sort(points);
        return points;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the hash ring needs MD5, which this Java runtime does not provide", e);
        }
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the hash ring needs an MD5 that can be copied, unlike " + digest, e);
        }
    }

    /** A point as an unsigned number of 128 bits. Members of the same point are sorted by their right to it. */
    private record Point(long high, long low, String member) implements Comparable<Point> {

        int compareTo(long otherHigh, long otherLow) {
            return high == otherHigh ? Long.compareUnsigned(low, otherLow) : Long.compareUnsigned(high, otherHigh);
        }

        @Override
        public int compareTo(Point other) {
            var order = compareTo(other.high, other.low);
            return order == 0 ? other.member.compareTo(member) : order;
        }
    }
}

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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.coordination.BadNameException;
import io.coordination.BadOptionException;
import io.coordination.CoordinationLock;
import io.coordination.Lease;
import io.coordination.LeaseLoss;
import io.coordination.LeaseLostException;
import io.coordination.spi.Characteristic;
import io.coordination.spi.Holder;
import io.coordination.spi.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Locks: exclusive, shared and with permits; waiting, losing, giving back. */
public abstract class LockContract extends Contract {

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(15);

    @Test
    void freeLockIsAcquired() {
        var lease = member("a").lock("x").tryAcquire();
        assertThat(lease).hasValueSatisfying(held -> {
            assertThat(held.isValid()).isTrue();
            assertThat(held.name()).isEqualTo("x");
            assertThat(held.mode()).isEqualTo(Mode.EXCLUSIVE);
            assertThat(held.remaining()).isPositive();
        });
    }

    @Test
    void heldLockIsRefusedToAnotherMemberAndToItsOwn() {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow();
        assertThat(member("b").lock("x").tryAcquire()).isEmpty();
        assertThat(a.lock("x").tryAcquire()).isEmpty();
    }

    @Test
    void releasedLockIsFreeForOthers() {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        assertThat(lease.release()).isTrue();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.remaining()).isZero();
        assertThat(member("b").lock("x").tryAcquire()).isPresent();
    }

    @Test
    void releaseIsDoneOnceAndByAnyThread() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        assertThat(outcome(inBackground(lease::release))).isTrue();
        var next = member("b").lock("x").tryAcquire().orElseThrow();
        assertThat(lease.release()).isFalse();
        lease.close();
        assertThat(next.isValid()).isTrue();
        assertThat(a.lock("x").holders()).extracting(Holder::member).containsExactly("b");
    }

    @Test
    void everyGrantHasAGreaterToken() {
        var a = member("a").lock("x");
        var b = member("b").lock("x");
        var last = Long.MIN_VALUE;
        for (var i = 0; i < 50; i++) {
            try (var lease = (i % 3 == 0 ? b : a).tryAcquire().orElseThrow()) {
                assertThat(lease.token()).isGreaterThan(last);
                last = lease.token();
            }
        }
        var readers = List.of(
                a.shared().tryAcquire().orElseThrow(), b.shared().tryAcquire().orElseThrow());
        assertThat(readers.get(0).token()).isGreaterThan(last);
        assertThat(readers.get(1).token()).isGreaterThan(readers.get(0).token());
    }

    @Test
    void tokensGoOnRisingWhenNobodyIsLeft() {
        var first = member("a");
        var token = first.lock("x").tryAcquire().orElseThrow().token();
        first.close();
        assertThat(member("b").lock("x").tryAcquire().orElseThrow().token()).isGreaterThan(token);
    }

    @Test
    void readersShareAndKeepAWriterOut() {
        var a = member("a").lock("x");
        var b = member("b").lock("x");
        var one = a.shared().tryAcquire().orElseThrow();
        var two = b.shared().tryAcquire().orElseThrow();
        var three = a.shared().tryAcquire().orElseThrow();
        assertThat(b.tryAcquire()).isEmpty();
        one.close();
        two.close();
        assertThat(b.tryAcquire()).isEmpty();
        three.close();
        try (var writer = b.tryAcquire().orElseThrow()) {
            assertThat(writer.isValid()).isTrue();
            assertThat(a.shared().tryAcquire()).isEmpty();
        }
    }

    /** A member that holds one mode is refused the other one like any other member: nothing is upgraded or downgraded. */
    @Sized(usual = 300, full = 10_000)
    void readersAndWritersAreAdmittedAsInTheModel(int steps) {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var locks = Stream.of("a", "b", "c").map(id -> member(id).lock("x")).toList();
        var held = new ArrayList<Lease>();
        for (var i = 0; i < steps; i++) {
            var lock = locks.get(random.nextInt(locks.size()));
            var wanted = random.nextBoolean() ? lock : lock.shared();
            if (!held.isEmpty() && random.nextInt(3) == 0) {
                assertThat(held.remove(random.nextInt(held.size())).release()).isTrue();
                continue;
            }
            var admitted =
                    wanted == lock ? held.isEmpty() : held.stream().allMatch(lease -> lease.mode() == Mode.SHARED);
            var lease = wanted.tryAcquire();
            assertThat(lease.isPresent())
                    .as("step %s of seed %s: %s beside %s", i, seed, wanted, held)
                    .isEqualTo(admitted);
            lease.ifPresent(held::add);
        }
        assertThat(held).allMatch(Lease::isValid);
    }

    @Test
    void writerThatWaitsIsNotOvertakenByReaders() throws Exception {
        var a = member("a");
        var b = member("b");
        var c = member("c");
        var reader = a.lock("x").shared().tryAcquire().orElseThrow();
        var before = store.line().trips();
        var writer = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        if (a.characteristics().contains(Characteristic.FAIR)) {
            assertThat(c.lock("x").shared().tryAcquire()).isEmpty();
        }
        reader.close();
        assertThat(outcome(writer).isValid()).isTrue();
    }

    @Test
    void permitsAdmitThatManyOverAllMembers() {
        var a = member("a").lock("x").permits(3);
        var b = member("b").lock("x").permits(3);
        var one = a.tryAcquire().orElseThrow();
        assertThat(b.tryAcquire()).isPresent();
        assertThat(b.tryAcquire()).isPresent();
        assertThat(a.tryAcquire()).isEmpty();
        assertThat(b.tryAcquire()).isEmpty();
        one.close();
        assertThat(b.tryAcquire()).isPresent();
        assertThat(a.tryAcquire()).isEmpty();
    }

    @Test
    void modesOfOneNameKeepOneAnotherOut() {
        var a = member("a").lock("x");
        var b = member("b").lock("x");
        try (var permit = a.permits(2).tryAcquire().orElseThrow()) {
            assertThat(permit.isValid()).isTrue();
            assertThat(b.tryAcquire()).isEmpty();
            assertThat(b.shared().tryAcquire()).isEmpty();
        }
        try (var reader = a.shared().tryAcquire().orElseThrow()) {
            assertThat(reader.isValid()).isTrue();
            assertThat(b.permits(2).tryAcquire()).isEmpty();
        }
    }

    @Test
    void waiterOfAnotherMemberIsWokenByTheRelease() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var b = member("b");
        var before = store.line().trips();
        var waiting = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        lease.close();
        assertThat(outcome(waiting).token()).isGreaterThan(lease.token());
    }

    @Test
    void waiterOfTheSameMemberIsWokenByTheRelease() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var waiting = inBackground(() -> a.lock("x").tryAcquire(LONG));
        lease.close();
        assertThat(outcome(waiting)).isPresent();
    }

    @Test
    void waiterIsWokenWhenTheHolderCloses() throws Exception {
        var a = member("a");
        a.lock("x").tryAcquire().orElseThrow();
        var b = member("b");
        var before = store.line().trips();
        var waiting = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        a.close();
        assertThat(outcome(waiting).isValid()).isTrue();
    }

    @Test
    void waitersForPermitsAndForReadingAreWoken() throws Exception {
        var a = member("a").lock("x");
        var b = member("b");
        var c = member("c");
        var writer = a.tryAcquire().orElseThrow();
        var readers = new ArrayList<CompletableFuture<Lease>>();
        for (var i = 0; i < 3; i++) {
            readers.add(inBackground(() -> b.lock("x").shared().acquire()));
            readers.add(inBackground(() -> c.lock("x").shared().acquire()));
        }
        writer.close();
        for (var reader : readers) {
            assertThat(outcome(reader).isValid()).isTrue();
        }
    }

    @Test
    void waitEndsEmptyAfterItsTimeAndLeavesNoClaim() throws Exception {
        var a = member("a");
        var b = member("b");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var start = System.nanoTime();
        assertThat(b.lock("x").tryAcquire(SHORT)).isEmpty();
        assertThat(a.lock("x").tryAcquire(SHORT)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT.multipliedBy(2), LONG);
        lease.close();
        assertThat(member("c").lock("x").tryAcquire()).isPresent();
    }

    @Test
    void interruptedWaitLeavesNoClaim() throws Exception {
        var a = member("a");
        var b = member("b");
        for (var round = 0; round < 20; round++) {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            var thread = new AtomicReference<Thread>();
            var started = new CountDownLatch(1);
            var waiting = inBackground(() -> {
                thread.set(Thread.currentThread());
                started.countDown();
                return b.lock("x").acquire();
            });
            started.await();
            thread.get().interrupt();
            assertThatThrownBy(() -> outcome(waiting)).isInstanceOf(InterruptedException.class);
            lease.close();
            eventually("the lock is free", () -> {
                var free = a.lock("x").tryAcquire();
                free.ifPresent(Lease::close);
                return free.isPresent();
            });
        }
    }

    @Test
    void waitersAreServedInOrderWhereTheStoreSaysSo() throws Exception {
        var holder = member("holder");
        if (!holder.characteristics().contains(Characteristic.FAIR)) {
            assertThat(holder.characteristics()).doesNotContain(Characteristic.FAIR);
            return;
        }
        var lease = holder.lock("x").tryAcquire().orElseThrow();
        var order = Collections.synchronizedList(new ArrayList<Integer>());
        var waiting = new ArrayList<CompletableFuture<Boolean>>();
        for (var i = 0; i < 5; i++) {
            var number = i;
            var member = member("m" + i);
            var before = store.line().trips();
            waiting.add(inBackground(() -> {
                try (var held = member.lock("x").acquire()) {
                    return held.isValid() && order.add(number);
                }
            }));
            untilInLine(before);
        }
        lease.close();
        for (var done : waiting) {
            outcome(done);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void threadsAndMembersExcludeOneAnother() throws Exception {
        var members = List.of(member("a"), member("b"), member("c"));
        var inside = new AtomicInteger();
        var overlaps = new AtomicInteger();
        var tokens = Collections.synchronizedList(new ArrayList<Long>());
        var tasks = new ArrayList<CompletableFuture<Boolean>>();
        for (var i = 0; i < 12; i++) {
            var lock = members.get(i % 3).lock("x");
            tasks.add(inBackground(() -> {
                for (var round = 0; round < 25; round++) {
                    try (var lease = lock.acquire()) {
                        if (inside.incrementAndGet() != 1) {
                            overlaps.incrementAndGet();
                        }
                        tokens.add(lease.token());
                        inside.decrementAndGet();
                    }
                }
                return true;
            }));
        }
        for (var task : tasks) {
            outcome(task);
        }
        assertThat(overlaps).hasValue(0);
        assertThat(tokens).hasSize(300).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void twoHundredWaitersAreAllServed() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var waiting = new ArrayList<CompletableFuture<Boolean>>();
        for (var i = 0; i < 200; i++) {
            waiting.add(inBackground(() -> {
                try (var held = a.lock("x").acquire()) {
                    return held.isValid();
                }
            }));
        }
        lease.close();
        for (var done : waiting) {
            assertThat(outcome(done)).isTrue();
        }
    }

    @Test
    void holdersAreTold() {
        var a = member("a");
        var b = member("b");
        assertThat(b.lock("x").holders()).isEmpty();
        var one = a.lock("x").shared().tryAcquire().orElseThrow();
        var two = b.lock("x").shared().tryAcquire().orElseThrow();
        assertThat(member("c").lock("x").holders())
                .extracting(Holder::member, Holder::token)
                .containsExactly(tuple("a", one.token()), tuple("b", two.token()));
        assertThat(a.leases()).containsExactly(one);
    }

    @Test
    void forcedReleaseTellsTheLoserAndFreesTheLock() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        var b = member("b");
        assertThat(b.lock("x").forceRelease()).isTrue();
        assertThat(b.lock("x").forceRelease()).isFalse();
        var loss = outcome(told);
        assertThat(loss.reason()).isEqualTo(LeaseLoss.Reason.EVICTED);
        assertThat(loss.token()).isEqualTo(lease.token());
        assertThat(lease.isValid()).isFalse();
        var next = b.lock("x").tryAcquire().orElseThrow();
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(lease.release()).isFalse();
        assertThat(next.isValid()).isTrue();
        assertThat(b.lock("x").holders()).hasSize(1);
    }

    @Test
    void capEndsTheHoldAndTellsItsHolder() throws Exception {
        var a = member("a");
        var lease = a.lock("x").atMost(SHORT).tryAcquire().orElseThrow();
        assertThat(lease.remaining()).isLessThanOrEqualTo(SHORT);
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        assertThat(outcome(told).reason()).isEqualTo(LeaseLoss.Reason.CAP_REACHED);
        assertThat(lease.isValid()).isFalse();
        assertThat(member("b").lock("x").tryAcquire(LONG)).isPresent();
    }

    @Test
    void capCountsAnewWhenTheHoldIsExtended() throws Exception {
        var a = member("a");
        var extended = a.lock("x").atMost(SHORT).tryAcquire().orElseThrow();
        var uncapped = a.lock("y").atMost(SHORT).tryAcquire().orElseThrow();
        assertThat(extended.extend(LONG, Duration.ZERO)).isTrue();
        assertThat(uncapped.extend(null, Duration.ZERO)).isTrue();
        var later = a.lock("z").atMost(SHORT).tryAcquire().orElseThrow();
        var told = new CompletableFuture<LeaseLoss>();
        later.onLost(told::complete);
        outcome(told);
        assertThat(extended.isValid()).isTrue();
        assertThat(uncapped.isValid()).isTrue();
        assertThat(later.extend(LONG, Duration.ZERO)).isFalse();
        assertThat(later.isValid()).isFalse();

        var shortened = new CompletableFuture<LeaseLoss>();
        extended.onLost(shortened::complete);
        assertThat(extended.extend(SHORT, Duration.ZERO)).isTrue();
        assertThat(outcome(shortened).reason()).isEqualTo(LeaseLoss.Reason.CAP_REACHED);
        uncapped.close();
        assertThat(uncapped.extend(null, Duration.ZERO)).isFalse();
    }

    @Test
    void leastTimeCountsAnewWhenTheHoldIsExtended() throws Exception {
        var lease = member("a").lock("x").tryAcquire().orElseThrow();
        var start = System.nanoTime();
        assertThat(lease.extend(null, Duration.ofMillis(300))).isTrue();
        lease.close();
        assertThat(member("b").lock("x").tryAcquire(LONG)).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void leastTimeKeepsTheLockTakenAfterItsRelease() throws Exception {
        var a = member("a");
        var b = member("b");
        var start = System.nanoTime();
        a.lock("x").atLeast(Duration.ofMillis(300)).tryAcquire().orElseThrow().close();
        assertThat(b.lock("x").tryAcquire(LONG)).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void closingTheMemberLosesItsLeases() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = new CompletableFuture<LeaseLoss>();
        lease.onLost(told::complete);
        a.close();
        assertThat(outcome(told).reason()).isEqualTo(LeaseLoss.Reason.CLOSED);
        assertThat(member("b").lock("x").tryAcquire()).isPresent();
        assertThatIllegalStateException().isThrownBy(() -> a.lock("x").tryAcquire());
        assertThatIllegalStateException().isThrownBy(() -> a.lock("x").acquire());
    }

    @Test
    void closingTheMemberEndsItsWaits() throws Exception {
        var a = member("a");
        var b = member("b");
        a.lock("x").tryAcquire().orElseThrow();
        var before = store.line().trips();
        var waiting = inBackground(() -> b.lock("x").acquire());
        var behind = inBackground(() -> b.lock("x").acquire());
        untilInLine(before);
        b.close();
        assertThatIllegalStateException().isThrownBy(() -> outcome(waiting));
        assertThatIllegalStateException().isThrownBy(() -> outcome(behind));
    }

    @Test
    void anyNameIsALockOfItsOwn() {
        var a = member("a");
        var held = new HashMap<String, Lease>();
        for (var name : Names.GOOD) {
            var lease = a.lock(name).tryAcquire();
            assertThat(lease).as(name).isPresent();
            held.put(name, lease.orElseThrow());
        }
        assertThat(held.values()).allMatch(Lease::isValid);
        var b = member("b");
        for (var name : Names.GOOD) {
            assertThat(b.lock(name).tryAcquire()).as(name).isEmpty();
            assertThat(b.lock(name).holders()).as(name).hasSize(1);
        }
    }

    @Test
    void badNamesAreRefusedBeforeAnyTrip() {
        var a = member("a");
        var before = store.line().trips();
        for (var name : Names.BAD) {
            assertThatExceptionOfType(BadNameException.class)
                    .as(name)
                    .isThrownBy(() -> a.lock(name))
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(300));
        }
        assertThatThrownBy(() -> a.lock(null)).isInstanceOf(NullPointerException.class);
        assertThat(store.line().trips()).isEqualTo(before);
    }

    @Test
    void badTimesAndNumbersAreRefused() {
        var lock = member("a").lock("x");
        var forEver = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.tryAcquire(SHORT.negated()));
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.atMost(Duration.ZERO));
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.atMost(SHORT.negated()));
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.atMost(forEver));
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.atLeast(SHORT.negated()));
        assertThatExceptionOfType(BadOptionException.class).isThrownBy(() -> lock.permits(0));
    }

    @Test
    void waitForEverDoesNotOverflow() throws Exception {
        var lock = member("a").lock("x");
        try (var lease = lock.tryAcquire(Duration.ofSeconds(Long.MAX_VALUE)).orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
        }
        try (var lease = lock.tryAcquire(Duration.ZERO).orElseThrow()) {
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void javaLockIsReentrantAndOwnedByItsThread() throws Exception {
        var lock = member("a").lock("x");
        var javaLock = lock.asJavaLock();
        javaLock.lock();
        assertThat(javaLock.tryLock()).isTrue();
        var token = lock.holders().get(0).token();
        Boolean barged = outcome(inBackground(() -> javaLock.tryLock()));
        assertThat(barged).isFalse();
        assertThatThrownBy(() -> outcome(inBackground(() -> {
                    javaLock.unlock();
                    return true;
                })))
                .isInstanceOf(IllegalMonitorStateException.class);
        javaLock.unlock();
        assertThat(lock.holders()).extracting(Holder::token).containsExactly(token);
        javaLock.unlock();
        assertThat(lock.holders()).isEmpty();
        assertThat(outcome(inBackground(() -> javaLock.tryLock(1, TimeUnit.SECONDS))))
                .isTrue();
    }

    @Test
    void javaLockHoldsForATimeAtMostAndSaysThatItWasLost() throws Exception {
        var javaLock = member("a").lock("x").asJavaLock();
        assertThatThrownBy(javaLock::lease).isInstanceOf(IllegalMonitorStateException.class);
        javaLock.lock(SHORT);
        var told = new CompletableFuture<LeaseLoss>();
        javaLock.lease().onLost(told::complete);
        outcome(told);
        assertThatThrownBy(javaLock::tryLock)
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("can not enter lock 'x' again, which it holds no more");
        assertThatThrownBy(javaLock::unlock).isInstanceOf(LeaseLostException.class);
        assertThat(javaLock.tryLock(LONG, LONG)).isTrue();
        assertThat(javaLock.lease().remaining()).isLessThanOrEqualTo(LONG);
        javaLock.unlock();
    }

    @Test
    void whoRenewsSeldomerKeepsItsShareWhenAnotherOneComesAndGoes() throws Exception {
        try (var slow = store.member()
                        .memberId("slow")
                        .sessionTimeout(Duration.ofSeconds(30))
                        .open();
                var quick = store.member()
                        .memberId("quick")
                        .sessionTimeout(Duration.ofSeconds(3))
                        .open()) {
            var kept = slow.lock("x").shared().tryAcquire().orElseThrow();
            quick.lock("x").shared().tryAcquire().orElseThrow().close();
            assertThat(quick.lock("x").tryAcquire(Duration.ofSeconds(4)))
                    .as("after more than the shorter lease")
                    .isEmpty();
            assertThat(kept.isValid()).isTrue();
            assertThat(kept.release()).isTrue();
        }
    }

    @Test
    void threadThatIsInterruptedTriesAndReleasesAllTheSame() {
        var a = member("a");
        Thread.currentThread().interrupt();
        try {
            var lease = a.lock("x").tryAcquire().orElseThrow();
            assertThat(lease.release()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        }
        assertThat(member("b").lock("x").tryAcquire()).isPresent();
    }

    @Sized(usual = 1_000, full = 5_000)
    void manyNamesCanBeHeldAtOnce(int names) {
        var a = member("a");
        var leases = new ArrayList<Optional<Lease>>();
        for (var i = 0; i < names; i++) {
            leases.add(a.lock("name-" + i).tryAcquire());
        }
        assertThat(leases).allMatch(Optional::isPresent);
        assertThat(a.leases()).hasSize(names);
        var b = member("b");
        assertThat(b.lock("name-0").tryAcquire()).isEmpty();
        assertThat(b.lock("name-" + (names - 1)).tryAcquire()).isEmpty();
    }

    @Test
    void lossIsToldToEveryListenerOnceWhateverTheOthersDo() throws Exception {
        var a = member("a");
        var lease = a.lock("x").tryAcquire().orElseThrow();
        var told = new AtomicInteger();
        var all = new CountDownLatch(2);
        var blocked = new CountDownLatch(1);
        lease.onLost(loss -> {
            throw new IllegalStateException("a listener that fails");
        });
        lease.onLost(loss -> awaitQuietly(blocked));
        lease.onLost(loss -> {
            told.incrementAndGet();
            all.countDown();
        });
        lease.onLost(loss -> all.countDown());
        lease.onLost(loss -> told.addAndGet(100)).close();
        member("b").lock("x").forceRelease();
        assertThat(all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        var late = new CompletableFuture<LeaseLoss>();
        lease.onLost(late::complete);
        assertThat(outcome(late).name()).isEqualTo("x");
        assertThat(told).hasValue(1);
        blocked.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the fluent views honest: a view shares the name, not the mode. */
    @Test
    void viewsLeaveTheLockAsItWas() {
        CoordinationLock lock = member("a").lock("x");
        lock.shared();
        lock.permits(5);
        assertThat(lock.tryAcquire())
                .hasValueSatisfying(lease -> assertThat(lease.mode()).isEqualTo(Mode.EXCLUSIVE));
    }
}

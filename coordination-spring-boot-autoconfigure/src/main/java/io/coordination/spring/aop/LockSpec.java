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
package io.coordination.spring.aop;

import io.coordination.BadOptionException;
import io.coordination.CoordinationLock;
import io.coordination.Coordinator;
import io.coordination.spi.Mode;
import io.coordination.spring.annotation.DistributedLock;
import io.coordination.spring.annotation.LockMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;

/**
 * What a {@link DistributedLock} means at a site, with everything resolved that does not depend on the call.
 *
 * @param coordinator the coordinator's name, empty for the default
 * @param names the names, at least one
 * @param mode beside whom the lock is held
 * @param waitTime how long a call waits
 * @param leaseTime the cap, null for none
 * @param atLeast for how long the lock stays taken at least
 * @param onContention what a call answers that does not get the lock
 * @param onStoreFailure what a call answers when the store failed
 * @param once whether it runs once for each planned time
 * @param interruptOnLoss whether a loss interrupts the call
 */
record LockSpec(
        String coordinator,
        List<LockName> names,
        Mode mode,
        Duration waitTime,
        @Nullable Duration leaseTime,
        Duration atLeast,
        Refusal onContention,
        StoreFailure onStoreFailure,
        boolean once,
        boolean interruptOnLoss) {

    /** The least that a holder keeps away from the end of what the store granted. */
    private static final Duration SHORTEST = Duration.ofMillis(50);

    static LockSpec of(
            DistributedLock lock, Site site, Returns returns, LockDefaults defaults, @Nullable BeanResolver beans) {
        var leaseTime = lock.leaseTime().isEmpty()
                ? defaults.leaseTime()
                : site.duration("leaseTime", lock.leaseTime(), Duration.ZERO);
        if (leaseTime != null && leaseTime.isZero()) {
            throw site.bad("leaseTime must be more than zero; leave it out for no cap");
        }
        return new LockSpec(
                lock.coordinator(),
                names(lock, site, beans),
                mode(lock, site),
                site.duration("waitTime", lock.waitTime(), defaults.waitTime()),
                leaseTime,
                site.duration("atLeast", lock.atLeast(), defaults.atLeast()),
                Refusal.of(
                        site, returns, "onContention", lock.onContention(), lock.fallback(), defaults.onContention()),
                StoreFailure.of(site, returns, lock.onStoreFailure(), defaults.onStoreFailure()),
                lock.once(),
                lock.interruptOnLoss() && defaults.interruptOnLoss());
    }

    private static List<LockName> names(DistributedLock lock, Site site, @Nullable BeanResolver beans) {
        if (lock.name().length == 0) {
            throw site.bad("it names no lock; write a name");
        }
        return Arrays.stream(lock.name())
                .map(name -> LockName.of(site, name, beans))
                .toList();
    }

    private static Mode mode(DistributedLock lock, Site site) {
        if (lock.mode() != LockMode.PERMITS && lock.permits() != 0) {
            throw site.bad("it gives a number of permits; set mode to PERMITS, or remove it");
        }
        return switch (lock.mode()) {
            case EXCLUSIVE -> Mode.EXCLUSIVE;
            case SHARED -> Mode.SHARED;
            case PERMITS -> {
                if (lock.permits() < 1) {
                    throw site.bad("permits must be at least 1, but is " + lock.permits());
                }
                yield new Mode.Permit(lock.permits());
            }
        };
    }

    /**
     * The lock of a name, as it is to be taken.
     *
     * @throws BadOptionException when a time is too long to count
     */
    CoordinationLock lock(Coordinator coordinator, String named) {
        var lock = coordinator.lock(named);
        if (mode instanceof Mode.Shared) {
            lock = lock.shared();
        } else if (mode instanceof Mode.Permit permit) {
            lock = lock.permits(permit.of());
        }
        if (leaseTime != null) {
            lock = lock.atMost(leaseTime);
        }
        return atLeast.isZero() ? lock : lock.atLeast(atLeast);
    }

    /** Whether a call is skipped while another one of this name runs. */
    boolean skipsAtOnce() {
        return mode instanceof Mode.Exclusive && waitTime.isZero() && onContention instanceof Refusal.Skip;
    }

    void lint(Site site, GuardLint lint) {
        if (leaseTime != null && leaseTime.compareTo(SHORTEST) < 0) {
            lint.tell(
                    site,
                    "leaseTime is " + leaseTime + ", shorter than the " + SHORTEST
                            + " by which a store's word is doubted, so the lease is lost before much is done; make it longer, or leave"
                            + " it out for no cap");
        } else if (leaseTime != null && leaseTime.compareTo(atLeast) < 0) {
            lint.tell(
                    site,
                    "atLeast is " + atLeast + ", but leaseTime ends the lease after " + leaseTime
                            + "; make leaseTime longer");
        }
        if (once && site.isLeaderOnly()) {
            lint.tell(
                    site,
                    "with @LeaderOnly other members do not come for a firing, so none makes up for a leader that dies"
                            + " in it; remove @LeaderOnly, as once is enough");
        }
    }

    /** Whether what is held in a mode allows all that this mode allows. */
    boolean isCoveredBy(Mode held) {
        return held instanceof Mode.Exclusive
                || (held instanceof Mode.Shared && mode instanceof Mode.Shared)
                || (held instanceof Mode.Permit outer && mode instanceof Mode.Permit inner && outer.of() <= inner.of());
    }
}

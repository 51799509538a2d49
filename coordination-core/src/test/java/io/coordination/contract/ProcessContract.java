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

import static io.coordination.contract.Contract.inBackground;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.Member;
import io.coordination.driver.file.PeerProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of what a process holds that is killed or stopped, on a store that keeps it for a lease. */
public abstract class ProcessContract {

    /** A process with the member {@code peer} and a lease of three seconds. The test's end closes it. */
    protected abstract PeerProcess peer() throws Exception;

    /** A member that meets the others in the store only. The test's end closes it. */
    protected abstract Coordinator other(String id);

    @Test
    void killedHolderIsFollowedWithinItsLease() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        assertThat(peer.ask("join g")).isEqualTo("joined");
        var b = other("b");
        assertThat(isMember(b, "peer")).isTrue();
        peer.kill();
        var start = System.nanoTime();
        assertThat(acquire(b, "x").isValid()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(isMember(b, "peer")).isFalse();
    }

    @Test
    void stoppedHolderFindsItsSessionLostAndReleasesNobodysLock() throws Exception {
        var peer = peer();
        assertThat(peer.ask("claim x")).startsWith("held ");
        peer.stop();
        var lease = acquire(other("b"), "x");
        peer.resume();
        peer.ask("release x");
        assertThat(lease.isValid()).isTrue();
        assertThat(other("c").lock("x").holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.member()).isEqualTo("b"));
    }

    /** Waits for a lock, with a deadline. */
    protected static Lease acquire(Coordinator member, String lock) throws Exception {
        return inBackground(() -> member.lock(lock).acquire()).get(20, TimeUnit.SECONDS);
    }

    /** False also while the store does not say. */
    protected static boolean isMember(Coordinator viewer, String id) {
        try {
            return viewer.group("g").members().stream().map(Member::id).anyMatch(id::equals);
        } catch (CoordinationException notNow) {
            return false;
        }
    }
}

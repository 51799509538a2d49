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

import io.coordination.CoordinationException;
import io.coordination.CoordinationLock;
import io.coordination.Coordinator;
import io.coordination.Lease;
import io.coordination.spi.Mode;
import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A thread that takes locks in all modes, and writes with what it holds exclusively. */
final class Locker implements Runnable {

    /** Locks by name: always exclusive, for readers and writers, for two at a time. */
    static final List<String> NAMES = List.of("one", "two", "shared", "permits");

    private final Coordinator member;
    private final Log log;
    private final Sightings sightings;
    private final Resource resource;
    private final SplittableRandom random;
    private final boolean steady;
    private final int lease;
    private volatile boolean quiet;

    Locker(
            Coordinator member,
            Log log,
            Sightings sightings,
            Resource resource,
            SplittableRandom random,
            boolean steady) {
        this.member = member;
        this.log = log;
        this.sightings = sightings;
        this.resource = resource;
        this.random = random;
        this.steady = steady;
        this.lease = (int) member.sessionTimeout().toMillis();
    }

    void quieten() {
        quiet = true;
    }

    @Override
    public void run() {
        try {
            while (!quiet) {
                take();
                Thread.sleep(random.nextInt(5, 60));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException judgeGone) {
            log.add(0, What.UNHANDLED, Type.INFO, "", 0, judgeGone);
        }
    }

    private void take() throws InterruptedException, IOException {
        var name = NAMES.get(random.nextInt(NAMES.size()));
        var lock = mode(name, member.lock(name));
        var cap = random.nextInt(20) == 0 ? Duration.ofMillis(lease / 2) : null;
        if (cap != null) {
            lock = lock.atMost(cap);
        }
        var patience = List.of(0, lease / 4, lease, 4 * lease).get(random.nextInt(4));
        var op = log.nextOp();
        log.add(op, What.ACQUIRE, Type.INVOKE, name, 0, mode(lock) + " " + patience);
        Optional<Lease> taken;
        try {
            taken = patience == 0 ? lock.tryAcquire() : lock.tryAcquire(Duration.ofMillis(patience));
        } catch (CoordinationException unknown) {
            log.add(op, What.ACQUIRE, Type.INFO, name, 0, unknown.getClass().getSimpleName());
            Thread.sleep(random.nextInt(50, 200));
            return;
        }
        if (taken.isEmpty()) {
            log.add(op, What.ACQUIRE, Type.FAIL, name, 0, "");
            return;
        }
        hold(op, name, taken.get(), cap == null ? howLong() : lease);
    }

    private CoordinationLock mode(String name, CoordinationLock lock) {
        return switch (name) {
            case "shared" -> random.nextInt(3) > 0 ? lock.shared() : lock;
            case "permits" -> lock.permits(2);
            default -> lock;
        };
    }

    private static String mode(CoordinationLock lock) {
        var text = lock.toString();
        return text.contains("SHARED") ? "SHARED" : text.contains("PERMIT") ? "PERMIT" : "EXCLUSIVE";
    }

    private void hold(long op, String name, Lease held, int millis) throws InterruptedException, IOException {
        log.add(op, What.ACQUIRE, Type.OK, name, held.token(), "");
        sightings.begin(op, held, name);
        held.onLost(loss -> {
            log.add(op, What.LOST, Type.OK, name, held.token(), loss.reason());
            if (held.isValid()) {
                log.add(op, What.UNHANDLED, Type.INFO, name, held.token(), "told lost, but valid");
            }
        });
        var until = System.nanoTime() + 1_000_000L * millis;
        while (System.nanoTime() < until && held.isValid()) {
            // What is on its way when a process is frozen arrives whenever it thaws.
            Thread.sleep(random.nextInt(2, 25));
            if (held.mode().equals(Mode.EXCLUSIVE)) {
                resource.write(name, held.token(), op);
            }
        }
        sightings.end(op);
        log.add(op, What.RELEASE, Type.INVOKE, name, held.token(), "");
        try {
            log.add(op, What.RELEASE, held.release() ? Type.OK : Type.FAIL, name, held.token(), "");
        } catch (CoordinationException unknown) {
            log.add(
                    op,
                    What.RELEASE,
                    Type.INFO,
                    name,
                    held.token(),
                    unknown.getClass().getSimpleName());
        }
    }

    private int howLong() {
        var die = random.nextInt(steady ? 2 : 20);
        return die == 0 ? lease * 3 / 2 : die < 4 ? random.nextInt(100, 400) : random.nextInt(5, 60);
    }
}

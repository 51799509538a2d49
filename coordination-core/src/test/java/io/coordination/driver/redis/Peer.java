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
package io.coordination.driver.redis;

import io.coordination.Coordinator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A process that holds a lock, leads and is a member, or that waits for the lock; says when asked what it believes. */
final class Peer {

    private Peer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        // With patience for the loading of the client, for which seconds may be too few.
        Coordinator.builder()
                .url(arguments[0])
                .memberId("before")
                .sessionTimeout(Duration.ofSeconds(30))
                .open()
                .close();
        try (var coordinator = Coordinator.builder()
                .url(arguments[0])
                .memberId("holder")
                .sessionTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
                .open()) {
            var lease = coordinator.lock("x").acquire();
            var election = coordinator.election("g").campaign();
            while (!election.isLeader()) {
                Thread.onSpinWait();
            }
            coordinator.group("g").join();
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("ready");
            while (in.readLine() != null) {
                System.out.println(lease.isValid() + " " + election.isLeader() + " " + lease.token());
            }
        }
    }
}

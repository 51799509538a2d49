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

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of the Java Flight Recorder has of a coordinator. */
class FlightTests {

    private static final List<String> EVENTS =
            List.of("LockWait", "LeaseHeld", "LeaseLost", "SessionRenewal", "SessionChange", "LeadershipChange");

    private final Staged store = new Staged();

    @Test
    void recordingHasWaitsHoldsLossesRenewalsSessionsAndLeaderships(@TempDir Path directory) throws IOException {
        var events = new ArrayList<String>();
        try (var recording = new Recording()) {
            for (var event : EVENTS) {
                recording.enable("io.coordination." + event).withThreshold(Duration.ZERO);
            }
            recording.start();
            try (var coordinator = store.builder().open()) {
                coordinator.election("g").campaign();
                coordinator.lock("x").tryAcquire().orElseThrow().close();
                try (var held = coordinator.lock("x").tryAcquire().orElseThrow()) {
                    assertThat(coordinator.lock("x").shared().tryAcquire()).isEmpty();
                    store.pass(Staged.LEASE.dividedBy(3));
                    store.session().lost("the server forgot it");
                    assertThat(held.isValid()).isFalse();
                }
            }
            recording.stop();
            var file = directory.resolve("recording.jfr");
            recording.dump(file);
            for (var event : RecordingFile.readAllEvents(file)) {
                assertThat(event.getString("member")).isEqualTo("m");
                events.add(text(event));
            }
        }
        assertThat(events)
                .contains(
                        "SessionChange LIVE opened",
                        "LeadershipChange g true",
                        "LockWait x EXCLUSIVE ACQUIRED",
                        "LeaseHeld lock x RELEASED",
                        "LockWait x SHARED CONTENDED",
                        "SessionRenewal CONFIRMED",
                        "LeaseHeld lock x SESSION_LOST",
                        "LeaseLost lock x SESSION_LOST the server forgot it",
                        "LeaseHeld leader g SESSION_LOST",
                        "LeaseLost leader g SESSION_LOST the server forgot it",
                        "LeadershipChange g false",
                        "SessionChange LOST the server forgot it",
                        "SessionChange LIVE opened again",
                        "LeaseHeld leader g RELEASED",
                        "SessionChange LOST the coordinator was closed");
    }

    private static String text(RecordedEvent event) {
        var fields =
                switch (event.getEventType().getName().substring("io.coordination.".length())) {
                    case "LockWait" -> List.of("lock", "mode", "outcome");
                    case "LeaseHeld" -> List.of("kind", "name", "end");
                    case "LeaseLost" -> List.of("kind", "name", "reason", "detail");
                    case "SessionRenewal" -> List.of("outcome");
                    case "SessionChange" -> List.of("state", "detail");
                    default -> List.of("group", "leads");
                };
        var text = new StringBuilder(event.getEventType().getName().substring("io.coordination.".length()));
        fields.forEach(field -> text.append(" ").append(String.valueOf(event.<Object>getValue(field))));
        return text.toString();
    }

    @Test
    void runtimeWithoutTheRecorderDoesWithout() throws IOException, InterruptedException {
        var java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base,java.naming,java.sql",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutRecorder.class.getName())
                .redirectErrorStream(true)
                .start();
        var output = new String(java.getInputStream().readAllBytes());
        assertThat(java.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("recorder: false, held: true");
    }

    /** Runs on a runtime without the recorder's module. */
    static final class WithoutRecorder {

        private WithoutRecorder() {}

        public static void main(String[] args) {
            try (var coordinator = Coordinator.open("memory://" + UUID.randomUUID());
                    var held = coordinator.lock("x").tryAcquire().orElseThrow()) {
                var recorder = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
                System.out.println("recorder: " + recorder + ", held: " + held.isValid());
            }
        }
    }
}

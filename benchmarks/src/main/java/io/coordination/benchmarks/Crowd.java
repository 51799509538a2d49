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
package io.coordination.benchmarks;

import io.coordination.Coordinator;
import io.coordination.GroupListener;
import io.coordination.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A process with many members of one group, each with a session of its own, some of whom watch it. */
final class Crowd {

    static final String GROUP = "crowd";

    /** Who joins later is known by it. */
    static final String NEWCOMER = "newcomer";

    private Crowd() {}

    static Companion of(String url, int members, int watching) throws IOException {
        return new Companion(Crowd.class, url, String.valueOf(members), String.valueOf(watching));
    }

    static Coordinator open(String url) {
        return Coordinator.builder()
                .url(url)
                .sessionTimeout(Duration.ofMinutes(1))
                .open();
    }

    /** Says when all have joined, when some watch, and then each time when the last of these heard of a newcomer. */
    public static void main(String[] args) throws Exception {
        var number = Integer.parseInt(args[1]);
        var members = new ArrayList<Coordinator>();
        for (var i = 0; i < number; i++) {
            members.add(open(args[0]));
        }
        say("open now");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        in.readLine();
        for (var member : members) {
            member.group(GROUP).join();
        }
        say("joined " + System.nanoTime());
        in.readLine();
        var watching = Integer.parseInt(args[2]);
        var heard = new AtomicInteger();
        for (var member : members.subList(0, watching)) {
            member.group(GROUP).watch(new GroupListener() {
                @Override
                public void joined(Member joined) {
                    if (joined.capabilities().containsKey(NEWCOMER) && heard.incrementAndGet() % watching == 0) {
                        say("seen " + System.nanoTime());
                    }
                }
            });
        }
        say("watching now");
        while (in.readLine() != null) {
            continue;
        }
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

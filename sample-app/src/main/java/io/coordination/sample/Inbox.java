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
package io.coordination.sample;

import io.coordination.sample.FencedFiles.Fenced;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Where the notifications arrive. It outlives whoever sent them. */
@Component
final class Inbox {

    private static final String PREFIX = "alarm-";

    private final FencedFiles files;

    Inbox(FencedFiles files) {
        this.files = files;
    }

    Optional<Notification> last(String alarm) {
        return files.read(PREFIX + alarm, Notification.class).map(Fenced::content);
    }

    /** {@return whether the last that was told about an alarm is that it fires} */
    boolean isOpen(String alarm) {
        return last(alarm).filter(Notification::open).isPresent();
    }

    /**
     * Takes a notification in.
     *
     * @param token the fencing token of the alarm's lock
     * @return false when somebody with a greater token was here
     */
    boolean put(Notification notification, long token) {
        return files.write(PREFIX + notification.alarm(), token, notification);
    }

    /** {@return the last of each alarm with its token, the newest first} */
    List<Fenced<Notification>> recent(int most) {
        return files.names(PREFIX).stream()
                .flatMap(name -> files.read(name, Notification.class).stream())
                .sorted(Comparator.comparing((Fenced<Notification> entry) -> changedAt(entry.content()))
                        .reversed())
                .limit(most)
                .toList();
    }

    private static Instant changedAt(Notification notification) {
        var resolved = notification.resolvedAt();
        return resolved == null ? notification.firedAt() : resolved;
    }
}

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

import io.coordination.spi.Holder;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A row of a line, {@code <id> <mode> <token> <since> <lease> <member>}, and the modes in it: x, r, p3. */
final class Row {

    private static final int FIELDS = 6;

    private Row() {}

    static String text(Mode mode) {
        if (mode instanceof Mode.Permit permit) {
            return "p" + permit.of();
        }
        return mode instanceof Mode.Shared ? "r" : "x";
    }

    static Holder parse(String row) {
        var fields = row.split(" ", FIELDS);
        try {
            return new Holder(
                    fields[5],
                    mode(fields[1]),
                    Long.parseLong(fields[2]),
                    Instant.EPOCH.plus(Long.parseLong(fields[3]), ChronoUnit.MICROS));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | StoreException foreign) {
            throw new StoreException(Reason.FOREIGN_DATA, "a line in Redis has a row that this library did not write");
        }
    }

    private static Mode mode(String text) {
        return switch (text.charAt(0)) {
            case 'p' -> new Mode.Permit(Integer.parseInt(text, 1, text.length(), 10));
            case 'r' -> Mode.SHARED;
            default -> Mode.EXCLUSIVE;
        };
    }
}

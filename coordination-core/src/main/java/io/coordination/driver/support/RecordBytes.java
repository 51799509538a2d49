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
package io.coordination.driver.support;

import io.coordination.spi.Mode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The parts of a {@link KeyRecord} that look alike wherever a record is kept as one value. */
public final class RecordBytes {

    private static final int EXCLUSIVE = 0;
    private static final int SHARED = -1;

    private RecordBytes() {}

    /**
     * Writes a mode.
     *
     * @param out where to
     * @param mode the mode
     * @throws IOException when it can not be written there
     */
    public static void write(DataOutputStream out, Mode mode) throws IOException {
        if (mode instanceof Mode.Permit permit) {
            out.writeInt(permit.of());
        } else {
            out.writeInt(mode instanceof Mode.Shared ? SHARED : EXCLUSIVE);
        }
    }

    /**
     * Reads a mode.
     *
     * @param in bytes that may not be ours
     * @return the mode
     * @throws IOException when it is none
     */
    public static Mode readMode(DataInputStream in) throws IOException {
        var code = in.readInt();
        return switch (code) {
            case EXCLUSIVE -> Mode.EXCLUSIVE;
            case SHARED -> Mode.SHARED;
            default -> {
                if (code < 0) {
                    throw new IOException("unknown mode " + code);
                }
                yield new Mode.Permit(code);
            }
        };
    }

    /**
     * Writes what a record ends with: its mark, if it has one.
     *
     * @param out where to
     * @param mark the mark, 0 for none
     * @throws IOException when it can not be written there
     */
    public static void writeMark(DataOutputStream out, long mark) throws IOException {
        if (mark != 0) {
            out.writeLong(mark);
        }
    }

    /**
     * Reads what a record ends with.
     *
     * @param in bytes that may not be ours, all of them in memory
     * @return the mark, 0 for none
     * @throws IOException when they end amid it, or go on after it
     */
    public static long readMark(DataInputStream in) throws IOException {
        var mark = in.available() == 0 ? 0 : in.readLong();
        if (in.available() > 0) {
            throw new IOException("it is too long");
        }
        return mark;
    }

    /**
     * Writes members.
     *
     * @param out where to
     * @param seats the members
     * @throws IOException when they can not be written there
     */
    public static void write(DataOutputStream out, List<KeyRecord.Seat> seats) throws IOException {
        out.writeInt(seats.size());
        for (var seat : seats) {
            out.writeUTF(seat.session());
            out.writeUTF(seat.member());
            out.writeLong(seat.joined());
            out.writeLong(seat.updated());
            out.writeInt(seat.data().length);
            out.write(seat.data());
        }
    }

    /**
     * Reads members.
     *
     * @param in bytes that may not be ours, all of them in memory
     * @return the members
     * @throws IOException when they end too early
     */
    public static List<KeyRecord.Seat> readSeats(DataInputStream in) throws IOException {
        var seats = new ArrayList<KeyRecord.Seat>(1);
        for (var left = in.readInt(); left > 0; left--) {
            var session = in.readUTF();
            var member = in.readUTF();
            var joined = in.readLong();
            var updated = in.readLong();
            var length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("it ends too early");
            }
            seats.add(new KeyRecord.Seat(session, member, in.readNBytes(length), joined, updated));
        }
        return seats;
    }
}

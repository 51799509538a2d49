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
package io.coordination.driver.file;

import io.coordination.spi.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Two places in a file that are written in turn, so that a write that is cut anywhere leaves the other place whole: the newest
 * whole one counts. What is too long for a place is written behind both first, never over what the other place points to.
 *
 * @param at where the first place begins
 * @param size the size of a place
 */
record Cells(long at, int size) {

    private static final long MAGIC = 0x436f_6f72_6443_0001L;
    private static final int CHECKED_FROM = 12;
    private static final int HEADER = 36;

    /**
     * What was written last.
     *
     * @param index which of the two places has it
     * @param sequence counts the writes
     * @param spill where its bytes are when they are behind the places, else 0
     * @param bytes what was written
     */
    record Content(int index, long sequence, long spill, byte[] bytes) {}

    /**
     * Reads what was written last.
     *
     * @return null when nothing was ever written as a whole
     * @throws StoreException {@code FOREIGN_DATA} for any other file
     */
    @Nullable
    Content read(OpenFile opened) throws IOException {
        var file = opened.file();
        var both = new byte[2 * size];
        var length = readFully(file, at, both, 0, both.length);
        if (length == 0) {
            return null;
        }
        var first = header(both, length, 0);
        var second = header(both, length, 1);
        var newer = first == null || second != null && second.sequence() > first.sequence() ? second : first;
        var older = newer == first ? second : first;
        var content = newer == null ? null : content(file, both, newer);
        if (content == null && older != null) {
            content = content(file, both, older);
        }
        if (content == null && !neverWritten(both)) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA,
                    opened.path() + " was not written by this library, or is damaged, and was left as it is;"
                            + " remove it when nothing else needs it");
        }
        return content;
    }

    /**
     * Writes over the older of the two places.
     *
     * @param last what {@link #read} returned under the same lock
     */
    void write(OpenFile opened, @Nullable Content last, byte[] bytes) throws IOException {
        var file = opened.file();
        var spills = bytes.length > size - HEADER;
        var cell = ByteBuffer.allocate(spills ? HEADER : HEADER + bytes.length)
                .putLong(MAGIC)
                .putInt(0)
                .putLong(last == null ? 1 : last.sequence() + 1)
                .putInt(bytes.length);
        if (spills) {
            var to = at + 2L * size;
            if (last != null && last.spill() != 0 && to + bytes.length > last.spill()) {
                to = last.spill() + last.bytes().length;
            }
            file.seek(to);
            file.write(bytes);
            cell.putLong(to).putInt(checksum(bytes, 0, bytes.length));
        } else {
            cell.putLong(0).putInt(0).put(bytes);
        }
        var image = cell.array();
        cell.putInt(CHECKED_FROM - Integer.BYTES, checksum(image, CHECKED_FROM, image.length));
        file.seek(at + (last == null ? 0 : 1 - last.index()) * (long) size);
        file.write(image);
    }

    private record Header(int index, int checksum, long sequence, int length, long spill, int spillChecksum) {}

    private @Nullable Header header(byte[] both, int read, int index) {
        var from = index * size;
        if (read < from + HEADER) {
            return null;
        }
        var in = ByteBuffer.wrap(both, from, HEADER);
        if (in.getLong() != MAGIC) {
            return null;
        }
        var header = new Header(index, in.getInt(), in.getLong(), in.getInt(), in.getLong(), in.getInt());
        var inline = header.spill == 0 ? header.length : 0;
        var whole = header.length >= 0
                && inline <= size - HEADER
                && checksum(both, from + CHECKED_FROM, from + HEADER + inline) == header.checksum;
        return whole ? header : null;
    }

    private @Nullable Content content(RandomAccessFile file, byte[] both, Header header) throws IOException {
        if (header.spill == 0) {
            var from = header.index * size + HEADER;
            return new Content(header.index, header.sequence, 0, Arrays.copyOfRange(both, from, from + header.length));
        }
        if (header.spill > file.length() - header.length) {
            return null;
        }
        var bytes = new byte[header.length];
        readFully(file, header.spill, bytes, 0, bytes.length);
        var whole = checksum(bytes, 0, bytes.length) == header.spillChecksum;
        return whole ? new Content(header.index, header.sequence, header.spill, bytes) : null;
    }

    /** The very first write goes to the first place: cut anywhere, it leaves a beginning of itself there and nothing else. */
    private boolean neverWritten(byte[] both) {
        for (var i = size; i < 2 * size; i++) {
            if (both[i] != 0) {
                return false;
            }
        }
        var magic = ByteBuffer.allocate(Long.BYTES).putLong(MAGIC).array();
        var same = Arrays.mismatch(both, 0, Long.BYTES, magic, 0, Long.BYTES);
        for (var i = same; i >= 0 && i < size; i++) {
            if (both[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(byte[] bytes, int from, int to) {
        var checksum = new CRC32C();
        checksum.update(bytes, from, to - from);
        return (int) checksum.getValue();
    }

    private static int readFully(RandomAccessFile file, long at, byte[] into, int from, int to) throws IOException {
        file.seek(at);
        var filled = from;
        while (filled < to) {
            var read = file.read(into, filled, to - filled);
            if (read < 0) {
                break;
            }
            filled += read;
        }
        return filled - from;
    }
}

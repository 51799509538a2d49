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
package io.coordination.driver.sql;

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordBytes;
import io.coordination.spi.Key;
import io.coordination.spi.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record as bytes. The token of a grant is the number of the write that makes it, so the bytes of that write can only say how
 * far before that number it is, which is a number below zero.
 */
final class RecordFormat {

    private static final int MAGIC = 0x636f3031;

    private RecordFormat() {}

    /** Null when nothing is left. */
    static byte @Nullable [] encode(KeyRecord record) {
        if (record.isBlank()) {
            return null;
        }
        var bytes = new ByteArrayOutputStream(192);
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeBoolean(record.exists());
            out.writeInt(record.line().size());
            for (var place : record.line()) {
                out.writeUTF(place.session());
                out.writeUTF(place.member());
                RecordBytes.write(out, place.mode());
                out.writeLong(place.id());
                out.writeLong(place.token() < 0 ? place.token() - record.token() - 1 : place.token());
                out.writeLong(place.since());
            }
            RecordBytes.write(out, record.seats());
            out.writeInt(record.watchers().size());
            for (var watcher : record.watchers()) {
                out.writeUTF(watcher);
            }
            RecordBytes.writeMark(out, record.mark());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory can be written to", impossible);
        }
        return bytes.toByteArray();
    }

    static KeyRecord decode(Key key, @Nullable Row row) {
        if (row == null) {
            return new KeyRecord(Long.MIN_VALUE);
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(row.content()))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("it does not begin as records do");
            }
            var exists = in.readBoolean();
            var line = line(in, row.version());
            var seats = RecordBytes.readSeats(in);
            var watchers = watchers(in);
            var mark = RecordBytes.readMark(in);
            return new KeyRecord(Long.MIN_VALUE, exists, line, seats, watchers).marked(mark);
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA,
                    "the row of " + key + " was not written by this version of the library, and is left alone",
                    e);
        }
    }

    private static List<KeyRecord.Place> line(DataInputStream in, long version) throws IOException {
        var line = new ArrayList<KeyRecord.Place>(1);
        for (var left = in.readInt(); left > 0; left--) {
            var session = in.readUTF();
            var member = in.readUTF();
            var mode = RecordBytes.readMode(in);
            var id = in.readLong();
            var token = in.readLong();
            line.add(new KeyRecord.Place(
                    session, member, mode, id, token < 0 ? version + token + 1 : token, in.readLong()));
        }
        return line;
    }

    private static Set<String> watchers(DataInputStream in) throws IOException {
        var watchers = new LinkedHashSet<String>(1);
        for (var left = in.readInt(); left > 0; left--) {
            watchers.add(in.readUTF());
        }
        return watchers;
    }
}

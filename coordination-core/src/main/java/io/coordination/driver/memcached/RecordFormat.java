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
package io.coordination.driver.memcached;

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
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record as bytes. The token of a grant is the number that the server gives to the write that makes it, so the bytes of
 * that write can only say "this one", together with where the writer counts from.
 */
final class RecordFormat {

    private static final int MAGIC = 0x636f3031;
    private static final int MOST_BYTES = 1_000_000;

    private RecordFormat() {}

    /** Without waiting claims and watchers, which live with their processes; null when nothing is left. */
    static byte @Nullable [] encode(Key key, KeyRecord record, long epoch) {
        var grants = record.line().stream().filter(place -> place.token() != 0).toList();
        if (!record.exists()
                && record.mark() == 0
                && grants.isEmpty()
                && record.seats().isEmpty()) {
            return null;
        }
        var bytes = new ByteArrayOutputStream(160);
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(key.kind().ordinal());
            out.writeUTF(key.name());
            out.writeBoolean(record.exists());
            out.writeInt(grants.size());
            for (var grant : grants) {
                out.writeUTF(grant.session());
                out.writeUTF(grant.member());
                RecordBytes.write(out, grant.mode());
                out.writeLong(grant.id());
                out.writeBoolean(grant.token() < 0);
                out.writeLong(grant.token() < 0 ? epoch : grant.token());
                out.writeLong(grant.since());
            }
            RecordBytes.write(out, record.seats());
            RecordBytes.writeMark(out, record.mark());
        } catch (IOException impossible) {
            throw new IllegalStateException("memory can be written to", impossible);
        }
        if (bytes.size() > MOST_BYTES) {
            throw new StoreException(
                    StoreException.Reason.REFUSED,
                    "its record would have " + bytes.size()
                            + " bytes, and memcached keeps at most a megabyte under a key");
        }
        return bytes.toByteArray();
    }

    static KeyRecord decode(Key key, Connection.Item item, Collection<String> watchers) {
        try (var in = new DataInputStream(new ByteArrayInputStream(item.bytes()))) {
            if (in.readInt() != MAGIC
                    || in.readByte() != key.kind().ordinal()
                    || !in.readUTF().equals(key.name())) {
                throw new IOException("it is not the record of this key");
            }
            var exists = in.readBoolean();
            var grants = grants(in, item.cas());
            var seats = RecordBytes.readSeats(in);
            var mark = RecordBytes.readMark(in);
            return new KeyRecord(Long.MIN_VALUE, exists, grants, seats, Set.copyOf(watchers)).marked(mark);
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException | IllegalArgumentException e) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA,
                    "what memcached has under this key was not written by this version of the library, and is left alone",
                    e);
        }
    }

    private static List<KeyRecord.Place> grants(DataInputStream in, long cas) throws IOException {
        var grants = new ArrayList<KeyRecord.Place>(1);
        for (var left = in.readInt(); left > 0; left--) {
            var session = in.readUTF();
            var member = in.readUTF();
            var mode = RecordBytes.readMode(in);
            var id = in.readLong();
            var token = in.readBoolean() ? in.readLong() + cas : in.readLong();
            grants.add(new KeyRecord.Place(session, member, mode, id, token, in.readLong()));
        }
        return grants;
    }
}

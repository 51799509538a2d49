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

import io.coordination.driver.support.KeyRecord;
import io.coordination.driver.support.RecordBytes;
import io.coordination.spi.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A record as it is stored.
 *
 * @param name the name of its key, because a file's name may be shortened
 * @param boot the boot of the machine it was written in
 * @param limit no token up to here can be drawn again after a crash of the machine
 * @param retired whether the file is being removed: whoever still has it open has to open its path anew
 * @param record the record itself
 */
record RecordFormat(String name, long boot, long limit, boolean retired, KeyRecord record) {

    private static final int EXISTS = 1;
    private static final int RETIRED = 2;

    byte[] encode() {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(name);
            out.writeLong(boot);
            out.writeLong(limit);
            out.writeByte((record.exists() ? EXISTS : 0) | (retired ? RETIRED : 0));
            out.writeLong(record.token());
            out.writeInt(record.line().size());
            for (var place : record.line()) {
                out.writeUTF(place.session());
                out.writeUTF(place.member());
                RecordBytes.write(out, place.mode());
                out.writeLong(place.id());
                out.writeLong(place.token());
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

    static RecordFormat decode(byte[] bytes, Path path) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var name = in.readUTF();
            var boot = in.readLong();
            var limit = in.readLong();
            var flags = in.readByte();
            var token = in.readLong();
            var exists = (flags & EXISTS) != 0;
            var record = new KeyRecord(token, exists, places(in), RecordBytes.readSeats(in), watchers(in))
                    .marked(RecordBytes.readMark(in));
            return new RecordFormat(name, boot, limit, (flags & RETIRED) != 0, record);
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new StoreException(
                    StoreException.Reason.FOREIGN_DATA, path + " was written by another version of this library", e);
        }
    }

    private static List<KeyRecord.Place> places(DataInputStream in) throws IOException {
        var places = new ArrayList<KeyRecord.Place>(1);
        for (var left = in.readInt(); left > 0; left--) {
            places.add(new KeyRecord.Place(
                    in.readUTF(), in.readUTF(), RecordBytes.readMode(in), in.readLong(), in.readLong(), in.readLong()));
        }
        return places;
    }

    private static Set<String> watchers(DataInputStream in) throws IOException {
        var watchers = new LinkedHashSet<String>(1);
        for (var left = in.readInt(); left > 0; left--) {
            watchers.add(in.readUTF());
        }
        return watchers;
    }
}

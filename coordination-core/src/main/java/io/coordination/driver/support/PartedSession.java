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

import io.coordination.spi.Claim;
import io.coordination.spi.Entry;
import io.coordination.spi.GroupCalls;
import io.coordination.spi.Holder;
import io.coordination.spi.Key;
import io.coordination.spi.LockCalls;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import java.util.List;
import java.util.Set;

/** A session with a part for locks and a part for groups. */
public abstract class PartedSession implements Session {

    /** For a driver's session. */
    protected PartedSession() {}

    /** {@return the part for locks and leaderships} */
    protected abstract LockCalls lockCalls();

    /** {@return the part for groups} */
    protected abstract GroupCalls groupCalls();

    @Override
    public Claim claim(Key key, Mode mode, long id) {
        return lockCalls().claim(key, mode, id);
    }

    @Override
    public void withdraw(Key key, long id) {
        lockCalls().withdraw(key, id);
    }

    @Override
    public List<Holder> holders(Key key) {
        return lockCalls().holders(key);
    }

    @Override
    public boolean evict(Key key) {
        return lockCalls().evict(key);
    }

    @Override
    public long exchange(Key lock, long expected, long mark) {
        return lockCalls().exchange(lock, expected, mark);
    }

    @Override
    public boolean create(Key group) {
        return groupCalls().create(group);
    }

    @Override
    public boolean delete(Key group) {
        return groupCalls().delete(group);
    }

    @Override
    public Set<String> groups() {
        return groupCalls().groups();
    }

    @Override
    public void join(Key group, byte[] data, boolean create) {
        groupCalls().join(group, data, create);
    }

    @Override
    public void update(Key group, byte[] data) {
        groupCalls().update(group, data);
    }

    @Override
    public boolean leave(Key group) {
        return groupCalls().leave(group);
    }

    @Override
    public List<Entry> members(Key group) {
        return groupCalls().members(group);
    }
}

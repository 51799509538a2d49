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
package io.coordination.driver.zookeeper;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.util.Objects;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to one request.
 *
 * @param code what became of it
 * @param value what it found, null unless it succeeded
 * @param path what it was about
 * @param sent whether a connection stood when it was made, so that it may have had an effect though no answer came
 * @param <T> what it finds
 */
record Answer<T>(Code code, @Nullable T value, String path, boolean sent) {

    boolean is(Code expected) {
        return code == expected;
    }

    /** The value of a request that must have succeeded. */
    T get() {
        if (code != Code.OK) {
            throw failure();
        }
        return Objects.requireNonNull(value);
    }

    /** Throws unless the request succeeded or ended in this other, expected way. */
    void requireOkOr(Code expected) {
        if (code != Code.OK && code != expected) {
            throw failure();
        }
    }

    StoreException failure() {
        var cause = KeeperException.create(code, path);
        return switch (code) {
            case CONNECTIONLOSS ->
                sent
                        ? new StoreException(Reason.TIMED_OUT, "the connection broke before the server answered", cause)
                        : new StoreException(Reason.UNREACHABLE, "no server of the ensemble can be reached", cause);
            case OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONMOVED, THROTTLEDOP ->
                new StoreException(Reason.TIMED_OUT, "the server did not answer in time", cause);
            case SESSIONEXPIRED -> new StoreException(Reason.SESSION_LOST, "the session is over", cause);
            case AUTHFAILED, NOAUTH, SESSIONCLOSEDREQUIRESASLAUTH ->
                new StoreException(
                        Reason.REFUSED,
                        "ZooKeeper does not allow this at " + path
                                + "; check user and password of the URL, and the access rights of that node",
                        cause);
            default -> new StoreException(Reason.REFUSED, "ZooKeeper answered " + code + " at " + path, cause);
        };
    }
}

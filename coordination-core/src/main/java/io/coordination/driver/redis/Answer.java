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

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server's errors mean. */
final class Answer {

    private static final Pattern FOREIGN = Pattern.compile("\\bFOREIGN (\\S+)");

    /** The server is not, or is no longer, one that may be asked; another connection may lead to one that is. */
    private static final Set<String> ELSEWHERE =
            Set.of("READONLY", "MOVED", "ASK", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN");

    private static final Map<String, String> PASSING = Map.of(
            "BUSY", "the server is busy with a script that does not end",
            "MISCONF", "the server accepts no writes because it can not save them to its disk",
            "NOREPLICAS", "the server accepts no writes because it has too few replicas");

    private static final Map<String, String> REFUSALS = Map.of(
            "NOAUTH", "the server wants a password; write it in the URL as redis://:password@host",
            "WRONGPASS", "the server does not accept user and password of the URL",
            "NOPERM", "the server does not allow its user what this needs; grant it what docs/redis.md lists",
            "OOM", "the memory of the server is full, and it can store nothing more");

    private Answer() {}

    /** Whether the connection is silent, or leads to a server that can not serve this. */
    static boolean asksForAnother(@Nullable Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof RedisCommandExecutionException && ELSEWHERE.contains(code(failure));
    }

    static boolean lacksScript(@Nullable Throwable failure) {
        return failure instanceof RedisCommandExecutionException
                && code(failure).equals("NOSCRIPT");
    }

    /** The failure of a command that was sent. */
    static StoreException failure(Throwable thrown) {
        var failure = cause(thrown);
        if (!(failure instanceof RedisCommandExecutionException)) {
            return new StoreException(
                    Reason.TIMED_OUT, "the connection to Redis broke before the server answered", failure);
        }
        var message = String.valueOf(failure.getMessage());
        var code = code(failure);
        if (code.equals("SESSION_OVER")) {
            return new StoreException(Reason.SESSION_LOST, "the server no longer has the session's key");
        }
        if (code.equals("GROUP_MISSING")) {
            return new StoreException(Reason.GROUP_MISSING, "there is no such group");
        }
        var foreign = FOREIGN.matcher(message);
        if (foreign.find() || message.contains("WRONGTYPE")) {
            return new StoreException(
                    Reason.FOREIGN_DATA,
                    "a key in Redis holds what neither tooz nor this library writes, and was not touched"
                            + (message.contains("FOREIGN") ? ": " + foreign.group(1) : ""),
                    failure);
        }
        if (ELSEWHERE.contains(code)) {
            return new StoreException(
                    Reason.UNREACHABLE, "the server that answered can not serve this now: " + code, failure);
        }
        var passing = PASSING.get(code);
        if (passing != null) {
            return new StoreException(Reason.UNREACHABLE, passing, failure);
        }
        var refusal = REFUSALS.get(code);
        return new StoreException(Reason.REFUSED, refusal == null ? "Redis refused: " + message : refusal, failure);
    }

    /** The failure to connect, which may be for good. */
    static StoreException notConnected(Throwable thrown, String where) {
        for (var failure = cause(thrown); failure != null; failure = failure.getCause()) {
            if (failure instanceof StoreException told) {
                return told;
            }
            var refusal = failure instanceof RedisCommandExecutionException ? REFUSALS.get(code(failure)) : null;
            if (refusal != null) {
                return new StoreException(Reason.REFUSED, refusal, failure);
            }
        }
        return new StoreException(Reason.UNREACHABLE, "no Redis server answered at " + where, cause(thrown));
    }

    private static Throwable cause(Throwable thrown) {
        var failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        return failure;
    }

    private static String code(Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        var space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }
}

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
package io.coordination;

import io.coordination.spi.StoreException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a driver's answer into the exception that users catch, and says what was being tried. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** Runs something that checks its input, such as a name. */
    static <T> T checked(Supplier<T> check) {
        try {
            return check.get();
        } catch (StoreException bad) {
            throw of(bad, "check the input");
        }
    }

    /** What a driver threw, for who goes on trying: what no driver should throw is taken as no answer. */
    static StoreException known(RuntimeException failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        LOG.warn("A driver failed in a way that it should not; it is taken as no answer", failure);
        return new StoreException(StoreException.Reason.TIMED_OUT, "the driver failed: " + failure, failure);
    }

    static CoordinationException of(StoreException failure, String doing) {
        var message = "Could not " + doing + ": " + failure.getMessage();
        var unknown = message + " (whether it took effect is unknown)";
        return switch (failure.reason()) {
            case UNREACHABLE -> new ConnectionFailedException(unknown, failure);
            case TIMED_OUT -> new OperationTimedOutException(unknown, failure);
            case SESSION_LOST, CLAIM_LOST -> new SessionLostException(message, failure);
            case REFUSED -> new AccessRefusedException(message, failure);
            case FOREIGN_DATA -> new ForeignDataException(message, failure);
            case TOKEN_REGRESSION -> new TokenRegressionException(message, failure);
            case GROUP_MISSING -> new GroupNotCreatedException(message, failure);
            case GROUP_NOT_EMPTY -> new GroupNotEmptyException(message, failure);
            case MEMBER_EXISTS -> new MemberAlreadyExistsException(message, failure);
            case MEMBER_MISSING -> new MemberNotJoinedException(message, failure);
            case BAD_NAME -> new BadNameException(String.valueOf(failure.getMessage()), failure);
            case BAD_URL, BAD_OPTION -> new BadOptionException(String.valueOf(failure.getMessage()), failure);
        };
    }
}

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
package io.coordination.spi;

import org.jspecify.annotations.Nullable;

/**
 * A driver's "no, because" or "unknown". The API above the seam turns it into its own family of exceptions and adds what was
 * being tried. Messages name the input and the mend, and never contain a secret.
 */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a call failed. */
    public enum Reason {
        /** No connection: the call had no effect, or its effect is unknown. */
        UNREACHABLE,
        /** No answer in time: the effect is unknown. */
        TIMED_OUT,
        /** The session is over. */
        SESSION_LOST,
        /** The claim is gone from the store although the session lives. */
        CLAIM_LOST,
        /** The store does not let us do this. */
        REFUSED,
        /** The record was not written by this library, or is damaged; it was not touched. */
        FOREIGN_DATA,
        /** A fencing token was not greater than an earlier one. Found above the seam, not for drivers. */
        TOKEN_REGRESSION,
        /** The group does not exist. */
        GROUP_MISSING,
        /** The group still has members. */
        GROUP_NOT_EMPTY,
        /** A member of this id is in the group already. */
        MEMBER_EXISTS,
        /** This session is not a member of the group. */
        MEMBER_MISSING,
        /** A name breaks the rules of {@link Names}. */
        BAD_NAME,
        /** The URL can not be understood. */
        BAD_URL,
        /** An option or argument is unknown or out of range. */
        BAD_OPTION;

        /**
         * Whether trying again later can help.
         *
         * @return true for trouble with the connection or the session
         */
        public boolean passing() {
            return this == UNREACHABLE || this == TIMED_OUT || this == SESSION_LOST || this == CLAIM_LOST;
        }
    }

    /** Why the call failed. */
    private final Reason reason;

    /**
     * A failure without a cause of its own.
     *
     * @param reason why
     * @param message what happened and what mends it
     */
    public StoreException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * A failure of a client library.
     *
     * @param reason why
     * @param message what happened and what mends it
     * @param cause what the client library threw
     */
    public StoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Why the call failed.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}

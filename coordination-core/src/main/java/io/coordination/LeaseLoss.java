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

/**
 * Why a lease was lost.
 *
 * @param name the name of the lock, or of the group whose leadership it was
 * @param token the fencing token of the lost grant
 * @param reason what kind of loss it was
 * @param detail what happened, for people
 */
public record LeaseLoss(String name, long token, Reason reason, String detail) {

    /** The kinds of loss. */
    public enum Reason {
        /** The store could not be asked to renew it in time. The store may still keep it for a moment. */
        EXPIRED,
        /** The store ended the session. */
        SESSION_LOST,
        /** Somebody took it away, or its record was removed from the store. */
        EVICTED,
        /** It was held for as long as its holder allowed at most. */
        CAP_REACHED,
        /** The coordinator was closed. */
        CLOSED
    }

    /** {@return what was lost and why, for a log or an exception} */
    @Override
    public String toString() {
        return "'" + io.coordination.spi.Names.printable(name) + "' (token " + token + ") was lost: " + reason + ", "
                + detail;
    }
}

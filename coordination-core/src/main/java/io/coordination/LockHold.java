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

import io.coordination.spi.Claim;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.StoreException;

/** What a held lock keeps the other threads of this process from; its end admits the next of them. */
final class LockHold implements Lease.End {

    private final SessionKeeper keeper;
    private final LocalLines lines;
    private final Tenure tenure;
    private final Key key;
    private final Mode mode;

    LockHold(SessionKeeper keeper, LocalLines lines, Tenure tenure, Key key, Mode mode) {
        this.keeper = keeper;
        this.lines = lines;
        this.tenure = tenure;
        this.key = key;
        this.mode = mode;
    }

    @Override
    public void run() {
        lines.leave(key, mode);
    }

    /** Where the store can, in one step with the claim of the thread that is next here. */
    @Override
    public boolean release(Claim claim) {
        if (claim instanceof Claim.Passing passing && mode.equals(Mode.EXCLUSIVE)) {
            var next = lines.next(key);
            if (next != null) {
                return pass(passing, next);
            }
        }
        return Lease.End.super.release(claim);
    }

    private boolean pass(Claim.Passing claim, LocalLines.Turn next) {
        var id = tenure.nextClaim();
        Standing standing = null;
        try {
            var passed = claim.pass(id);
            standing = passed == null ? null : new Standing(tenure, id, passed);
            return passed != null;
        } catch (StoreException unknown) {
            keeper.withdrawLater(tenure, key, id);
            throw unknown;
        } finally {
            if (!lines.admit(key, next, standing)) {
                if (standing != null) {
                    standing.giveBack(keeper, key, true);
                }
                run();
            }
        }
    }
}

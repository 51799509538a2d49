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
import io.coordination.spi.StoreException;

/**
 * A place in the store's line.
 *
 * @param tenure the session through which it was taken
 * @param id the claim's id
 * @param claim the place
 */
record Standing(Tenure tenure, long id, Claim claim) {

    /** Not by a call that the caller waits for, when the store does not answer. */
    void giveBack(SessionKeeper keeper, Key key, boolean answered) {
        if (tenure.isOver()) {
            return;
        }
        try {
            if (answered) {
                claim.release();
                return;
            }
        } catch (StoreException unknown) {
            // As if it had not answered before.
        }
        keeper.withdrawLater(tenure, key, id);
    }
}

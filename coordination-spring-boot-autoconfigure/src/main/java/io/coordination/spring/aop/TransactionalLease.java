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
package io.coordination.spring.aop;

import io.coordination.Lease;
import io.coordination.LeaseLostException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Leases that are taken by hand inside of a transaction, for code that can not take them outside. */
public final class TransactionalLease {

    private TransactionalLease() {}

    /**
     * Keeps a lease until the transaction of this thread has ended, however it ends, so that the next holder sees what was
     * committed. A lease that is lost before the commit rolls the transaction back, by {@link LeaseLostException}.
     *
     * <pre>{@code
     * var lease = TransactionalLease.bind(coordinator.lock("account").acquire());
     * }</pre>
     *
     * @param lease the lease, which is given back at once when there is no transaction
     * @return the lease
     * @throws IllegalStateException when this thread is in no transaction
     */
    public static Lease bind(Lease lease) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            lease.close();
            throw new IllegalStateException("This thread is in no transaction, whose end would give " + lease
                    + " back; begin one before, or close the lease by hand");
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void beforeCommit(boolean readOnly) {
                if (!lease.isValid()) {
                    var loss = lease.loss();
                    throw new LeaseLostException(
                            (loss == null ? lease.toString() : loss.toString()) + ". The transaction is rolled back",
                            null);
                }
            }

            @Override
            public void afterCompletion(int status) {
                lease.close();
            }
        });
        return lease;
    }
}

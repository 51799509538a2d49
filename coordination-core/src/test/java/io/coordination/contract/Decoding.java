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
package io.coordination.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.lang.management.ManagementFactory;

/** What every decoder of strangers' bytes keeps to: it answers or throws the one exception, and believes no length. */
public final class Decoding {

    /** Beside what the bytes justify: a decoder's own buffers, and an exception. */
    private static final long ALWAYS = 1 << 20;

    private static final long MOST_FOR_A_BYTE = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Decoding() {}

    /** Runs a decoder of so many bytes, which may say that they are foreign. */
    public static void bounded(int bytes, Runnable decoder) {
        var most = ALWAYS + MOST_FOR_A_BYTE * bytes;
        var least = allocated(decoder);
        // The first time it may load its classes, and at any time a fuzzer may allocate on this thread.
        for (var tries = 0; least > most && tries < 5; tries++) {
            least = Math.min(least, allocated(decoder));
        }
        if (least > most) {
            assertThat(least).as("allocated for %s bytes", bytes).isLessThanOrEqualTo(most);
        }
    }

    private static long allocated(Runnable decoder) {
        var before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decoder.run();
        } catch (StoreException refused) {
            if (refused.reason() != Reason.FOREIGN_DATA) {
                throw new AssertionError("refused as " + refused.reason(), refused);
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}

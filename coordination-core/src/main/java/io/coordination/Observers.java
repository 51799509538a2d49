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

import io.coordination.spi.Mode;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who hear what a coordinator does. What one of them throws is nobody else's matter. */
final class Observers implements CoordinatorObserver {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorObserver.class);

    private final CoordinatorObserver[] all;

    Observers(List<CoordinatorObserver> all) {
        this.all = all.toArray(CoordinatorObserver[]::new);
    }

    /** Nobody hears it: then nothing needs to be put together for them. */
    boolean isEmpty() {
        return all.length == 0;
    }

    @Override
    public void asking(String lock, Mode mode) {
        for (var one : all) {
            tell(one, heard -> heard.asking(lock, mode));
        }
    }

    @Override
    public void asked(Asked asked) {
        for (var i = all.length - 1; i >= 0; i--) {
            tell(all[i], heard -> heard.asked(asked));
        }
    }

    @Override
    public void released(String lock, Duration held) {
        for (var one : all) {
            tell(one, heard -> heard.released(lock, held));
        }
    }

    @Override
    public void lost(LeaseLoss loss, Duration held) {
        for (var one : all) {
            tell(one, heard -> heard.lost(loss, held));
        }
    }

    @Override
    public void renewed(Renewal renewal, Duration took) {
        for (var one : all) {
            tell(one, heard -> heard.renewed(renewal, took));
        }
    }

    private static void tell(CoordinatorObserver observer, Consumer<CoordinatorObserver> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException itsOwn) {
            LOG.warn("{} failed", observer.getClass().getName(), itsOwn);
        }
    }
}

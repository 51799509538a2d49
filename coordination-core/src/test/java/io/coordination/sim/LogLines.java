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
package io.coordination.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * What simulated threads log is not shown. It is a place where a thread may lose its processor, and a failure that the core
 * only logs, because it has nobody to throw it at, fails the simulation.
 */
final class LogLines extends TurboFilter {

    private static final String SWALLOWS_FAILURES = "io.coordination.SerialQueue";

    /** Takes effect for the whole process, for simulated threads only. */
    static void install() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (context.getTurboFilterList().stream().noneMatch(LogLines.class::isInstance)) {
            context.addTurboFilter(new LogLines());
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        var simulation = Simulation.here();
        if (simulation == null) {
            return FilterReply.NEUTRAL;
        }
        if (failure != null && !(failure instanceof Killed) && logger.getName().equals(SWALLOWS_FAILURES)) {
            simulation.fail(failure);
        }
        var running = simulation.running();
        if (running != null && running.process != null) {
            running.process.point();
        }
        return FilterReply.DENY;
    }
}

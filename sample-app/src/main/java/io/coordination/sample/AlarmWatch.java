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
package io.coordination.sample;

/**
 * What an evaluator knows of one alarm. It fires when there was a reason in as many evaluations in a row as its rule says,
 * and is over when there was none in as many, so that a reading that swings about the threshold is no storm of notifications.
 * An unknown reading changes nothing.
 */
final class AlarmWatch {

    private final AlarmRule rule;
    private boolean firing;
    private int against;
    private double last = Reading.UNKNOWN;

    /**
     * Begins to watch.
     *
     * @param firing whether it fires already, as its last evaluator told
     */
    AlarmWatch(AlarmRule rule, boolean firing) {
        this.rule = rule;
        this.firing = firing;
    }

    void look(double reading) {
        last = reading;
        if (Double.isNaN(reading)) {
            return;
        }
        against = rule.isReason(reading) == firing ? 0 : against + 1;
        if (against >= rule.rounds()) {
            firing = !firing;
            against = 0;
        }
    }

    boolean isFiring() {
        return firing;
    }

    boolean isUnknown() {
        return Double.isNaN(last);
    }

    double last() {
        return last;
    }
}

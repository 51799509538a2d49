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
 * One alarm.
 *
 * @param id its name, and the key by which it is given to an evaluator
 * @param severity how bad it is
 * @param source the reading as it is written
 * @param reading what is looked at
 * @param comparison on which side of the threshold the reason for alarm lies
 * @param threshold the limit
 * @param rounds for how many evaluations in a row there has to be a reason before the alarm fires, and none before it is over
 * @param message what to tell people
 */
record AlarmRule(
        String id,
        Severity severity,
        String source,
        Reading reading,
        Comparison comparison,
        Threshold threshold,
        int rounds,
        String message) {

    boolean isReason(double value) {
        return comparison.holds(value, threshold.value());
    }

    /** {@return the condition in words} */
    String condition() {
        return source + " " + comparison + " " + threshold.text();
    }
}

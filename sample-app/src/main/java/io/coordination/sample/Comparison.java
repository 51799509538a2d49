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

/** On which side of the threshold a reading is a reason for alarm. */
enum Comparison {
    ABOVE(">"),
    BELOW("<");

    private final String sign;

    Comparison(String sign) {
        this.sign = sign;
    }

    static Comparison parse(String sign) {
        for (var comparison : values()) {
            if (comparison.sign.equals(sign)) {
                return comparison;
            }
        }
        throw new IllegalArgumentException("the comparison must be > or <, but is '" + sign + "'");
    }

    boolean holds(double reading, double threshold) {
        return this == ABOVE ? reading > threshold : reading < threshold;
    }

    @Override
    public String toString() {
        return sign;
    }
}

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

import io.coordination.Coordinator;
import io.coordination.GroupNotCreatedException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The evaluators that live, as the store knows them. */
@Component
final class Evaluators {

    private final Coordinator coordinator;
    private final AlarmRules rules;

    Evaluators(Coordinator coordinator, AlarmRules rules) {
        this.coordinator = coordinator;
        this.rules = rules;
    }

    /** {@return all in the order in which they joined, asked of the store} */
    List<Evaluator> all() {
        try {
            return coordinator.group(SampleApplication.GROUP).members().stream()
                    .map(member -> Evaluator.of(member, rules.ids()))
                    .toList();
        } catch (GroupNotCreatedException nobodyCameYet) {
            return List.of();
        }
    }

    /** {@return what some evaluators say, each once} */
    static Set<String> said(List<Evaluator> evaluators, Function<Evaluator, Set<String>> what) {
        return evaluators.stream()
                .flatMap(evaluator -> what.apply(evaluator).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}

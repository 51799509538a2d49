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
package io.coordination.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.annotation.DistributedLock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlMapFactoryBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.FileSystemResource;

/** The dashboard and the alerts ask for what an application really exports, and leave nothing of it out. */
class DashboardTests {

    private static final Path DASHBOARD = Path.of("../docs/grafana/coordination.json");
    private static final Path ALERTS = Path.of("../docs/prometheus/coordination-alerts.yaml");
    private static final Pattern METRIC = Pattern.compile("\\b(coordination_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern BY = Pattern.compile("by \\(([^)]*)\\)");
    /** What Prometheus adds to each sample. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    static class Work {

        @DistributedLock(name = "report")
        void write() {}
    }

    /** The values of each label of each metric of an application that took a lock. */
    private Map<String, Map<String, Set<String>>> exported() {
        var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(prometheus));
        var samples = new TreeMap<String, Map<String, Set<String>>>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CoordinationMetricsAutoConfiguration.class,
                        CoordinationObservationAutoConfiguration.class,
                        CoordinationAnnotationsAutoConfiguration.class,
                        CoordinationAutoConfiguration.class))
                .withPropertyValues("coordination.url=" + store.url(), "coordination.groups=g")
                .withBean(MeterRegistry.class, () -> prometheus)
                .withBean(ObservationRegistry.class, () -> observations)
                .withBean(Work.class)
                .run(context -> {
                    context.getBean(Work.class).write();
                    var lock = context.getBean(Coordinator.class).lock("report");
                    try (var held = lock.tryAcquire().orElseThrow()) {
                        assertThat(lock.tryAcquire()).isEmpty();
                        assertThat(held.isValid()).isTrue();
                    }
                    var running = Observation.createNotStarted("coordination.guarded", observations)
                            .lowCardinalityKeyValue("code.function", "write")
                            .start();
                    collect(prometheus.scrape(), samples);
                    running.stop();
                });
        return samples;
    }

    private static void collect(String scrape, Map<String, Map<String, Set<String>>> samples) {
        scrape.lines().filter(line -> line.startsWith("coordination_")).forEach(line -> {
            METRIC.matcher(line).results().findFirst().ifPresent(metric -> {
                var labels = samples.computeIfAbsent(metric.group(1), absent -> new TreeMap<>());
                matchers(metric)
                        .forEach(label -> labels.computeIfAbsent(label.group(1), absent -> new TreeSet<>())
                                .add(label.group(3)));
            });
        });
    }

    private static List<MatchResult> matchers(MatchResult metric) {
        var labels = metric.group(2);
        return labels == null ? List.of() : MATCHER.matcher(labels).results().toList();
    }

    @Test
    void dashboardAsksForWhatIsExportedAndShowsAllOfIt() throws IOException {
        var asked = new ArrayList<String>();
        expressions(JsonParserFactory.getJsonParser().parseMap(Files.readString(DASHBOARD)), asked);
        var samples = exported();
        assertThat(asked).hasSizeGreaterThan(15).allSatisfy(expression -> requireKnown(expression, samples));
        var shown = asked.stream()
                .flatMap(expression -> METRIC.matcher(expression).results())
                .map(metric -> family(metric.group(1)))
                .collect(Collectors.toSet());
        assertThat(samples.keySet().stream()
                        .map(DashboardTests::family)
                        // The same attempts as coordination.lock.wait, for those who want them beside their traces.
                        .filter(family -> !family.startsWith("coordination_acquire")))
                .isNotEmpty()
                .isSubsetOf(shown);
    }

    @Test
    void alertsAskForWhatIsExported() {
        var yaml = new YamlMapFactoryBean();
        yaml.setResources(new FileSystemResource(ALERTS));
        var asked = new ArrayList<String>();
        expressions(yaml.getObject(), asked);
        var samples = exported();
        assertThat(asked).hasSizeGreaterThan(5).allSatisfy(expression -> requireKnown(expression, samples));
    }

    /** All texts under a key {@code expr}. */
    private static void expressions(Object node, List<String> found) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if ("expr".equals(key)) {
                    found.add((String) value);
                } else {
                    expressions(value, found);
                }
            });
        } else if (node instanceof Iterable<?> list) {
            list.forEach(each -> expressions(each, found));
        }
    }

    private static void requireKnown(String expression, Map<String, Map<String, Set<String>>> samples) {
        var metrics = METRIC.matcher(expression).results().toList();
        assertThat(metrics).as(expression).isNotEmpty();
        for (var metric : metrics) {
            assertThat(samples).as(expression).containsKey(metric.group(1));
            var labels = samples.get(metric.group(1));
            for (var label : matchers(metric)) {
                if (OF_PROMETHEUS.contains(label.group(1))) {
                    continue;
                }
                assertThat(labels).as(expression).containsKey(label.group(1));
                if (metric.group(1).startsWith("coordination_session")
                        || label.group(2).equals("!=")) {
                    assertThat(labels.get(label.group(1)))
                            .as(expression)
                            .contains(label.group(3).split("[|]"));
                }
            }
            BY.matcher(expression)
                    .results()
                    .flatMap(by -> Set.of(by.group(1).split(",\\s*")).stream())
                    .filter(label -> !OF_PROMETHEUS.contains(label))
                    .forEach(label -> assertThat(labels).as(expression).containsKey(label));
        }
    }

    private static String family(String metric) {
        return metric.replaceFirst("_(count|sum|max|total)$", "");
    }
}

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

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coordination.Coordinator;
import io.coordination.spi.SessionState;
import io.coordination.spring.TestStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A password in the properties, and all places where somebody might read it. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

    private static final String[] PATHS = {
        "coordination",
        "coordination/application",
        "health",
        "info",
        "env",
        "env/coordination.url",
        "configprops",
        "conditions",
        "beans",
        "threaddump"
    };

    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void passwordInTheUrlIsShownNowhere(CapturedOutput output) throws Exception {
        run("coordination.url=" + store.url().replace("memory://", "memory://user:s3cr3t@") + "?tiemout=t0k3n", output);
        run("coordination.url=" + store.url().replace("memory://", "memory://user:s3cr3t@"), output);
    }

    @Test
    void passwordPropertyIsShownNowhere(CapturedOutput output) throws Exception {
        run("coordination.password=s3cr3t", output);
    }

    private void run(String secret, CapturedOutput output) throws Exception {
        var application = new SpringApplicationBuilder(Application.class)
                .initializers(fresh -> fresh.getBeanFactory()
                        .registerSingleton(
                                "onTheLine", (CoordinatorBuilderCustomizer) builder -> builder.driver(store.line())))
                .properties(
                        "coordination.session-timeout=1s",
                        "coordination.url=" + store.url(),
                        "server.port=0",
                        "logging.level.io.coordination=trace",
                        "spring.main.banner-mode=off",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always",
                        "management.endpoint.env.show-values=always",
                        "management.endpoint.configprops.show-values=always",
                        secret)
                .registerShutdownHook(false);
        if (secret.contains("tiemout")) {
            assertThatThrownBy(application::run).satisfies(failure -> {
                for (var cause = failure; cause != null; cause = cause.getCause()) {
                    assertThat(cause).message().doesNotContain("s3cr3t").doesNotContain("t0k3n");
                }
            });
        } else {
            try (var context = application.run()) {
                var coordinator = context.getBean(Coordinator.class);
                coordinator.lock("held").acquire();
                nothingIsShown(context, Map.of());
                store.line().cut();
                eventually("it is cut off", () -> coordinator.state() != SessionState.LIVE);
                assertThatThrownBy(() -> coordinator.lock("other").tryAcquire()).hasMessageNotContaining("s3cr3t");
                nothingIsShown(context, Map.of("health", 503, "coordination/application", 500));
                assertThat(coordinator).asString().doesNotContain("s3cr3t");
                assertThat(context.getBean(CoordinationConnectionDetails.class))
                        .asString()
                        .doesNotContain("s3cr3t");
                store.line().restore();
            }
        }
        assertThat(output.getAll()).contains("io.coordination").doesNotContain("s3cr3t", "t0k3n");
    }

    /** In any place where an application shows what it is; some of which answer with another status than 200. */
    private static void nothingIsShown(ApplicationContext context, Map<String, Integer> failing) throws Exception {
        for (var path : PATHS) {
            assertThat(shown(context, path, failing.getOrDefault(path, 200)))
                    .as(path)
                    .doesNotContain("s3cr3t");
        }
        var meters = Pattern.compile("\"(coordination[^\"]*)\"").matcher(shown(context, "metrics", 200));
        var names = meters.results().map(meter -> meter.group(1)).toList();
        assertThat(names).isNotEmpty();
        for (var name : names) {
            assertThat(shown(context, "metrics/" + name, 200)).contains(name).doesNotContain("s3cr3t");
        }
    }

    private static String shown(ApplicationContext context, String path, int status) throws Exception {
        var port = ((WebServerApplicationContext) context).getWebServer().getPort();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
                .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        return answer.body();
    }
}

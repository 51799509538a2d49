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
package io.coordination.spring.boot.actuate;

import static io.coordination.spring.TestStore.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.Coordinator;
import io.coordination.spring.TestStore;
import io.coordination.spring.boot.autoconfigure.CoordinatorBuilderCustomizer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The endpoint as operators get it, over HTTP. */
class CoordinationEndpointWebTests {

    private final TestStore store = new TestStore();
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext context;
    private Coordinator mine;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @BeforeEach
    void run() {
        context = new SpringApplicationBuilder(Application.class)
                .initializers(fresh -> fresh.getBeanFactory()
                        .registerSingleton(
                                "onTheLine", (CoordinatorBuilderCustomizer) builder -> builder.driver(store.line())))
                .properties(
                        "server.port=0",
                        "spring.main.banner-mode=off",
                        "management.endpoints.web.exposure.include=health,coordination",
                        "management.endpoint.health.show-details=always",
                        "coordination.url=" + store.url().replace("memory://", "memory://user:s3cr3t@"),
                        "coordination.member-id=sample-app@host:4711-7c9e",
                        "coordination.groups=evaluators",
                        "coordination.capabilities.weight=1")
                .registerShutdownHook(false)
                .run();
        mine = context.getBean(Coordinator.class);
        eventually("it leads", () -> mine.election("evaluators").isLeader());
    }

    @AfterEach
    void close() {
        context.close();
        store.close();
    }

    @Test
    void pictureHasThePromisedForm() throws Exception {
        var lease = mine.lock("report").acquire();
        var answer = get("/actuator/coordination");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("application/vnd.spring-boot.actuator.v3+json"));
        var token = mine.leader("evaluators").orElseThrow().token();
        assertThat(answer.body().replaceFirst("\"heldFor\":\"PT[0-9.]+S\"", "\"heldFor\":\"PT1.2S\""))
                .isEqualTo(
                        ("""
                        {"member":"sample-app@host:4711-7c9e",\
                        "url":"%s",\
                        "driver":"memory",\
                        "state":"LIVE",\
                        "characteristics":["CAUSAL","DISTRIBUTED_ACROSS_THREADS","FAIR","FENCING","LINEARIZABLE",\
                        "NON_TIMEOUT_BASED","NOTIFIES","SAME_VIEW_ACROSS_CLIENTS","SAME_VIEW_UNDER_PARTITIONS",\
                        "SEQUENTIAL","SERIALIZABLE"],\
                        "groups":[{"name":"evaluators","joined":true,"leader":"sample-app@host:4711-7c9e",\
                        "leading":true,"token":%d,\
                        "members":[{"id":"sample-app@host:4711-7c9e","self":true,"capabilities":{"weight":1}}]}],\
                        "locks":[{"name":"report","mode":"EXCLUSIVE","token":%d,"heldFor":"PT1.2S"}]}""").formatted(store.url().replace("memory://", "memory://user:***@"), token, lease.token()));
    }

    @Test
    void groupIsOneElementOfThePicture() throws Exception {
        var answer = get("/actuator/coordination/evaluators");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("{\"name\":\"evaluators\",\"joined\":true,")
                .endsWith("\"capabilities\":{\"weight\":1}}]}");
        assertThat(get("/actuator/coordination").body()).contains(answer.body());
    }

    @Test
    void unknownGroupIsNotFoundAndNotRepeated() throws Exception {
        for (var path : new String[] {
            "missing", "%00", "x".repeat(3000), "x".repeat(10_000), "..%2f..", "%2e%2e%2f", "a;jsessionid=1", "<script>"
        }) {
            var answer =
                    get("/actuator/coordination/" + path.replace("<", "%3C").replace(">", "%3E"));
            assertThat(answer.statusCode()).as(path).isIn(400, 404);
            assertThat(answer.body()).doesNotContain("<script>");
        }
    }

    @Test
    void hostileNamesAreData() throws Exception {
        mine.group("\"},{<script>alert(1)</script>").create();
        mine.lock("quote\"d\\").acquire();
        var body = get("/actuator/coordination").body();
        assertThat(body)
                .contains("{\"name\":\"\\\"},{<script>alert(1)</script>\",")
                .contains("{\"name\":\"quote\\\"d\\\\\",");
    }

    @Test
    void nothingCanBeChanged() throws Exception {
        var delete = HttpRequest.newBuilder(uri("/actuator/coordination/evaluators"))
                .DELETE()
                .build();
        assertThat(http.send(delete, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void healthTellsTheStateTheScopeAndNoSecret() throws Exception {
        var body = get("/actuator/health").body();
        assertThat(body)
                .contains(
                        "\"coordination\":{\"details\":{\"state\":\"LIVE\",\"driver\":\"memory\",\"scope\":\"PROCESS\","
                                + "\"member\":\"sample-app@host:4711-7c9e\"},\"status\":\"UP\"}");
        assertThat(body).doesNotContain("s3cr3t");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        var port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return URI.create("http://localhost:" + port + path);
    }
}

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coordination.Coordinator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogType;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "coordination.url=memory://page-tests",
            "sample.directory=target/page-tests",
            "logging.level.org.openqa.selenium=error",
            "sample.interval=20ms"
        })
class PageTests {

    private static final String FLAG = "#dots > g.firing.critical[data-alarm='scheduler-queue-1000'] .sign";

    /** As many as the page has. */
    private static final int COLOURS = 8;

    private static Browser browser;

    @LocalServerPort
    private int port;

    @Autowired
    private Coordinator coordinator;

    @Autowired
    private AlarmRules rules;

    @Autowired
    private MeterRegistry metrics;

    @BeforeAll
    static void openBrowser() {
        // Where the processors have other work, a browser draws 300 moving dots slowly.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() {
        Awaitility.reset();
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openPage() {
        browser.size(1280, 1000);
        browser.driver().get("http://localhost:" + port + "/");
        await().until(() -> text("#headline")
                .startsWith("1 evaluator watches " + rules.all().size() + " alarms."));
    }

    @Test
    void everyAlarmIsABeadWithAThreadToItsEvaluator() {
        assertThat(all("#dots > g.alarm")).hasSize(rules.all().size());
        assertThat(all("#threads > path[d]")).hasSize(rules.all().size());
        assertThat(all("#nodes > g.node")).hasSize(1);
        assertThat(text("#nodes .name")).isEqualTo(":" + port);
        assertThat(text("#nodes .count")).isEqualTo(String.valueOf(rules.all().size()));
    }

    @Test
    void theLeaderWearsTheCrown() {
        await().until(() -> one("#crown").isDisplayed());
        assertThat(text("#member-rows tr")).contains("leader, this one");
        await().until(() -> text("#summary").contains(rules.all().size() + " alarms"));
        assertThat(text("#summary-by")).contains(":" + port).contains("with fencing token");
    }

    @Test
    void alarmsMoveToAMemberThatComesAndBackWhenItGoes() {
        // The page takes a member's colour from its port, and this one's port is any.
        var its = (port - 8080) % COLOURS == 3 ? 4 : 3;
        try (var other = join("other", Map.of("port", 8080 + its, "weight", 1))) {
            await().until(() -> text("#headline").startsWith("2 evaluators share"));
            await().until(() -> all("#nodes > g.node:not(.gone)").size() == 2);
            await().untilAsserted(
                            () -> assertThat(all("#dots > g.c" + its).size()).isBetween(40, 280));
            await().until(() -> all("#member-rows tr").size() == 2);
            await().until(() -> text("#changes").contains(":808" + its + " came."));
            assertThat(one("#member-rows a[href$=':808" + its + "/']").getText())
                    .isEqualTo(":808" + its);
            assertThat(other.memberId()).isEqualTo("other");
        }
        await().until(() -> text("#headline").startsWith("1 evaluator watches"));
        await().until(() -> all("#nodes > g.node").size() == 1);
        await().until(() -> all("#dots > g.c" + its).isEmpty());
        await().until(() -> text("#changes").contains(":808" + its + " left."));
    }

    @Test
    void whatFiresStandsOutAndIsListed() {
        var queued = new AtomicLong(100_000);
        var gauge = Gauge.builder("executor.queued", queued::get)
                .tags("name", "taskScheduler", "test", "true")
                .register(metrics);
        try {
            await().until(() -> !all(FLAG).isEmpty());
            await().until(() -> text("#firing").contains("scheduler-queue-1000"));
            assertThat(text("#firing")).contains("More than 1000 tasks wait for the scheduler");
            assertThat(text("#headline em")).matches("[0-9]+ fires?\\.");
            await().until(() -> text("#notifications").contains("scheduler-queue-1000"));

            queued.set(0);
            await().until(() -> all(FLAG).isEmpty());
            await().until(() -> texts("#notifications li").stream()
                    .anyMatch(entry -> entry.startsWith("scheduler-queue-1000") && entry.contains("over at")));
        } finally {
            metrics.remove(gauge);
        }
    }

    @Test
    void hostileMembersAreShownAsTextOnly() {
        var name = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        Map<String, Object> said = Map.of(
                "port", "javascript:document.title='owned'",
                "pid", "<b>1</b>",
                "started-at", "</td><td>",
                "firing", List.of("<i>", "load-1"));
        try (var hostile = join(name, said)) {
            await().until(() -> all("#member-rows tr").size() == 2);
            assertThat(one("#member-rows tr:last-child td.id").getText()).isEqualTo(hostile.memberId());
            assertThat(all("img, #member-rows b, #member-rows script, a[href^='javascript']"))
                    .isEmpty();
            assertThat(browser.driver().getTitle()).isEqualTo("Alarm evaluators");
        }
        await().until(() -> all("#member-rows tr").size() == 1);
    }

    @Test
    void thereIsAPictureInWords() {
        assertThat(one("#ring").getDomAttribute("role")).isEqualTo("img");
        assertThat(one("#ring").getAccessibleName()).isEqualTo("The hash ring");
        assertThat(one("#ring-text").getDomProperty("textContent"))
                .contains(":" + port + " leads.")
                .contains(":" + port + " evaluates " + rules.all().size() + " alarms");

        one("#alarms > summary").click();
        await().until(() -> all("#alarm-rows tr").size() == rules.all().size());
        assertThat(text("#alarm-rows tr:first-child"))
                .contains("machine-cpu-30")
                .contains(":" + port);
    }

    @Test
    void listsAreNotRebuiltWhileSomebodyUsesThem() {
        var link = one("#member-rows a");
        browser.driver().executeScript("arguments[0].focus()", link);
        var asked = text("#facts");

        await().until(() -> !text("#facts").equals(asked));
        assertThat(browser.driver().switchTo().activeElement()).isEqualTo(link);
    }

    @Test
    void anInstanceThatDoesNotAnswerIsSaid() {
        browser.offline(true);
        try {
            await().until(() -> one("#trouble").isDisplayed());
            assertThat(text("#trouble")).startsWith("This instance does not answer.");
        } finally {
            browser.offline(false);
        }
        await().until(() -> !one("#trouble").isDisplayed());
        browser.driver().manage().logs().get(LogType.BROWSER);
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 768})
    void nothingIsCutOffOnNarrowScreens(int width) {
        browser.size(width, 900);

        assertThat((Long) browser.driver().executeScript("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(width);
        assertThat(one("#ring").getSize().getWidth()).isGreaterThan(width / 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void textCanBeRead(String scheme) {
        browser.scheme(scheme);
        try {
            for (var text : List.of("h1", "h2", "#facts", ".small", ".key li", "td", "th")) {
                assertThat(contrast(text)).as("%s in %s", text, scheme).isGreaterThan(4.5);
            }
            for (var sign : List.of(".key .notice", ".key .warning", ".key .critical")) {
                assertThat(contrast(sign)).as("%s in %s", sign, scheme).isGreaterThan(3);
            }
        } finally {
            browser.scheme("light");
        }
    }

    @Test
    void theConsoleIsQuiet() {
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .isEmpty();
    }

    private Coordinator join(String id, Map<String, Object> capabilities) {
        var member = Coordinator.builder().url(coordinator.url()).memberId(id).open();
        member.group(SampleApplication.GROUP).join(capabilities);
        return member;
    }

    private static WebElement one(String selector) {
        return browser.driver().findElement(By.cssSelector(selector));
    }

    private static List<WebElement> all(String selector) {
        return browser.driver().findElements(By.cssSelector(selector));
    }

    /** In one step, as the page changes all the time. */
    private static String text(String selector) {
        return String.join("\n", texts(selector));
    }

    @SuppressWarnings("unchecked")
    private static List<String> texts(String selector) {
        return (List<String>) browser.driver()
                .executeScript(
                        "return [...document.querySelectorAll(arguments[0])].map(e => (e.innerText ?? e.textContent).trim())",
                        selector);
    }

    /** By WCAG, between an element and what is behind it. */
    private static double contrast(String selector) {
        var element = one(selector);
        var behind = (String) browser.driver()
                .executeScript(
                        "let e = arguments[0]; while (e && getComputedStyle(e).backgroundColor === 'rgba(0, 0, 0, 0)')"
                                + " e = e.parentElement; return getComputedStyle(e).backgroundColor",
                        element.getTagName().equals("i") ? element.findElement(By.xpath("..")) : element);
        var before = (String) browser.driver().executeScript("return getComputedStyle(arguments[0]).color", element);
        var lighter = Math.max(luminance(before), luminance(behind));
        var darker = Math.min(luminance(before), luminance(behind));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double luminance(String colour) {
        var parts = Pattern.compile("[0-9.]+")
                .matcher(colour)
                .results()
                .limit(3)
                .mapToDouble(part -> Double.parseDouble(part.group()) / 255)
                .map(part -> part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4))
                .toArray();
        assertThat(parts).as(colour).hasSize(3);
        var weights = new double[] {0.2126, 0.7152, 0.0722};
        Arrays.setAll(parts, i -> parts[i] * weights[i]);
        return Arrays.stream(parts).sum();
    }
}

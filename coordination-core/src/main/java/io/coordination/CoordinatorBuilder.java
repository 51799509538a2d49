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

import io.coordination.spi.Characteristic;
import io.coordination.spi.Clock;
import io.coordination.spi.CurrentTls;
import io.coordination.spi.Driver;
import io.coordination.spi.Names;
import io.coordination.spi.Scheduler;
import io.coordination.spi.SessionState;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import io.coordination.spi.TokenDurability;
import io.coordination.spi.Traits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes a {@link Coordinator} and opens it. Not thread-safe. */
public final class CoordinatorBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final Duration SHORTEST_SESSION = Duration.ofSeconds(1);
    private static final Duration SHORTEST_POLL = Duration.ofMillis(1);
    private static final Duration LONGEST_SESSION = Duration.ofHours(24);

    private String url = "ipc://";
    private @Nullable Driver driver;
    private @Nullable String memberId;
    private String namespace = "";
    private Duration sessionTimeout = Duration.ofSeconds(10);
    private Duration pollInterval = Duration.ofMillis(250);
    private @Nullable String username;
    private @Nullable String password;
    private @Nullable SSLContext tls;
    private Clock clock = Clock.SYSTEM;
    private @Nullable Scheduler scheduler;
    private @Nullable Executor executor;
    private ThreadFactory workerThreads = Thread::new;
    private final List<CoordinatorObserver> observers = new ArrayList<>();
    private final Set<Characteristic> demands = EnumSet.noneOf(Characteristic.class);
    private TokenDurability leastDurability = TokenDurability.VOLATILE;

    CoordinatorBuilder() {}

    /**
     * The store.
     *
     * @param url its URL; the default is {@code ipc://}, the processes of this machine
     * @return this builder
     */
    public CoordinatorBuilder url(String url) {
        this.url = Objects.requireNonNull(url, "url");
        return this;
    }

    /**
     * A driver that is already built, for instance around a client that the application has. The URL is then only handed to
     * it.
     *
     * @param driver the driver
     * @return this builder
     */
    public CoordinatorBuilder driver(Driver driver) {
        this.driver = driver;
        return this;
    }

    /**
     * The member's id.
     *
     * @param memberId unique among the live members of the namespace; the default is made of the process id and a random
     *     part
     * @return this builder
     * @throws BadNameException when the id breaks the rules of names
     */
    public CoordinatorBuilder memberId(String memberId) {
        this.memberId = Failures.checked(() -> Names.check("member", memberId));
        return this;
    }

    /**
     * Keeps applications apart in a shared store: members of different namespaces do not meet.
     *
     * @param namespace the namespace; empty, the default, is the driver's
     * @return this builder
     * @throws BadNameException when the namespace breaks the rules of names
     */
    public CoordinatorBuilder namespace(String namespace) {
        this.namespace = namespace.isEmpty() ? "" : Failures.checked(() -> Names.check("namespace", namespace));
        return this;
    }

    /**
     * How long the store keeps what a silent member holds, where it can not see that the member ended. The time others wait
     * after a crash, and the time a member may be cut off without losing what it holds.
     *
     * @param sessionTimeout between one second and a day; the default is ten seconds. The store may allow less
     * @return this builder
     * @throws BadOptionException when it is out of that range
     */
    public CoordinatorBuilder sessionTimeout(Duration sessionTimeout) {
        require("session timeout", sessionTimeout, SHORTEST_SESSION, LONGEST_SESSION);
        this.sessionTimeout = sessionTimeout;
        return this;
    }

    /**
     * Hears what the coordinator does, to count, time and trace it.
     *
     * @param observer hears it beside those given earlier
     * @return this builder
     */
    public CoordinatorBuilder observer(CoordinatorObserver observer) {
        observers.add(Objects.requireNonNull(observer, "observer"));
        return this;
    }

    /**
     * How often waiting claims look at a store that can not notify.
     *
     * @param pollInterval between one millisecond and a day; the default is 250 milliseconds
     * @return this builder
     * @throws BadOptionException when it is out of that range
     */
    public CoordinatorBuilder pollInterval(Duration pollInterval) {
        require("poll interval", pollInterval, SHORTEST_POLL, LONGEST_SESSION);
        this.pollInterval = pollInterval;
        return this;
    }

    /**
     * Credentials, instead of putting them into the URL.
     *
     * @param username the user, null for none
     * @param password the password, null for none
     * @return this builder
     */
    public CoordinatorBuilder credentials(@Nullable String username, @Nullable String password) {
        this.username = username;
        this.password = password;
        return this;
    }

    /**
     * TLS for the connection.
     *
     * @param tls the configuration, null for the scheme's default
     * @return this builder
     */
    public CoordinatorBuilder tls(@Nullable SSLContext tls) {
        this.tls = tls;
        return this;
    }

    /**
     * TLS for the connection, with keys and certificates that may change: asked for at each connection. ZooKeeper's client takes
     * them from files, which it reads at each connection.
     *
     * @param tls the configuration of the moment; called on any thread, and must not block
     * @return this builder
     */
    public CoordinatorBuilder tls(Supplier<SSLContext> tls) {
        var first = tls.get();
        return tls(new SSLContext(new CurrentTls(tls), first.getProvider(), first.getProtocol()) {});
    }

    /**
     * Demands promises of the store.
     *
     * @param characteristics what the store has to declare, else opening fails
     * @return this builder
     */
    public CoordinatorBuilder require(Characteristic... characteristics) {
        demands.addAll(Set.of(characteristics));
        return this;
    }

    /**
     * Demands that the rising order of fencing tokens survives at least so much. The store is asked how it is set up when the
     * coordinator is opened, and not again.
     *
     * @param least the weakest that will do, else opening fails; so it does on a store that does not declare {@code FENCING}
     * @return this builder
     */
    public CoordinatorBuilder requireTokenDurability(TokenDurability least) {
        demands.add(Characteristic.FENCING);
        leastDurability = least;
        return this;
    }

    /**
     * Another clock, for tests.
     *
     * @param clock the clock
     * @return this builder
     */
    public CoordinatorBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Threads of the application's choice instead of the coordinator's own few.
     *
     * @param scheduler fires deadlines; must never be held up
     * @param executor runs calls to the store and listeners; needs several threads, as both may block
     * @return this builder
     */
    public CoordinatorBuilder threads(Scheduler scheduler, Executor executor) {
        this.scheduler = scheduler;
        this.executor = executor;
        return this;
    }

    /**
     * Threads of the application's choice for what may block: calls to the store in the background, and listeners. The two threads
     * on which leases depend stay the coordinator's own. Does not count where {@link #threads} are given.
     *
     * @param threads makes a thread, for instance a virtual one; the coordinator names it, and ends it when it is closed
     * @return this builder
     */
    public CoordinatorBuilder workerThreads(ThreadFactory threads) {
        this.workerThreads = Objects.requireNonNull(threads, "threads");
        return this;
    }

    /**
     * Opens the coordinator: connects and registers the member's session.
     *
     * @return an open coordinator
     * @throws UnknownSchemeException when no driver answers to the URL's scheme
     * @throws UnmetDemandException when the store does not promise what was demanded
     * @throws BadOptionException when the URL makes no sense
     * @throws CoordinationException when the store can not be reached
     */
    public Coordinator open() {
        var target = Failures.checked(this::target);
        var with = driver == null ? Drivers.forScheme(target.url().scheme()) : driver;
        var workers = scheduler == null || executor == null
                ? Workers.threads(workerThreads)
                : Workers.on(scheduler, executor);
        Map<Consumer<? super SessionState>, SerialQueue> states = new ConcurrentHashMap<>();
        var surroundings = new Surroundings(clock, workers.scheduler(), workers.work());
        var keeper = new SessionKeeper(
                with,
                target,
                surroundings,
                workers,
                pollInterval,
                state -> states.forEach((listener, events) -> events.execute(() -> listener.accept(state))),
                new Observers(observers));
        try {
            refuseUnlessMet(keeper.open().traits(), target);
        } catch (StoreException failure) {
            keeper.close();
            throw Failures.of(failure, "open a session at " + target.url());
        } catch (RuntimeException | Error failure) {
            keeper.close();
            throw failure;
        }
        LOG.info("Member {} coordinates through {}", Names.printable(target.memberId()), target.url());
        return new Coordinator(keeper, target.url().toString(), states);
    }

    private void refuseUnlessMet(Traits traits, Target target) {
        var missing = EnumSet.copyOf(demands);
        missing.removeAll(traits.characteristics());
        if (!missing.isEmpty()) {
            throw new UnmetDemandException(
                    "The store at " + target.url() + " does not promise " + missing
                            + ". Drop the demand, or use a store that does",
                    null);
        }
        if (!traits.tokens().isAtLeast(leastDurability)) {
            throw new UnmetDemandException(
                    "The fencing tokens of the store at " + target.url() + " are " + traits.tokens()
                            + " as it is set up, which is less than " + leastDurability
                            + ". Demand less, or set the store up as its page says",
                    null);
        }
    }

    private Target target() {
        var member = memberId == null ? randomMemberId() : memberId;
        var store = StoreUrl.parse(url);
        if (username != null || password != null) {
            store = store.withCredentials(username, password);
        }
        return new Target(store, member, namespace, sessionTimeout, tls);
    }

    private static String randomMemberId() {
        var random = new byte[8];
        new SecureRandom().nextBytes(random);
        return ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
    }

    private static void require(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new BadOptionException(
                    "The " + what + " must be between " + least + " and " + most + ", but is " + value, null);
        }
    }
}

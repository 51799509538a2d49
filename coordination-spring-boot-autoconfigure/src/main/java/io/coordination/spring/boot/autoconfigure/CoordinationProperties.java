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

import io.coordination.spi.Characteristic;
import io.coordination.spi.TokenDurability;
import io.coordination.spring.aop.GuardLint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The {@code coordination.*} properties. */
@ConfigurationProperties("coordination")
public final class CoordinationProperties {

    /** Creates properties with their defaults. */
    public CoordinationProperties() {}

    /**
     * URL of the store, such as "zookeeper://host:2181" or "file:///var/lib/app". Defaults to "ipc://", the processes of this
     * host with nothing installed. When empty, there is no coordinator.
     */
    private @Nullable String url;

    /** User to log in to the store as, instead of one in the URL. */
    private @Nullable String username;

    /** Password to log in to the store with, instead of one in the URL. */
    private @Nullable String password;

    /**
     * Id of this member, unique among the live members of the namespace. Defaults to the name of the application, the host,
     * the process id and a random part.
     */
    private @Nullable String memberId;

    /** Namespace that keeps applications apart in a shared store. Defaults to that of the store's driver. */
    private @Nullable String namespace;

    /**
     * How long the store keeps what a silent member holds: the time others wait after a crash, and the time this member may
     * be cut off without losing what it holds.
     */
    private Duration sessionTimeout = Duration.ofSeconds(10);

    /** How often waiting calls look at a store that can not notify. */
    private Duration pollInterval = Duration.ofMillis(250);

    /**
     * Comma-separated list of groups to join once the application runs. Defaults to the name of the application. When empty,
     * none is joined.
     */
    private @Nullable List<String> groups;

    /**
     * What the members of the joined groups shall know of this one. The whole number "weight" is its share of partitioned
     * work.
     */
    private final Map<String, Object> capabilities = new LinkedHashMap<>();

    /** Promises that the store has to make for the application to start. */
    private List<Characteristic> require = new ArrayList<>();

    /**
     * How much the rising order of fencing tokens has to survive at least for the application to start; without it any store
     * will do.
     */
    private @Nullable TokenDurability requireTokenDurability;

    /** What to do at the start about annotations that look right and are not. */
    private GuardLint.Mode lint = GuardLint.Mode.WARN;

    private final Ssl ssl = new Ssl();
    private final Lock lock = new Lock();
    private final Leader leader = new Leader();
    private final Metrics metrics = new Metrics();

    /** {@return what to do about annotations that look right and are not} */
    public GuardLint.Mode getLint() {
        return lint;
    }

    /**
     * Sets what to do about annotations that look right and are not.
     *
     * @param lint whether to fail, to warn, or not to look
     */
    public void setLint(GuardLint.Mode lint) {
        this.lint = lint;
    }

    /** {@return the URL of the store, null for the default} */
    public @Nullable String getUrl() {
        return url;
    }

    /**
     * Sets the URL.
     *
     * @param url the URL of the store
     */
    public void setUrl(@Nullable String url) {
        this.url = url;
    }

    /** {@return the user, null for none or one in the URL} */
    public @Nullable String getUsername() {
        return username;
    }

    /**
     * Sets the user.
     *
     * @param username the user
     */
    public void setUsername(@Nullable String username) {
        this.username = username;
    }

    /** {@return the password, null for none or one in the URL} */
    public @Nullable String getPassword() {
        return password;
    }

    /**
     * Sets the password.
     *
     * @param password the password
     */
    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    /** {@return the id of this member, null for the default} */
    public @Nullable String getMemberId() {
        return memberId;
    }

    /**
     * Sets the id of this member.
     *
     * @param memberId the id
     */
    public void setMemberId(@Nullable String memberId) {
        this.memberId = memberId;
    }

    /** {@return the namespace, null for the driver's} */
    public @Nullable String getNamespace() {
        return namespace;
    }

    /**
     * Sets the namespace.
     *
     * @param namespace the namespace
     */
    public void setNamespace(@Nullable String namespace) {
        this.namespace = namespace;
    }

    /** {@return how long the store keeps what a silent member holds} */
    public Duration getSessionTimeout() {
        return sessionTimeout;
    }

    /**
     * Sets the session timeout.
     *
     * @param sessionTimeout how long the store keeps what a silent member holds
     */
    public void setSessionTimeout(Duration sessionTimeout) {
        this.sessionTimeout = sessionTimeout;
    }

    /** {@return how often waiting calls look at a store that can not notify} */
    public Duration getPollInterval() {
        return pollInterval;
    }

    /**
     * Sets the poll interval.
     *
     * @param pollInterval how often waiting calls look
     */
    public void setPollInterval(Duration pollInterval) {
        this.pollInterval = pollInterval;
    }

    /** {@return the groups to join, null for the default} */
    public @Nullable List<String> getGroups() {
        return groups;
    }

    /**
     * Sets the groups to join.
     *
     * @param groups the names of the groups
     */
    public void setGroups(@Nullable List<String> groups) {
        this.groups = groups;
    }

    /** {@return what the others shall know of this member} */
    public Map<String, Object> getCapabilities() {
        return capabilities;
    }

    /** {@return the promises that the store has to make} */
    public List<Characteristic> getRequire() {
        return require;
    }

    /**
     * Sets the promises that the store has to make.
     *
     * @param require the promises
     */
    public void setRequire(List<Characteristic> require) {
        this.require = require;
    }

    /** {@return how much fencing tokens have to survive, null for any} */
    public @Nullable TokenDurability getRequireTokenDurability() {
        return requireTokenDurability;
    }

    /**
     * Sets how much fencing tokens have to survive.
     *
     * @param requireTokenDurability the weakest that will do, null for any
     */
    public void setRequireTokenDurability(@Nullable TokenDurability requireTokenDurability) {
        this.requireTokenDurability = requireTokenDurability;
    }

    /** {@return TLS of the connection} */
    public Ssl getSsl() {
        return ssl;
    }

    /** {@return what a lock annotation does not say itself} */
    public Lock getLock() {
        return lock;
    }

    /** {@return what a leader annotation does not say itself} */
    public Leader getLeader() {
        return leader;
    }

    /** {@return what is measured} */
    public Metrics getMetrics() {
        return metrics;
    }

    /** What a guarded call does when it may not run. */
    public enum WhenRefused {
        /** It returns null or an empty optional. */
        SKIP,
        /** It throws. */
        FAIL
    }

    /** What a guarded call does when the store failed. */
    public enum WhenStoreFails {
        /** It throws. */
        FAIL,
        /** It returns null or an empty optional. */
        SKIP,
        /** It runs without its lock. */
        RUN
    }

    /** TLS of the connection to the store. */
    public static final class Ssl {

        /** Creates properties with their defaults. */
        public Ssl() {}

        /** Whether to connect by TLS. Enabled automatically when "coordination.ssl.bundle" is set. */
        private @Nullable Boolean enabled;

        /** Name of the SSL bundle to connect with. */
        private @Nullable String bundle;

        /** {@return whether to connect by TLS} */
        public boolean isEnabled() {
            return enabled != null ? enabled : bundle != null;
        }

        /**
         * Sets whether to connect by TLS.
         *
         * @param enabled whether to
         */
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        /** {@return the name of the SSL bundle, null for none} */
        public @Nullable String getBundle() {
            return bundle;
        }

        /**
         * Sets the SSL bundle.
         *
         * @param bundle its name
         */
        public void setBundle(@Nullable String bundle) {
            this.bundle = bundle;
        }
    }

    /** What a lock annotation does not say itself. */
    public static final class Lock {

        /** Creates properties with their defaults. */
        public Lock() {}

        /** How long a call waits for a lock that others hold. Zero tries once. */
        private Duration waitTime = Duration.ZERO;

        /** Longest time that a lock is held, after which the call is interrupted. Defaults to no limit. */
        private @Nullable Duration leaseTime;

        /** How long a lock stays taken at least, even when the call returns earlier. */
        private Duration atLeast = Duration.ZERO;

        /** What a call does that does not get its lock. */
        private WhenRefused onContention = WhenRefused.SKIP;

        /** What a call does when the store failed, so that nobody can say who holds its lock. */
        private WhenStoreFails onStoreFailure = WhenStoreFails.FAIL;

        /** Whether the loss of a lock interrupts the call that runs under it. */
        private boolean interruptOnLoss = true;

        /** {@return how long a call waits} */
        public Duration getWaitTime() {
            return waitTime;
        }

        /**
         * Sets how long a call waits.
         *
         * @param waitTime the longest wait
         */
        public void setWaitTime(Duration waitTime) {
            this.waitTime = waitTime;
        }

        /** {@return the longest hold, null for no limit} */
        public @Nullable Duration getLeaseTime() {
            return leaseTime;
        }

        /**
         * Sets the longest hold.
         *
         * @param leaseTime the longest hold
         */
        public void setLeaseTime(@Nullable Duration leaseTime) {
            this.leaseTime = leaseTime;
        }

        /** {@return how long a lock stays taken at least} */
        public Duration getAtLeast() {
            return atLeast;
        }

        /**
         * Sets how long a lock stays taken at least.
         *
         * @param atLeast the shortest hold
         */
        public void setAtLeast(Duration atLeast) {
            this.atLeast = atLeast;
        }

        /** {@return what a call does that does not get its lock} */
        public WhenRefused getOnContention() {
            return onContention;
        }

        /**
         * Sets what a call does that does not get its lock.
         *
         * @param onContention what it does
         */
        public void setOnContention(WhenRefused onContention) {
            this.onContention = onContention;
        }

        /** {@return what a call does when the store failed} */
        public WhenStoreFails getOnStoreFailure() {
            return onStoreFailure;
        }

        /**
         * Sets what a call does when the store failed.
         *
         * @param onStoreFailure what it does
         */
        public void setOnStoreFailure(WhenStoreFails onStoreFailure) {
            this.onStoreFailure = onStoreFailure;
        }

        /** {@return whether the loss of a lock interrupts the call} */
        public boolean isInterruptOnLoss() {
            return interruptOnLoss;
        }

        /**
         * Sets whether the loss of a lock interrupts the call.
         *
         * @param interruptOnLoss whether it does
         */
        public void setInterruptOnLoss(boolean interruptOnLoss) {
            this.interruptOnLoss = interruptOnLoss;
        }
    }

    /** What a leader annotation does not say itself. */
    public static final class Leader {

        /** Creates properties with their defaults. */
        public Leader() {}

        /** Whether to stand in the elections of the joined groups, and of those that annotations name. */
        private boolean campaign = true;

        /** What a call does on a member that does not lead. */
        private WhenRefused otherwise = WhenRefused.SKIP;

        /** Whether the loss of the leadership interrupts the call that runs under it. */
        private boolean interruptOnLoss = true;

        /** {@return whether to stand in elections} */
        public boolean isCampaign() {
            return campaign;
        }

        /**
         * Sets whether to stand in elections.
         *
         * @param campaign whether to
         */
        public void setCampaign(boolean campaign) {
            this.campaign = campaign;
        }

        /** {@return what a call does on a member that does not lead} */
        public WhenRefused getOtherwise() {
            return otherwise;
        }

        /**
         * Sets what a call does on a member that does not lead.
         *
         * @param otherwise what it does
         */
        public void setOtherwise(WhenRefused otherwise) {
            this.otherwise = otherwise;
        }

        /** {@return whether the loss of the leadership interrupts the call} */
        public boolean isInterruptOnLoss() {
            return interruptOnLoss;
        }

        /**
         * Sets whether the loss of the leadership interrupts the call.
         *
         * @param interruptOnLoss whether it does
         */
        public void setInterruptOnLoss(boolean interruptOnLoss) {
            this.interruptOnLoss = interruptOnLoss;
        }
    }

    /** What is measured. */
    public static final class Metrics {

        /** Creates properties with their defaults. */
        public Metrics() {}

        /** How many names of locks become tags of meters. Further ones are counted together, as "other". */
        private int maxLockNames = 50;

        /** {@return how many names of locks become tags} */
        public int getMaxLockNames() {
            return maxLockNames;
        }

        /**
         * Sets how many names of locks become tags.
         *
         * @param maxLockNames the number, zero for none
         */
        public void setMaxLockNames(int maxLockNames) {
            this.maxLockNames = maxLockNames;
        }
    }
}

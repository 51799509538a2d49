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

import io.coordination.CoordinatorObserver.Asked;
import io.coordination.CoordinatorObserver.Renewal;
import io.coordination.spi.Key;
import io.coordination.spi.SessionState;
import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * The events of the Java Flight Recorder. Where nothing records them an event is never made, which costs a few nanoseconds; a
 * runtime without the recorder's module does without.
 */
final class Flight {

    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Flight() {}

    /**
     * Whether there has been a recording. Until then nothing may touch an event: the first one has the recorder read what it knows
     * of all events, which takes a tenth of a second of an application's start.
     */
    private static boolean recorded() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    /** A lock is being asked for, and whether that is worth telling is known when it ended. */
    static @Nullable LockWait lockWait() {
        return recorded() ? LockWait.begun() : null;
    }

    static void asked(@Nullable LockWait event, Asked asked, String member) {
        if (event != null) {
            event.commit(asked, member);
        }
    }

    /** A lease begins. */
    static @Nullable LeaseHeld leaseHeld() {
        return recorded() ? LeaseHeld.begun() : null;
    }

    /** A lease is over: lost, unless there is no loss. */
    static void over(@Nullable LeaseHeld event, Lease lease, @Nullable LeaseLoss loss, String member) {
        if (event != null) {
            event.commit(lease, loss, member);
        }
        if (loss != null && recorded()) {
            LeaseLost.commit(lease.key(), loss, member);
        }
    }

    /** A renewal begins. */
    static @Nullable SessionRenewal renewal() {
        return recorded() ? SessionRenewal.begun() : null;
    }

    static void renewed(@Nullable SessionRenewal event, Renewal outcome, String member) {
        if (event != null) {
            event.commit(outcome, member);
        }
    }

    static void session(String member, SessionState state, String detail) {
        if (recorded()) {
            SessionChange.commit(member, state, detail);
        }
    }

    static void leadership(String member, Lease lease, boolean leads) {
        if (recorded()) {
            LeadershipChange.commit(member, lease, leads);
        }
    }

    private static String kind(Key key) {
        return key.kind().name().toLowerCase(Locale.ROOT);
    }

    @Name("io.coordination.LockWait")
    @Label("Lock Wait")
    @Category("Coordination")
    @Description("A lock was asked for")
    @Threshold("20 ms")
    static final class LockWait extends Event {

        @Label("Lock")
        @Nullable
        String lock;

        @Label("Mode")
        @Nullable
        String mode;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Fencing Token")
        long token;

        @Label("Member")
        @Nullable
        String member;

        static @Nullable LockWait begun() {
            var event = new LockWait();
            if (!event.isEnabled()) {
                return null;
            }
            event.begin();
            return event;
        }

        void commit(Asked asked, String by) {
            end();
            if (shouldCommit()) {
                lock = asked.lock();
                mode = asked.mode().toString();
                outcome = asked.outcome().name();
                token = asked.lease() == null ? 0 : asked.lease().token();
                member = by;
                commit();
            }
        }
    }

    @Name("io.coordination.LeaseHeld")
    @Label("Lease Held")
    @Category("Coordination")
    @Description("A lock or a leadership was held, and is over")
    @Threshold("20 ms")
    @StackTrace(false)
    static final class LeaseHeld extends Event {

        @Label("Kind")
        @Nullable
        String kind;

        @Label("Name")
        @Nullable
        String name;

        @Label("Fencing Token")
        long token;

        @Label("End")
        @Nullable
        String end;

        @Label("Member")
        @Nullable
        String member;

        static @Nullable LeaseHeld begun() {
            var event = new LeaseHeld();
            if (!event.isEnabled()) {
                return null;
            }
            event.begin();
            return event;
        }

        void commit(Lease lease, @Nullable LeaseLoss loss, String by) {
            end();
            if (shouldCommit()) {
                kind = kind(lease.key());
                name = lease.name();
                token = lease.token();
                end = loss == null ? "RELEASED" : loss.reason().name();
                member = by;
                commit();
            }
        }
    }

    @Name("io.coordination.LeaseLost")
    @Label("Lease Lost")
    @Category("Coordination")
    @Description("A lock or a leadership was lost before it was given back")
    @StackTrace(false)
    static final class LeaseLost extends Event {

        @Label("Kind")
        @Nullable
        String kind;

        @Label("Name")
        @Nullable
        String name;

        @Label("Fencing Token")
        long token;

        @Label("Reason")
        @Nullable
        String reason;

        @Label("Detail")
        @Nullable
        String detail;

        @Label("Member")
        @Nullable
        String member;

        static void commit(Key key, LeaseLoss loss, String by) {
            var event = new LeaseLost();
            if (event.isEnabled()) {
                event.kind = kind(key);
                event.name = loss.name();
                event.token = loss.token();
                event.reason = loss.reason().name();
                event.detail = loss.detail();
                event.member = by;
                event.commit();
            }
        }
    }

    @Name("io.coordination.SessionRenewal")
    @Label("Session Renewal")
    @Category("Coordination")
    @Description("The store was asked to keep the session")
    @StackTrace(false)
    static final class SessionRenewal extends Event {

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Member")
        @Nullable
        String member;

        static @Nullable SessionRenewal begun() {
            var event = new SessionRenewal();
            if (!event.isEnabled()) {
                return null;
            }
            event.begin();
            return event;
        }

        void commit(Renewal ended, String by) {
            outcome = ended.name();
            member = by;
            commit();
        }
    }

    @Name("io.coordination.SessionChange")
    @Label("Session Change")
    @Category("Coordination")
    @Description("The session with the store was opened, was lost, or stands differently")
    @StackTrace(false)
    static final class SessionChange extends Event {

        @Label("State")
        @Nullable
        String state;

        @Label("Detail")
        @Nullable
        String detail;

        @Label("Member")
        @Nullable
        String member;

        static void commit(String by, SessionState now, String why) {
            var event = new SessionChange();
            if (event.isEnabled()) {
                event.state = now.name();
                event.detail = why;
                event.member = by;
                event.commit();
            }
        }
    }

    @Name("io.coordination.LeadershipChange")
    @Label("Leadership Change")
    @Category("Coordination")
    @Description("The member leads a group, or no longer does")
    @StackTrace(false)
    static final class LeadershipChange extends Event {

        @Label("Group")
        @Nullable
        String group;

        @Label("Leads")
        boolean leads;

        @Label("Fencing Token")
        long token;

        @Label("Member")
        @Nullable
        String member;

        static void commit(String by, Lease lease, boolean now) {
            var event = new LeadershipChange();
            if (event.isEnabled()) {
                event.group = lease.name();
                event.leads = now;
                event.token = lease.token();
                event.member = by;
                event.commit();
            }
        }
    }
}

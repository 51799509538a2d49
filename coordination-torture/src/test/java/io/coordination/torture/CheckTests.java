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
package io.coordination.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.coordination.torture.Event.Type;
import io.coordination.torture.Event.What;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each check finds what a history made by hand does wrong, and nothing in one that does it right. */
class CheckTests {

    @Test
    void anOlderTokenThatIsTakenAfterAYoungerOneIsFound() {
        var good = new Told().judged("a", 1, "one", 5, true, 1).judged("b", 1, "one", 6, true, 2);
        assertThat(good.violations(Check.FENCED_EXCLUSION)).isEmpty();
        assertThat(good.judged("a", 1, "one", 5, true, 3).violations(Check.FENCED_EXCLUSION))
                .hasSize(1);
    }

    @Test
    void oneTokenOfTwoHoldsIsFound() {
        var two = new Told().judged("a", 1, "one", 5, true, 1).judged("b", 1, "one", 5, true, 2);
        assertThat(two.violations(Check.FENCED_EXCLUSION)).hasSize(1);
    }

    @Test
    void aHolderThatIsRefusedWhileItStillBelievesIsFound() {
        var refused = new Told().acquired("a", 1, "one", 5, 0, 1).judged("a", 1, "one", 5, false, 2);
        assertThat(refused.violations(Check.FENCED_EXCLUSION))
                .as("it believes no more")
                .isEmpty();
        assertThat(refused.valid("a", 1, "one", 2.5).violations(Check.FENCED_EXCLUSION))
                .hasSize(1);
    }

    @Test
    void aTokenThatDoesNotRiseIsFound() {
        var first = new Told().acquired("a", 1, "one", 5, 0, 1);
        assertThat(first.acquired("b", 1, "one", 6, 2, 3).violations(Check.TOKEN_ORDER))
                .isEmpty();
        assertThat(first.acquired("c", 1, "one", 4, 4, 5).violations(Check.TOKEN_ORDER))
                .hasSize(1);
    }

    @Test
    void theSameTokenTwiceIsFound() {
        var same = new Told().acquired("a", 1, "one", 5, 0, 1).acquired("b", 1, "one", 5, 0, 2);
        assertThat(same.violations(Check.TOKEN_ORDER)).hasSize(1);
    }

    @Test
    void twoBelieversAreFound() {
        var told = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .valid("a", 1, "one", 3)
                .acquired("b", 1, "one", 6, 0, 3.1)
                .valid("b", 1, "one", 4);
        assertThat(told.violations(Check.ONE_BELIEVER)).isEmpty();
        assertThat(told.valid("a", 1, "one", 3.2).violations(Check.ONE_BELIEVER))
                .hasSize(1);
    }

    @Test
    void believersThatMayOverlapForAWhileAreFoundWhenTheyDoForLonger() {
        var told = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .valid("a", 1, "one", 4)
                .acquired("b", 1, "one", 6, 0, 3.1)
                .valid("b", 1, "one", 5)
                .judged("b", 1, "one", 6, true, 3.12)
                .judged("a", 1, "one", 5, false, 3.15);
        for (var check : List.of(Check.ONE_BELIEVER, Check.FENCED_EXCLUSION)) {
            assertThat(told.violations(check)).hasSize(1);
            assertThat(check.violations(told.history(), Told.promises(Duration.ofMillis(800))))
                    .hasSize(1);
            assertThat(check.violations(told.history(), Told.promises(Duration.ofSeconds(1))))
                    .isEmpty();
        }
    }

    @Test
    void readersMayBelieveTogetherButNotBesideAWriter() {
        var readers = new Told()
                .acquired("a", 1, "shared", "SHARED", 5, 0, 1)
                .valid("a", 1, "shared", 3)
                .acquired("b", 1, "shared", "SHARED", 6, 0, 2)
                .valid("b", 1, "shared", 4);
        assertThat(readers.violations(Check.ONE_BELIEVER)).isEmpty();
        assertThat(readers.acquired("c", 1, "shared", 7, 0, 3)
                        .valid("c", 1, "shared", 3.5)
                        .violations(Check.ONE_BELIEVER))
                .hasSize(1);
    }

    @Test
    void aThirdOfTwoPermitsIsFound() {
        var told = new Told();
        for (var who : new String[] {"a", "b", "c"}) {
            told.acquired(who, 1, "permits", "PERMIT", who.charAt(0), 0, who.charAt(0))
                    .valid(who, 1, "permits", 200);
        }
        assertThat(told.violations(Check.ONE_BELIEVER)).hasSize(1);
    }

    @Test
    void twoLeadersAreFound() {
        var two = new Told()
                .granted("a", 1, 5, 1)
                .valid("a", 1, Candidate.LEADER, 3)
                .granted("b", 1, 6, 2)
                .valid("b", 1, Candidate.LEADER, 4);
        assertThat(two.violations(Check.ONE_BELIEVER)).hasSize(1);
    }

    @Test
    void aHoldThatIsHeardOfLateAndNeverSeenValidMayComeBeforeALaterToken() {
        var frozen = new Told()
                .acquired("a", 1, "one", 5, 0, 5)
                .acquired("b", 1, "one", 6, 1, 2)
                .valid("b", 1, "one", 3)
                .released("b", 1, "one", 3.1, 3.2);
        assertThat(frozen.violations(Check.LOCK_ORDER)).isEmpty();
        assertThat(frozen.valid("a", 1, "one", 5.1).violations(Check.LOCK_ORDER))
                .isNotEmpty();
    }

    @Test
    void holdsThatCanNotBePutInTheOrderOfTheirTokensAreFound() {
        var concurrent = new Told()
                .acquired("a", 1, "one", 6, 0, 3)
                .acquired("b", 1, "one", 5, 0, 1)
                .valid("b", 1, "one", 2)
                .released("b", 1, "one", 2.1, 2.2);
        assertThat(concurrent.violations(Check.LOCK_ORDER)).isEmpty();
        var wrong = new Told()
                .acquired("a", 1, "one", 5, 0, 3)
                .valid("a", 1, "one", 3.5)
                .released("a", 1, "one", 3.6, 3.7)
                .acquired("b", 1, "one", 6, 0, 1)
                .valid("b", 1, "one", 2)
                .released("b", 1, "one", 2.1, 2.2);
        assertThat(wrong.violations(Check.TOKEN_ORDER))
                .as("they asked at the same time")
                .isEmpty();
        assertThat(wrong.violations(Check.LOCK_ORDER)).hasSize(1);
    }

    @Test
    void aWaitThatLastsLongerThanItWasToIsFound() {
        assertThat(new Told().acquired("a", 1, "one", 5, 0, 3.5).violations(Check.PROGRESS))
                .isEmpty();
        var late = new Told().acquired("a", 1, "two", 5, 0, 9);
        assertThat(late.violations(Check.PROGRESS)).isNotEmpty();
        assertThat(late.fault("a", "stop-long", 1, 8).violations(Check.PROGRESS))
                .as("it was frozen")
                .isEmpty();
    }

    @Test
    void aFreeLockThatSomebodyWaitsForIsFound() {
        var told = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .released("a", 1, "one", 1.1, 1.2)
                .add("b", 1, What.ACQUIRE, Type.INVOKE, 1, "one", 0, "EXCLUSIVE 8000")
                .add("b", 1, What.ACQUIRE, Type.FAIL, 9, "one", 0, "");
        assertThat(told.violations(Check.PROGRESS)).hasSize(1);
        assertThat(told.acquired("c", 1, "one", 6, 4, 5)
                        .released("c", 1, "one", 5.1, 5.2)
                        .violations(Check.PROGRESS))
                .as("somebody had it in between")
                .isEmpty();
    }

    @Test
    void aGroupThatNobodyLeadsIsFound() {
        var told = new Told()
                .add("a", 0, What.CAMPAIGN, Type.INVOKE, 0, Candidate.LEADER, 0, "")
                .granted("a", 1, 5, 1);
        assertThat(told.violations(Check.PROGRESS)).isEmpty();
        assertThat(told.granted("b", 1, 6, 9).violations(Check.PROGRESS)).hasSize(1);
    }

    @Test
    void aLockThatCanNotBeHadAfterAllFaultsIsFound() {
        var told = new Told().add("a", 1, What.PROBE, Type.FAIL, 1, "one", 0, "");
        assertThat(told.violations(Check.PROGRESS)).hasSize(1);
    }

    @Test
    void aMemberThatIsMissingWhileItsSessionIsKeptIsFound() {
        var told = new Told()
                .acquired("a", 1, "of-a", 1, 0, 1)
                .valid("a", 1, "of-a", 20)
                .done("a", 2, What.JOIN, 2, 3, "")
                .done("b", 1, What.MEMBERS, 12, 13, "a,b");
        assertThat(told.violations(Check.MEMBERSHIP)).isEmpty();
        assertThat(told.done("b", 2, What.MEMBERS, 14, 15, "b").violations(Check.MEMBERSHIP))
                .hasSize(1);
    }

    @Test
    void aMemberThatIsMissingAfterItLeftIsNoViolation() {
        var told = new Told()
                .acquired("a", 1, "of-a", 1, 0, 1)
                .valid("a", 1, "of-a", 20)
                .done("a", 2, What.JOIN, 2, 3, "")
                .done("a", 3, What.LEAVE, 13, 13.1, "")
                .done("b", 2, What.MEMBERS, 14, 15, "b");
        assertThat(told.violations(Check.MEMBERSHIP)).isEmpty();
    }

    @Test
    void aDeadMemberThatStaysIsFound() {
        var told = new Told()
                .add("nemesis", 0, What.CLOSED, Type.OK, 1, "a", 0, Member.KILLED)
                .done("b", 1, What.MEMBERS, 3, 3.1, "a,b");
        assertThat(told.violations(Check.MEMBERSHIP)).isEmpty();
        assertThat(told.done("b", 2, What.MEMBERS, 9, 9.1, "a,b").violations(Check.MEMBERSHIP))
                .hasSize(1);
    }

    @Test
    void membersThatDoNotAgreeInTheEndAreFound() {
        var told = new Told()
                .add("a", 0, What.PROBE, Type.OK, 1, Candidate.GROUP, 0, "a,b")
                .add("b", 0, What.PROBE, Type.OK, 1, Candidate.GROUP, 0, "b");
        assertThat(told.violations(Check.MEMBERSHIP)).hasSize(1);
    }

    @Test
    void whatAWatcherMissesIsFound() {
        var told = new Told()
                .add("a", 0, What.JOINED, Type.OK, 1, Candidate.GROUP, 0, "b")
                .add("a", 0, What.PROBE, Type.OK, 2, Candidate.GROUP, 0, "a,b");
        assertThat(told.violations(Check.WATCHES)).isEmpty();
        assertThat(told.add("a", 0, What.PROBE, Type.OK, 3, Candidate.GROUP, 0, "a")
                        .violations(Check.WATCHES))
                .hasSize(1);
        assertThat(new Told()
                        .add("a", 0, What.JOINED, Type.OK, 1, Candidate.GROUP, 0, "b")
                        .add("a", 0, What.JOINED, Type.OK, 2, Candidate.GROUP, 0, "b")
                        .add("a", 0, What.PROBE, Type.OK, 3, Candidate.GROUP, 0, "b")
                        .violations(Check.WATCHES))
                .hasSize(1);
    }

    @Test
    void partsThatHaveNoOneOwnerAreFound() {
        var told = new Told()
                .add("a", 0, What.PROBE, Type.OK, 1, "part-0", 0, "a")
                .add("b", 0, What.PROBE, Type.OK, 1, "part-0", 0, "a");
        assertThat(told.violations(Check.OWNERSHIP)).isEmpty();
        assertThat(told.add("c", 0, What.PROBE, Type.OK, 1, "part-0", 0, "c").violations(Check.OWNERSHIP))
                .hasSize(1);
    }

    @Test
    void twoThatOwnAPartForLongAreFound() {
        var told = new Told()
                .add("a", 0, What.OWN, Type.INVOKE, 1, "part-0", 0, "")
                .add("a", 0, What.OWN, Type.OK, 5, "part-0", 0, "")
                .add("b", 0, What.OWN, Type.INVOKE, 3, "part-0", 0, "")
                .add("b", 0, What.OWN, Type.OK, 20, "part-0", 0, "");
        assertThat(told.violations(Check.OWNERSHIP)).isEmpty();
        assertThat(told.add("c", 0, What.OWN, Type.INVOKE, 6, "part-0", 0, "")
                        .add("c", 0, What.OWN, Type.OK, 19, "part-0", 0, "")
                        .violations(Check.OWNERSHIP))
                .hasSize(1);
    }

    @Test
    void leadershipThatIsNotGrantedAndRevokedInTurnsIsFound() {
        var told = new Told().granted("a", 1, 5, 1).revoked("a", 1, 5, 2).granted("a", 2, 6, 3);
        assertThat(told.violations(Check.CALLBACKS)).isEmpty();
        assertThat(told.granted("a", 3, 7, 4).violations(Check.CALLBACKS)).hasSize(1);
    }

    @Test
    void aLossThatIsToldTwiceOrLateIsFound() {
        var told = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .valid("a", 1, "one", 2)
                .add("a", 1, What.LOST, Type.OK, 2.1, "one", 5, "EXPIRED");
        assertThat(told.violations(Check.CALLBACKS)).isEmpty();
        assertThat(told.add("a", 1, What.LOST, Type.OK, 2.2, "one", 5, "EXPIRED")
                        .violations(Check.CALLBACKS))
                .hasSize(1);
        var late = new Told()
                .acquired("a", 1, "one", 5, 0, 1)
                .valid("a", 1, "one", 2)
                .add("a", 1, What.LOST, Type.OK, 9, "one", 5, "EXPIRED");
        assertThat(late.violations(Check.CALLBACKS)).hasSize(1);
        assertThat(late.fault("a", "stop-long", 2, 8.9).violations(Check.CALLBACKS))
                .as("it was frozen")
                .isEmpty();
    }

    @Test
    void whatIsLeftBehindIsFound() {
        var told = new Told().add("a", 0, What.CLOSED, Type.OK, 1, "", 0, Worker.NOTHING);
        assertThat(told.violations(Check.REMAINS)).isEmpty();
        assertThat(told.add("b", 0, What.CLOSED, Type.OK, 1, "", 0, "1 threads, 0 sockets")
                        .violations(Check.REMAINS))
                .hasSize(1);
    }

    @Test
    void anExceptionThatNobodyCatchesIsFound() {
        assertThat(new Told().violations(Check.CALM)).isEmpty();
        assertThat(new Told()
                        .add("a", 0, What.UNHANDLED, Type.INFO, 1, "main", 0, "NullPointerException")
                        .violations(Check.CALM))
                .hasSize(1);
    }

    @Test
    void aRunThatSawNothingIsNoProof() {
        var verdict = Verdict.of(new Told().history(), Told.PROMISES);
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.missing()).containsExactlyInAnyOrder(Seen.values());
        assertThat(verdict.isGood()).isFalse();
    }
}

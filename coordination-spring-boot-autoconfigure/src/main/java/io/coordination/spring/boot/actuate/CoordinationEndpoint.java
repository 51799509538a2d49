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

import io.coordination.BadNameException;
import io.coordination.CoordinationException;
import io.coordination.Coordinator;
import io.coordination.Election;
import io.coordination.GroupNotCreatedException;
import io.coordination.Lease;
import io.coordination.Member;
import io.coordination.spi.Holder;
import io.coordination.spi.Names;
import io.coordination.spi.Session;
import io.coordination.spi.SessionState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Who is there, who leads and who holds what: groups, members and leaders as the store tells them, so that every instance
 * gives the same picture, and the locks that this instance holds. Two round trips for each group, and one for their list.
 *
 * <p>Never shows a secret of the URL. Characters of names that are invisible or turn the direction of writing are escaped.
 */
@Endpoint(id = "coordination", defaultAccess = Access.READ_ONLY)
public final class CoordinationEndpoint {

    private final Coordinator coordinator;

    /**
     * An endpoint.
     *
     * @param coordinator what it shows
     */
    public CoordinationEndpoint(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Everything.
     *
     * @return the picture; without groups, but with a problem, when the store could not be asked
     */
    @ReadOperation
    public CoordinationDescriptor coordination() {
        List<GroupDescriptor> groups = null;
        String problem = null;
        try {
            var names = new TreeSet<>(coordinator.groups());
            coordinator.elections().stream().map(Election::group).forEach(names::add);
            groups =
                    names.stream().map(this::describe).flatMap(Optional::stream).toList();
        } catch (CoordinationException failure) {
            problem = failure.getMessage();
        }
        return new CoordinationDescriptor(
                Names.printable(coordinator.memberId()),
                coordinator.url(),
                CoordinatorDetails.driver(coordinator),
                coordinator.state(),
                coordinator.characteristics().stream().map(Enum::name).sorted().toList(),
                groups,
                coordinator.leases().stream()
                        .map(CoordinationEndpoint::describe)
                        .toList(),
                problem);
    }

    /**
     * One group.
     *
     * @param group its name
     * @return the group, null when there is none of this name
     * @throws CoordinationException when the store could not be asked
     */
    @ReadOperation
    public @Nullable GroupDescriptor group(@Selector String group) {
        try {
            return describe(group).orElse(null);
        } catch (BadNameException nobodyHasIt) {
            return null;
        }
    }

    /** Empty when the group does not exist, or went meanwhile. */
    private Optional<GroupDescriptor> describe(String name) {
        var group = coordinator.group(name);
        var election = coordinator.elections().stream()
                .filter(known -> known.group().equals(name))
                .findFirst();
        List<Member> members;
        try {
            members = group.members();
        } catch (GroupNotCreatedException absent) {
            if (election.isEmpty()) {
                return Optional.empty();
            }
            members = List.of();
        }
        var leader = coordinator.leader(name);
        return Optional.of(new GroupDescriptor(
                Names.printable(name),
                group.isJoined(),
                leader.map(Holder::member).map(Names::printable).orElse(null),
                election.map(Election::isLeader).orElse(false),
                leader.map(Holder::token).orElse(null),
                members.stream().map(this::describe).toList()));
    }

    private MemberDescriptor describe(Member member) {
        return new MemberDescriptor(
                Names.printable(member.id()),
                member.id().equals(coordinator.memberId()),
                member.capabilities(),
                member.problem());
    }

    private static LockDescriptor describe(Lease lease) {
        var remaining = lease.remaining();
        return new LockDescriptor(
                Names.printable(lease.name()),
                lease.mode().toString(),
                lease.token(),
                text(lease.heldFor()),
                remaining.equals(Session.FOREVER) ? null : text(remaining));
    }

    private static String text(Duration duration) {
        return duration.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /**
     * The picture.
     *
     * @param member the id of this instance's member
     * @param url the store's URL without secrets
     * @param driver the scheme of the URL
     * @param state how the session stands with the store
     * @param characteristics what the store promises
     * @param groups all groups that the store knows, null when it could not be asked
     * @param locks the locks that this instance holds
     * @param problem why the store could not be asked, null when it could
     */
    public record CoordinationDescriptor(
            String member,
            String url,
            String driver,
            SessionState state,
            List<String> characteristics,
            @Nullable List<GroupDescriptor> groups,
            List<LockDescriptor> locks,
            @Nullable String problem)
            implements OperationResponseBody {}

    /**
     * A group.
     *
     * @param name its name
     * @param joined whether this instance is a member
     * @param leader the id of the leading member, null when nobody leads
     * @param leading whether this instance leads, by its own clock
     * @param token the fencing token of the leadership, null when nobody leads
     * @param members the live members
     */
    public record GroupDescriptor(
            String name,
            boolean joined,
            @Nullable String leader,
            boolean leading,
            @Nullable Long token,
            List<MemberDescriptor> members)
            implements OperationResponseBody {}

    /**
     * A member.
     *
     * @param id its id
     * @param self whether it is this instance
     * @param capabilities what it told of itself
     * @param problem why its capabilities could not be read, null when they could
     */
    public record MemberDescriptor(
            String id,
            boolean self,
            Map<String, Object> capabilities,
            @Nullable String problem) {}

    /**
     * A lock that this instance holds.
     *
     * @param name its name
     * @param mode beside whom it is held
     * @param token the fencing token
     * @param heldFor how long ago it was granted, as an ISO-8601 duration
     * @param remaining for how long it may be believed if the store confirms it no more, null when nothing but the end of the
     *     process ends it
     */
    public record LockDescriptor(
            String name,
            String mode,
            long token,
            String heldFor,
            @Nullable String remaining) {}
}

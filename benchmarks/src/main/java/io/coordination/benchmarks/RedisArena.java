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
package io.coordination.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.redisson.Redisson;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/** Redis: the bare client, this project, Redisson, Spring Integration and ShedLock. Needs {@code redis-server}. */
final class RedisArena implements Arena {

    private static final String REDISSON = "Redisson RLock";
    private static final String SPRING = "Spring RedisLockRegistry";
    private static final String SHEDLOCK = "ShedLock";
    private static final String INITIATOR = "Spring LockRegistryLeaderInitiator";
    private static final String COMPARE_AND_DELETE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";

    /** What clients send and no script of the contestants calls. */
    private static final Pattern SENT =
            Pattern.compile("cmdstat_(?:eval|evalsha|blpop|lpush|subscribe|unsubscribe):calls=(\\d+)");

    @Override
    public String scheme() {
        return "redis";
    }

    @Override
    public Server start() throws IOException {
        return new NativeServer((port, directory) -> List.of(
                "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", directory.toString()));
    }

    @Override
    public List<String> contestants() {
        return List.of(BARE, OURS, REDISSON, SPRING);
    }

    @Override
    public List<String> alone() {
        return List.of(BARE, OURS, REDISSON, SPRING, SHEDLOCK);
    }

    @Override
    public int pairsATurn() {
        return 100;
    }

    @Override
    public Contestant open(String name, String address, boolean alone) {
        return switch (name) {
            case BARE -> alone ? pair(address) : token(address);
            case OURS -> ours(address);
            case REDISSON -> redisson(address);
            case SPRING -> spring(address, alone);
            default -> shedlock(address);
        };
    }

    /** {@code SET NX PX}, and a script that compares and deletes. */
    private static Contestant pair(String address) {
        var client = RedisClient.create("redis://" + address);
        var commands = client.connect().sync();
        var digest = commands.scriptLoad(COMPARE_AND_DELETE);
        var ids = new AtomicLong();
        return Contestant.of(
                lock -> {
                    var id = "id-" + ids.incrementAndGet();
                    commands.set(lock, id, SetArgs.Builder.nx().px(10_000));
                    return () -> commands.evalsha(digest, ScriptOutputType.INTEGER, new String[] {lock}, id);
                },
                client::shutdown);
    }

    /** A token that each thread waits for with a connection of its own; it is lost with whoever holds it. */
    private static Contestant token(String address) {
        var client = RedisClient.create("redis://" + address);
        var tokens = new ConcurrentHashMap<String, String>();
        var own = ThreadLocal.withInitial(() -> client.connect().sync());
        return Contestant.of(
                lock -> {
                    var commands = own.get();
                    var token = tokens.computeIfAbsent(lock, name -> made(commands, "token-" + name));
                    while (commands.blpop(50, token) == null) {
                        continue;
                    }
                    return () -> commands.lpush(token, "1");
                },
                client::shutdown);
    }

    private static String made(RedisCommands<String, String> commands, String token) {
        if (commands.setnx("made-" + token, "1")) {
            commands.lpush(token, "1");
        }
        return token;
    }

    private static Contestant redisson(String address) {
        var config = new Config();
        config.useSingleServer().setAddress("redis://" + address);
        var redisson = Redisson.create(config);
        return Contestant.of(
                lock -> {
                    var taken = redisson.getLock("redisson-" + lock);
                    taken.lock();
                    return taken::unlock;
                },
                redisson::shutdown);
    }

    /** Its default asks again and again, so in company it is told to listen. */
    private static Contestant spring(String address, boolean alone) {
        var factory = factory(address);
        var registry = new RedisLockRegistry(factory, "spring");
        if (!alone) {
            registry.setRedisLockType(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK);
        }
        return Contestant.of(
                lock -> {
                    var taken = registry.obtain(lock);
                    taken.lock();
                    return taken::unlock;
                },
                () -> {
                    registry.destroy();
                    factory.destroy();
                });
    }

    /** Deletes the lock without a look at whose it is. */
    private static Contestant shedlock(String address) {
        var factory = factory(address);
        var provider = new RedisLockProvider.Builder(factory).build();
        return Contestant.of(
                lock -> provider.lock(new LockConfiguration(Instant.now(), lock, Duration.ofSeconds(10), Duration.ZERO))
                        .orElseThrow()::unlock,
                factory::destroy);
    }

    private static LettuceConnectionFactory factory(String address) {
        var uri = RedisURI.create("redis://" + address);
        var factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    @Override
    public long requests(String address) {
        var client = RedisClient.create("redis://" + address);
        try (var connection = client.connect()) {
            return SENT.matcher(connection.sync().info("commandstats"))
                    .results()
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .sum();
        } finally {
            client.shutdown();
        }
    }

    @Override
    public List<String> leaders() {
        return List.of(OURS, INITIATOR);
    }

    /** The initiator's key lasts as long as this project's session, not for its default of a minute. */
    @Override
    public AutoCloseable campaign(String name, String address, Runnable leads) {
        if (name.equals(OURS)) {
            return oursCampaigns(address, leads);
        }
        var factory = factory(address);
        var registry = new RedisLockRegistry(factory, "spring-leader", LEADS.toMillis());
        registry.setRedisLockType(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK);
        var initiator = new LockRegistryLeaderInitiator(registry, new DefaultCandidate() {
            @Override
            public void onGranted(Context context) {
                leads.run();
            }
        });
        initiator.start();
        return () -> {
            initiator.stop();
            registry.destroy();
            factory.destroy();
        };
    }
}

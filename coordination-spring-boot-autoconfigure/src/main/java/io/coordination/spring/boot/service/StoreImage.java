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
package io.coordination.spring.boot.service;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The images that are stores, and what their containers say of themselves. */
enum StoreImage {
    ZOOKEEPER(
            "zookeeper",
            2181,
            "org.apache.zookeeper.ZooKeeper",
            Login.NONE,
            List.of(),
            "zookeeper",
            "bitnami/zookeeper",
            "confluentinc/cp-zookeeper"),
    MEMCACHED(
            "memcached",
            11211,
            "net.spy.memcached.MemcachedClient",
            Login.NONE,
            List.of(),
            "memcached",
            "bitnami/memcached"),
    REDIS(
            "redis",
            6379,
            "io.lettuce.core.RedisClient",
            new Login(List.of(), "", List.of("REDIS_PASSWORD"), List.of()),
            List.of("com.redis.testcontainers.RedisContainer", "com.redis.testcontainers.RedisStackContainer"),
            "redis",
            "bitnami/redis",
            "redis/redis-stack",
            "redis/redis-stack-server",
            "valkey/valkey"),
    POSTGRESQL(
            "postgresql",
            5432,
            "org.postgresql.Driver",
            new Login(
                    List.of("POSTGRES_USER", "POSTGRESQL_USER", "POSTGRESQL_USERNAME"),
                    "postgres",
                    List.of("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD"),
                    List.of("POSTGRES_DB", "POSTGRESQL_DB", "POSTGRESQL_DATABASE")),
            List.of(
                    "org.testcontainers.postgresql.PostgreSQLContainer",
                    "org.testcontainers.containers.PostgreSQLContainer"),
            "postgres",
            "bitnami/postgresql"),
    MARIADB(
            "mariadb",
            3306,
            "org.mariadb.jdbc.Driver",
            Login.MYSQL,
            List.of("org.testcontainers.mariadb.MariaDBContainer", "org.testcontainers.containers.MariaDBContainer"),
            "mariadb",
            "bitnami/mariadb"),
    MYSQL(
            "mysql",
            3306,
            "org.mariadb.jdbc.Driver",
            Login.MYSQL,
            List.of("org.testcontainers.mysql.MySQLContainer", "org.testcontainers.containers.MySQLContainer"),
            "mysql",
            "bitnami/mysql");

    private final String scheme;
    private final int port;
    private final String client;
    private final Login login;
    private final List<String> containers;
    private final List<String> images;

    StoreImage(String scheme, int port, String client, Login login, List<String> containers, String... images) {
        this.scheme = scheme;
        this.port = port;
        this.client = client;
        this.login = login;
        this.containers = containers;
        this.images = List.of(images);
    }

    String scheme() {
        return scheme;
    }

    /** The port inside of the container. */
    int port() {
        return port;
    }

    /** A class of the client, without which the driver can not connect. */
    String client() {
        return client;
    }

    /** Names of the types that Testcontainers has for it. */
    List<String> containers() {
        return containers;
    }

    /** Names of images without registry and tag. */
    List<String> images() {
        return images;
    }

    String url(String host, int mappedPort, Map<String, String> environment, boolean tls) {
        var database = login.database(environment);
        return scheme + (tls && this == REDIS ? "s" : "") + "://" + host + ":" + mappedPort
                + (database == null ? "" : "/" + database);
    }

    @Nullable
    String username(Map<String, String> environment) {
        return login.username(environment);
    }

    @Nullable
    String password(Map<String, String> environment) {
        return login.password(environment);
    }

    /** Which variables of a container say how to log in; the first one that is set counts. */
    private record Login(List<String> users, String standard, List<String> passwords, List<String> databases) {

        static final Login NONE = new Login(List.of(), "", List.of(), List.of());
        static final Login MYSQL = new Login(
                List.of("MARIADB_USER", "MYSQL_USER"),
                "root",
                List.of("MARIADB_PASSWORD", "MYSQL_PASSWORD", "MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"),
                List.of("MARIADB_DATABASE", "MYSQL_DATABASE"));

        @Nullable
        String username(Map<String, String> environment) {
            var user = first(users, environment);
            return user == null && !standard.isEmpty() ? standard : user;
        }

        @Nullable
        String password(Map<String, String> environment) {
            return first(passwords, environment);
        }

        /** PostgreSQL names the database as its user where nothing else is said. */
        @Nullable
        String database(Map<String, String> environment) {
            var database = first(databases, environment);
            return database == null && standard.equals("postgres") ? username(environment) : database;
        }

        private static @Nullable String first(List<String> names, Map<String, String> environment) {
            return names.stream()
                    .map(environment::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }
}

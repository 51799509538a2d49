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
package io.coordination.driver.sql;

import io.coordination.spi.StoreException;
import io.coordination.spi.StoreException.Reason;
import java.util.Collections;
import java.util.regex.Pattern;

/**
 * In what the databases differ that speak MySQL's protocol. MariaDB draws the numbers of writes from a sequence. MySQL has none:
 * there the number of a row that appears is the table's {@code AUTO_INCREMENT}, and that of a change is greater than the row's
 * last one, which moves the counter on as well. Either outlasts a crash of a server that commits to disk.
 */
enum Flavor {
    MARIADB("mariadb.sql", 10, 6, "k.name") {
        @Override
        String insert(String records, String next) {
            return "INSERT IGNORE INTO " + records + " (namespace, kind, name, owner, content, version)"
                    + " SELECT ?, ?, ?, ?, ?, LAST_INSERT_ID(" + next + ")";
        }

        @Override
        String changed(String next, int draws) {
            return draws == 1 ? next : "GREATEST(" + String.join(", ", Collections.nCopies(draws, next)) + ")";
        }
    },
    MYSQL("mysql.sql", 8, 0, "CAST(k.name AS BINARY)") {
        @Override
        String insert(String records, String next) {
            return "INSERT IGNORE INTO " + records + " (namespace, kind, name, owner, content) SELECT ?, ?, ?, ?, ?";
        }

        @Override
        String changed(String next, int draws) {
            return "version + " + draws;
        }
    };

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

    /** The resource with the tables. */
    final String script;
    /** A name out of JSON as the tables' columns compare it. */
    final String jsonName;

    private final int major;
    private final int minor;

    Flavor(String script, int major, int minor, String jsonName) {
        this.script = script;
        this.major = major;
        this.minor = minor;
        this.jsonName = jsonName;
    }

    /** Of a server that calls itself so. */
    static Flavor of(String version) {
        var flavor = version.contains("MariaDB") ? MARIADB : MYSQL;
        var numbers = NUMBERS.matcher(version);
        if (!numbers.matches()
                || Integer.parseInt(numbers.group(1)) < flavor.major
                || Integer.parseInt(numbers.group(1)) == flavor.major
                        && Integer.parseInt(numbers.group(2)) < flavor.minor) {
            throw new StoreException(
                    Reason.REFUSED,
                    "the server is version " + version + "; this needs MariaDB 10.6 or MySQL 8.0, or a newer one");
        }
        return flavor;
    }

    /** Up to what the row that appears is made of: a key, the owner, the content. */
    abstract String insert(String records, String next);

    /** The number of a change that needs so many. */
    abstract String changed(String next, int draws);
}

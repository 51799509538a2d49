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

import io.coordination.BadOptionException;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ClassUtils;

/** The bean that {@code coordination.url} means. */
final class ApplicationDataSource {

    private static final boolean SPRING_JDBC = ClassUtils.isPresent(
            "org.springframework.jdbc.datasource.DelegatingDataSource", ApplicationDataSource.class.getClassLoader());

    private ApplicationDataSource() {}

    /** The one of this name, or without a name the only or primary one. */
    static DataSource find(String name, ListableBeanFactory beans) {
        var names = beans.getBeanNamesForType(DataSource.class);
        if (names.length == 0) {
            throw new BadOptionException(
                    "coordination.url is datasource:, but the application has no DataSource; set spring.datasource.url, or"
                            + " name the database in coordination.url, as in postgresql://host/database",
                    null);
        }
        if (!name.isEmpty()) {
            if (!Arrays.asList(names).contains(name)) {
                throw new BadOptionException(
                        "coordination.url names the DataSource '" + name
                                + "', which the application does not have; it has " + listed(names),
                        null);
            }
            return usable(name, beans.getBean(name, DataSource.class));
        }
        var source = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (source == null) {
            throw new BadOptionException(
                    "coordination.url is datasource:, but the application has several, " + listed(names)
                            + "; name one, as in datasource:" + names[0] + ", or make one @Primary",
                    null);
        }
        return usable("", source);
    }

    private static String listed(String[] names) {
        return Arrays.stream(names).sorted().collect(Collectors.joining("', '", "'", "'"));
    }

    private static DataSource usable(String name, DataSource source) {
        return SPRING_JDBC ? SpringJdbc.usable(name, source) : source;
    }

    /** Loaded only where Spring's module for JDBC is there. */
    private static final class SpringJdbc {

        /** Behind what would lend the connection of the application's transaction, or put off the connecting. */
        static DataSource usable(String name, DataSource source) {
            var found = source;
            while (found instanceof DelegatingDataSource proxy
                    && (found instanceof TransactionAwareDataSourceProxy
                            || found instanceof LazyConnectionDataSourceProxy)
                    && proxy.getTargetDataSource() != null) {
                found = proxy.getTargetDataSource();
            }
            if (found instanceof AbstractRoutingDataSource) {
                throw new BadOptionException(
                        "coordination.url means " + (name.isEmpty() ? "a DataSource" : "the DataSource '" + name + "'")
                                + " that leads each thread to a database of its own; name one that leads to a single"
                                + " database, as in datasource:" + (name.isEmpty() ? "primary" : name + "Primary"),
                        null);
            }
            return found;
        }
    }
}

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

import io.coordination.spi.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the driver for a URL scheme on the class path. */
final class Drivers {

    private Drivers() {}

    static Driver forScheme(String scheme) {
        var known = new TreeSet<String>();
        for (var driver : onClassPath()) {
            if (driver.schemes().contains(scheme)) {
                return driver;
            }
            known.addAll(driver.schemes());
        }
        throw new UnknownSchemeException(
                "No driver for '" + scheme + "://'. Known are " + String.join(", ", known)
                        + ". Mend the scheme, or add the jar that brings its driver",
                null);
    }

    /** By this library's class loader and the thread's, which may see more. */
    private static List<Driver> onClassPath() {
        var drivers = new ArrayList<Driver>();
        ServiceLoader.load(Driver.class, Driver.class.getClassLoader()).forEach(drivers::add);
        ServiceLoader.load(Driver.class).forEach(drivers::add);
        return drivers;
    }
}

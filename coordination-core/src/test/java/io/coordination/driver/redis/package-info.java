/** The driver for Redis on real servers. */
@NullMarked
package io.coordination.driver.redis;

import org.jspecify.annotations.NullMarked;

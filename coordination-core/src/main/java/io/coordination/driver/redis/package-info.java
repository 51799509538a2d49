/**
 * The store for Redis and what speaks its protocol, in the keys that Python's tooz uses. Needs {@code io.lettuce:lettuce-core}
 * on the class path.
 */
@NullMarked
package io.coordination.driver.redis;

import org.jspecify.annotations.NullMarked;

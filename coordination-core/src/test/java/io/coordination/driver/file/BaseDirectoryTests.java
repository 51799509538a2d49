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
package io.coordination.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.coordination.spi.Clock;
import io.coordination.spi.Key;
import io.coordination.spi.Mode;
import io.coordination.spi.Session;
import io.coordination.spi.SessionEvents;
import io.coordination.spi.StoreException;
import io.coordination.spi.StoreUrl;
import io.coordination.spi.Surroundings;
import io.coordination.spi.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory is used only when nobody else can have a hand in it, and a refusal names it, the reason and the mend. */
class BaseDirectoryTests {

    @TempDir
    Path directory;

    @Test
    void missingDirectoryIsCreatedForItsOwnerAlone() throws IOException {
        var base = directory.resolve("a/b/c");
        assertThat(BaseDirectory.check(base, false)).isEqualTo(base.toRealPath());
        assertThat(permissions(base)).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("a"))).isEqualTo("rwx------");
    }

    @Test
    void everythingInAStoreIsItsOwnersAlone() throws IOException {
        try (var session = open("file://" + directory.resolve("store"))) {
            session.join(Key.group("g"), new byte[0], true);
            session.claim(Key.lock("x"), Mode.EXCLUSIVE, 1);
            session.claim(Key.leader("g"), Mode.EXCLUSIVE, 2);
            try (var all = Files.walk(directory.resolve("store"))) {
                assertThat(all.filter(path -> !path.toString().endsWith(".bell")))
                        .allSatisfy(path -> assertThat(permissions(path))
                                .as(path.toString())
                                .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rwxrwx---, others than its owner", "rwx---rwx, others than its owner", "r-x------, its owner can not"})
    void directoryOfTheWrongModeIsRefused(String mode, String reason) throws IOException {
        var base = Files.createDirectory(directory.resolve("base"));
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString(mode));
        assertRefused("file://" + base).withMessageContaining(reason).withMessageContaining("chmod");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwx------"));
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void directoryThatOthersMayReadIsUsed() throws IOException {
        var base = Files.createDirectory(directory.resolve("base"));
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(BaseDirectory.check(base, false)).isEqualTo(base.toRealPath());
    }

    @Test
    void directoryOfAnotherUserIsRefused() throws IOException {
        var base = Files.createDirectory(directory.resolve("base"));
        assumeThat(Files.getAttribute(base, "unix:uid"))
                .as("only root can give files away")
                .isEqualTo(0);
        Files.setAttribute(base, "unix:uid", 12345);
        assertRefused("file://" + base).withMessageContaining("belongs to the user");
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void symbolicLinkIsRefused() throws IOException {
        var real = Files.createDirectory(directory.resolve("real"));
        var link = Files.createSymbolicLink(directory.resolve("link"), real);
        assertRefused("file://" + link).withMessageContaining("symbolic link");
        assertRefused("file://" + link + "/").withMessageContaining("symbolic link");
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void danglingSymbolicLinkIsRefused() throws IOException {
        var link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        assertRefused("file://" + link).withMessageContaining("symbolic link");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    void fileIsRefused() throws IOException {
        var file = Files.createFile(directory.resolve("file"));
        assertRefused("file://" + file).withMessageContaining("not a directory");
    }

    @Test
    void directoryBelowAFileIsRefused() throws IOException {
        var file = Files.createFile(directory.resolve("file"));
        assertRefused("file://" + file + "/base").withMessageContaining("can not use the directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuseblk", "9p", "CEPH", "glusterfs", "virtiofs"})
    void networkFileSystemIsRefusedBeforeAnythingIsWritten(String type) {
        var base = directory.resolve("a/base");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> BaseDirectory.check(base, false, path -> type))
                .withMessageContaining(base.toString())
                .withMessageContaining("allow-network-fs=true")
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.REFUSED);
        assertThat(directory.resolve("a")).doesNotExist();
        assertThat(BaseDirectory.check(base, true, path -> type)).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "apfs"})
    void localFileSystemIsUsed(String type) {
        assertThat(BaseDirectory.check(directory.resolve("base"), false, path -> type))
                .isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"locks", "sessions", "groups", "leaders"})
    void symbolicLinkInsideAStoreIsRefused(String part) throws IOException {
        var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        var namespace = Files.createDirectories(directory.resolve("store/coordination"));
        Files.createSymbolicLink(namespace.resolve(part), elsewhere);
        assertRefused("file://" + directory.resolve("store")).withMessageContaining("symbolic link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void symbolicLinkInPlaceOfARecordIsRefused() throws IOException {
        var elsewhere = Files.writeString(directory.resolve("elsewhere"), "precious");
        try (var session = open("file://" + directory.resolve("store"))) {
            Files.createSymbolicLink(directory.resolve("store/coordination/locks/x"), elsewhere);
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> session.claim(Key.lock("x"), Mode.EXCLUSIVE, 1))
                    .withMessageContaining("locks/x")
                    .extracting(StoreException::reason)
                    .isEqualTo(StoreException.Reason.REFUSED);
        }
        assertThat(elsewhere).hasContent("precious");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file://", "file:///", "file:////", "file://host/dir", "file://dir", "file://./dir"})
    void urlWithoutADirectoryOfItsOwnIsRefused(String url) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> open(url))
                .withMessageContaining("file:///")
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.BAD_URL);
    }

    @Test
    void unknownOptionIsRefused() {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> open("file://" + directory.resolve("store") + "?busy-timout=1"))
                .withMessageContaining("busy-timeout")
                .extracting(StoreException::reason)
                .isEqualTo(StoreException.Reason.BAD_OPTION);
        assertThat(directory.resolve("store")).doesNotExist();
    }

    private static Session open(String url) {
        var target = new Target(StoreUrl.parse(url), "m", "", Duration.ofSeconds(10), null);
        var with = new Surroundings(Clock.SYSTEM, (delay, task) -> () -> {}, Runnable::run);
        return new FileDriver().open(target, with, new Silent());
    }

    private static ThrowableAssertAlternative<StoreException> assertRefused(String url) {
        var thrown = assertThatExceptionOfType(StoreException.class).isThrownBy(() -> open(url));
        thrown.extracting(StoreException::reason).isEqualTo(StoreException.Reason.REFUSED);
        return thrown.withMessageContaining("can not use the directory");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static final class Silent implements SessionEvents {

        @Override
        public void live() {}

        @Override
        public void suspended(Duration belief) {}

        @Override
        public void lost(String reason) {}

        @Override
        public void lost(Key key, long id, String reason) {}
    }
}

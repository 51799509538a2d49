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

import io.coordination.spi.StoreException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Set;

/**
 * The directory of a store, which is trusted only when nobody else can have a hand in it: ours, writable for nobody else, no
 * symbolic link, and on a file system whose locks are this machine's.
 */
final class BaseDirectory {

    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** File systems that other machines may share, or whose locks are not known to be those of the kernel. */
    private static final Set<String> SHARED =
            Set.of(("9p acfs afpfs afs autofs beegfs ceph cifs coda davfs fhgfs gfs gfs2"
                            + " glusterfs gpfs lustre ncpfs nfs nfs3 nfs4 ocfs2 panfs prl_fs pvfs2 smb smb2 smb3 smbfs sshfs"
                            + " vboxsf virtiofs vmhgfs webdav")
                    .split(" "));

    private BaseDirectory() {}

    /**
     * Checks a directory, creates it when it is missing, and writes nothing when it is refused.
     *
     * @param directory the directory
     * @param allowShared whether it may lie on a network file system
     * @return its real path
     */
    static Path check(Path directory, boolean allowShared) {
        return check(directory, allowShared, path -> Files.getFileStore(path).type());
    }

    /** Tells the type of the file system that a path is on. */
    @FunctionalInterface
    interface FileSystemType {
        String of(Path path) throws IOException;
    }

    static Path check(Path directory, boolean allowShared, FileSystemType types) {
        try {
            if (!allowShared) {
                checkFileSystem(directory, types);
            }
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(directory, privateDirectory(directory));
            }
            return checkExisting(directory);
        } catch (AccessDeniedException e) {
            throw refused(
                    directory, "it can not be used or created with the permissions of this process", "grant them");
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Reason.REFUSED, "can not use the directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Path checkExisting(Path directory) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            throw refused(directory, "it is a symbolic link", "name the directory that it leads to");
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(directory, "it is not a directory", "name another one");
        }
        var real = directory.toRealPath();
        checkOwner(real);
        if (!Files.isWritable(real)) {
            throw refused(
                    directory, "it is read-only", "make it writable for this process's user, or name another one");
        }
        return real;
    }

    private static void checkFileSystem(Path directory, FileSystemType types) throws IOException {
        var existing = directory;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        var type = types.of(existing).toLowerCase(Locale.ROOT);
        if (type.startsWith("fuse") || SHARED.contains(type)) {
            throw refused(
                    directory,
                    "it is on a file system of type " + type + ", whose locks may not hold between hosts",
                    "name a directory on a local disk, or add allow-network-fs=true when you know better");
        }
    }

    private static void checkOwner(Path directory) throws IOException {
        if (!isPosix(directory)) {
            return;
        }
        var attributes = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        var owner = attributes.owner();
        var user = user();
        if (!owner.equals(user)) {
            throw refused(
                    directory,
                    "it belongs to the user " + owner.getName() + ", and this process runs as " + user.getName(),
                    "name a directory that belongs to " + user.getName());
        }
        var permissions = attributes.permissions();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw refused(
                    directory,
                    "others than its owner can write to it (" + PosixFilePermissions.toString(permissions) + ")",
                    "chmod go-w " + directory);
        }
        if (!permissions.containsAll(OWNERS)) {
            throw refused(
                    directory,
                    "its owner can not read, write and search it (" + PosixFilePermissions.toString(permissions) + ")",
                    "chmod u+rwx " + directory);
        }
    }

    /** Creates a directory for this user alone, unless it is there; a symbolic link there is refused. */
    static Path subdirectory(Path parent, String name) throws IOException {
        var directory = parent.resolve(name);
        try {
            Files.createDirectory(directory, privateDirectory(directory));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(directory, "it is no directory, or a symbolic link to one", "remove it");
            }
        }
        return directory;
    }

    static FileAttribute<?>[] privateFile(Path path) {
        return permissions(path, "rw-------");
    }

    /** Makes the entries of a directory survive a crash of the machine. */
    static void sync(Path directory) throws IOException {
        var interrupted = false;
        while (true) {
            interrupted |= Thread.interrupted();
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
                break;
            } catch (ClosedByInterruptException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static FileAttribute<?>[] privateDirectory(Path path) {
        return permissions(path, "rwx------");
    }

    private static FileAttribute<?>[] permissions(Path path, String permissions) {
        if (!isPosix(path)) {
            return new FileAttribute<?>[0];
        }
        var set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Who this process is to the file system, which a name from the environment does not tell. */
    static UserPrincipal user() throws IOException {
        Path probe;
        try {
            probe = Files.createTempFile("coordination", null);
        } catch (IOException noTemporaryFiles) {
            return Files.getOwner(Path.of("/proc/self"));
        }
        try {
            return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }

    private static StoreException refused(Path directory, String why, String mend) {
        return new StoreException(
                StoreException.Reason.REFUSED, "can not use the directory " + directory + ": " + why + "; " + mend);
    }
}

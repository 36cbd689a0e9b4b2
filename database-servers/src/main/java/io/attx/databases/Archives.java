package io.attx.databases;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the archives in which the binaries of the servers come. */
final class Archives {

  private Archives() {}

  /** The resource of that name, or an error that names the artifact which brings it. */
  static URL resource(String name, String artifact) throws IOException {
    URL url = Archives.class.getResource(name);
    if (url == null) {
      throw new IOException(
          "The class path has no "
              + name
              + ": add the dependency "
              + artifact
              + " to start this database.");
    }
    return url;
  }

  static void unpackTarGz(URL archive, Path to) throws IOException {
    try (InputStream in =
        new GZIPInputStream(new BufferedInputStream(archive.openStream(), 1 << 16), 1 << 16)) {
      unpackTar(in, to);
    }
  }

  static void unpackTarXz(URL archive, Path to) throws IOException {
    try (InputStream in =
        new XZInputStream(new BufferedInputStream(archive.openStream(), 1 << 16))) {
      unpackTar(in, to);
    }
  }

  private static void unpackTar(InputStream in, Path to) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = inside(to, entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(parentOf(target));
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createDirectories(parentOf(target));
          Files.createLink(target, inside(to, entry.getLinkName()));
        } else {
          Files.createDirectories(parentOf(target));
          Files.copy(tar, target);
          Files.setPosixFilePermissions(target, permissions((entry.getMode() & 0100) != 0));
        }
      }
    }
  }

  /**
   * Copies the entries below a folder of a jar.
   *
   * @param folder the URL of the folder in the jar
   * @param wanted chooses by the path relative to the folder
   * @param executable which of them get the permission to be executed
   */
  static void unpackJarFolder(
      URL folder, Predicate<String> wanted, Predicate<String> executable, Path to)
      throws IOException {
    URLConnection connection = folder.openConnection();
    if (!(connection instanceof JarURLConnection jarConnection)) {
      throw new IOException("Expected a folder in a jar but got " + folder);
    }
    // A jar file of our own, not one of the shared cache, so that closing it disturbs nobody.
    try (JarFile jar =
        new JarFile(
            Path.of(java.net.URI.create(jarConnection.getJarFileURL().toString())).toFile())) {
      String prefix =
          jarConnection.getEntryName() + (jarConnection.getEntryName().endsWith("/") ? "" : "/");
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.isDirectory() || !entry.getName().startsWith(prefix)) {
          continue;
        }
        String name = entry.getName().substring(prefix.length());
        if (!wanted.test(name)) {
          continue;
        }
        Path target = inside(to, name);
        Files.createDirectories(parentOf(target));
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, target);
        }
        Files.setPosixFilePermissions(target, permissions(executable.test(name)));
      }
    }
  }

  private static Path inside(Path root, String name) throws IOException {
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("The archive has an entry outside of its root: " + name);
    }
    return target;
  }

  private static Path parentOf(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException("No parent directory: " + path);
    }
    return parent;
  }

  private static Set<PosixFilePermission> permissions(boolean executable) {
    Set<PosixFilePermission> permissions =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
    if (executable) {
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    return permissions;
  }
}

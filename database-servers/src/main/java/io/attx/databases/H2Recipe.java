package io.attx.databases;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import org.h2.tools.Server;

/** H2 in a Java process of its own. */
final class H2Recipe implements ServerRecipe {

  @Override
  public void initialise(Path dataDirectory) throws IOException {
    Files.createDirectories(dataDirectory);
  }

  @Override
  public List<String> command(Path dataDirectory, int port, boolean durable) throws IOException {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        jarOf(Server.class),
        Server.class.getName(),
        "-tcp",
        "-tcpPort",
        Integer.toString(port),
        "-ifNotExists",
        "-baseDir",
        dataDirectory.toString());
  }

  private static String jarOf(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException("Cannot find the jar of " + type.getName());
    }
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IOException("Cannot read the location of the jar of " + type.getName(), e);
    }
  }

  @Override
  public DatabaseAddress administration(int port, boolean durable) {
    return address("attx_admin", port, durable);
  }

  /**
   * With a write delay of zero each commit is written before it returns, so that it survives
   * SIGKILL. There is no faster setting that keeps this, so both flavours use it.
   */
  @Override
  public DatabaseAddress address(String database, int port, boolean durable) {
    String url =
        "jdbc:h2:tcp://127.0.0.1:" + port + "/./" + database + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1";
    return new DatabaseAddress(DatabaseKind.H2, url, "sa", "");
  }

  @Override
  public String createDatabase(String database) {
    return "";
  }

  @Override
  public String dropDatabase(String database) {
    return "";
  }
}

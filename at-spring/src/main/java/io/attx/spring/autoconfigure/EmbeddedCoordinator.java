package io.attx.spring.autoconfigure;

/**
 * A coordinator that runs inside of the application.
 *
 * @param address host:port
 * @param server stops it
 */
record EmbeddedCoordinator(String address, AutoCloseable server) implements AutoCloseable {

  @Override
  public void close() throws Exception {
    server.close();
  }
}

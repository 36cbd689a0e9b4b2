package io.attx.databases;

import java.io.IOException;

/** A program that starts a server, says where, and waits to be killed. */
final class HoldServer {

  private HoldServer() {}

  public static void main(String[] arguments) throws IOException {
    DatabaseServer server = DatabaseServer.start(DatabaseKind.ofId(arguments[0]));
    System.out.println("HOLD " + server.pid() + " " + server.workDirectory());
    while (System.in.read() >= 0) {}
  }
}

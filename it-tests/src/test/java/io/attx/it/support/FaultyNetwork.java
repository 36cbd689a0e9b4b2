package io.attx.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay between a client and the coordinator that can be cut, and that can swallow what the
 * client sends or what the server answers.
 */
public final class FaultyNetwork implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean cut;
  private volatile boolean swallowRequests;
  private volatile boolean swallowAnswers;

  public FaultyNetwork(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  /** {@code host:port} for the client. */
  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Where new connections go. */
  public void retarget(int port) {
    this.target = port;
  }

  /** Closes all connections and refuses new ones, or allows them again. */
  public void cut(boolean now) {
    this.cut = now;
    if (now) {
      open.forEach(FaultyNetwork::close);
    }
  }

  /** Bytes of the client vanish, without the connection closing. */
  public void swallowRequests(boolean now) {
    this.swallowRequests = now;
  }

  /** Bytes of the server vanish, without the connection closing. */
  public void swallowAnswers(boolean now) {
    this.swallowAnswers = now;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (cut) {
          client.close();
          continue;
        }
        Socket server = new Socket();
        try {
          server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
        } catch (IOException nobodyThere) {
          client.close();
          continue;
        }
        open.add(client);
        open.add(server);
        start("up", () -> copy(client, server, true));
        start("down", () -> copy(server, client, false));
      } catch (IOException closed) {
        if (!listener.isClosed()) {
          throw new java.io.UncheckedIOException(closed);
        }
      }
    }
  }

  private void copy(Socket from, Socket to, boolean request) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (request ? !swallowRequests : !swallowAnswers) {
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException cutOff) {
      // The relay ends with its connection, whatever the reason.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, "faulty-network-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(FaultyNetwork::close);
  }
}

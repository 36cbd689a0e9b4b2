package io.attx.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HexFormat;

/** A plain socket that sends whatever a test wants. */
public final class RawSocket implements AutoCloseable {
  private final Socket socket;

  public RawSocket(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  public void sendHex(String hex) throws IOException {
    send(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** Everything until the other side closes. */
  public byte[] readToEnd() throws IOException {
    InputStream in = socket.getInputStream();
    try {
      return in.readAllBytes();
    } catch (SocketTimeoutException open) {
      throw new AssertionError("the other side did not close", open);
    } catch (IOException reset) {
      return new byte[0];
    }
  }

  public byte[] read(int bytes) throws IOException {
    return socket.getInputStream().readNBytes(bytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

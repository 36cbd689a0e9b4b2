package io.attx.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Small things about Netty channels. */
final class Channels {
  private Channels() {}

  /**
   * I/O threads, as daemons. The class is the one that Netty 4.1 has too, because Spring Boot 3.5
   * puts that version in the place of ours.
   */
  @SuppressWarnings("deprecation")
  static EventLoopGroup eventLoops(int threads, String name) {
    return new NioEventLoopGroup(threads, new DefaultThreadFactory(name, true));
  }

  /** {@code host:port} for people. */
  static String text(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress internet) {
      return internet.getHostString() + ":" + internet.getPort();
    }
    return String.valueOf(address);
  }

  /** Closes without waiting; {@code channelInactive} tells when it is done. */
  @SuppressWarnings("FutureReturnValueIgnored") // Closing cannot fail in a way that matters.
  static void close(Channel channel) {
    channel.close();
  }

  /** Starts the end of a group without waiting. */
  @SuppressWarnings("FutureReturnValueIgnored") // The termination future of the group says it too.
  static void stop(EventLoopGroup group) {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}

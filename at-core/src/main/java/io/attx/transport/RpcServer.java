package io.attx.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and turns frames into requests for a {@link RpcHandler}. Thread-safe. Until a
 * {@code Hello} was answered with {@code HelloAccepted}, a connection may send nothing else, only
 * small frames, and only for a short time. A connection whose hello got any other answer is closed
 * after that answer.
 */
public final class RpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);

  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final Set<Channel> connections;
  private final Channel listener;

  private RpcServer(
      EventLoopGroup acceptor, EventLoopGroup workers, Set<Channel> connections, Channel listener) {
    this.acceptor = acceptor;
    this.workers = workers;
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * Listens with the default bounds.
   *
   * @param port 0 picks a free one
   * @throws java.io.UncheckedIOException when the address is in use; the message names it
   */
  public static RpcServer start(String host, int port, RpcHandler handler) {
    return start(host, port, handler, RpcServerOptions.defaults());
  }

  /**
   * Listens.
   *
   * @param port 0 picks a free one
   * @throws java.io.UncheckedIOException when the address is in use; the message names it
   */
  public static RpcServer start(
      String host, int port, RpcHandler handler, RpcServerOptions options) {
    return start(host, port, handler, options, System::nanoTime);
  }

  static RpcServer start(
      String host, int port, RpcHandler handler, RpcServerOptions options, LongSupplier nanoClock) {
    EventLoopGroup acceptor = Channels.eventLoops(1, "attx-accept");
    EventLoopGroup workers = Channels.eventLoops(options.ioThreads(), "attx-server-io");
    Set<Channel> connections = ConcurrentHashMap.newKeySet();
    LogBudget strangers = new LogBudget(20, Duration.ofSeconds(10).toNanos(), nanoClock);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted(channel, connections, handler, options, strangers);
                  }
                });
    ChannelFuture bound = bootstrap.bind(new InetSocketAddress(host, port)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop(acceptor, workers);
      throw new UncheckedIOException(
          new IOException(
              "cannot listen on "
                  + host
                  + ":"
                  + port
                  + ": "
                  + bound.cause().getMessage()
                  + "; is another process using this port, or is the host name not of this machine?",
              bound.cause()));
    }
    return new RpcServer(acceptor, workers, connections, bound.channel());
  }

  private static void accepted(
      Channel channel,
      Set<Channel> connections,
      RpcHandler handler,
      RpcServerOptions options,
      LogBudget strangers) {
    if (connections.size() >= options.maxConnections()) {
      if (strangers.take() >= 0) {
        LOG.warn(
            "closing connection from {}: there are {} connections already, the limit",
            Channels.text(channel.remoteAddress()),
            options.maxConnections());
      }
      Channels.close(channel);
      return;
    }
    connections.add(channel);
    var unused = channel.closeFuture().addListener(closed -> connections.remove(channel));
    FrameDecoder decoder = new FrameDecoder();
    channel
        .pipeline()
        .addLast(decoder, new ServerConnection(channel, handler, options, strangers, decoder));
  }

  private static void stop(EventLoopGroup acceptor, EventLoopGroup workers) {
    Channels.stop(acceptor);
    Channels.stop(workers);
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Stops accepting, closes all connections. Idempotent. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
    connections.forEach(Channels::close);
    stop(acceptor, workers);
    workers.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
    acceptor.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}

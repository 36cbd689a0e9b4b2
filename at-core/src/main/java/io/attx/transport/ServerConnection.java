package io.attx.transport;

import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Message;
import io.attx.protocol.Push;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.codec.Frame;
import io.attx.protocol.codec.ProtocolException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One accepted connection, from its first byte to its end. State changes on its event loop. */
final class ServerConnection extends ChannelInboundHandlerAdapter implements RpcConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  private enum State {
    AWAITING_HELLO,
    HELLO_ASKED,
    OPEN,
    CLOSING
  }

  private final Channel channel;
  private final RpcHandler handler;
  private final RpcServerOptions options;
  private final LogBudget strangers;
  private final FrameDecoder decoder;
  private final OutboundQueue outbound;
  private final String remoteAddress;
  private State state = State.AWAITING_HELLO;
  private long helloId;
  private boolean handlerKnows;
  private long readCount;
  private long readCountAtLastCheck;
  private @Nullable ScheduledFuture<?> watch;
  private volatile @Nullable Object attachment;

  ServerConnection(
      Channel channel,
      RpcHandler handler,
      RpcServerOptions options,
      LogBudget strangers,
      FrameDecoder decoder) {
    this.channel = channel;
    this.handler = handler;
    this.options = options;
    this.strangers = strangers;
    this.decoder = decoder;
    this.outbound = new OutboundQueue(channel);
    this.remoteAddress = Channels.text(channel.remoteAddress());
  }

  // ---- what the handler calls, from any thread ----

  @Override
  public void respond(long requestId, Response response) {
    send(requestId, response);
  }

  @Override
  public void push(Push push) {
    send(0, push);
  }

  private void send(long requestId, Message message) {
    if (channel.isActive()) {
      outbound.offer(new Sending(requestId, message));
    }
  }

  @Override
  public void close() {
    closeAfterFlush();
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object value) {
    this.attachment = value;
  }

  // ---- the event loop ----

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    watch =
        channel
            .eventLoop()
            .schedule(this::helloOverdue, options.helloTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    readCount++;
    Frame frame = (Frame) read;
    if (!(frame.message() instanceof Request request)) {
      reject(
          frame.requestId(),
          RefusalCode.BAD_REQUEST,
          "a client sends requests, not " + frame.message().getClass().getSimpleName());
      return;
    }
    switch (state) {
      case AWAITING_HELLO -> hello(frame.requestId(), request);
      case HELLO_ASKED ->
          reject(
              frame.requestId(),
              RefusalCode.BAD_REQUEST,
              "nothing may be sent before the hello is answered, not even "
                  + request.getClass().getSimpleName());
      case OPEN -> deliver(frame.requestId(), request);
      case CLOSING -> {}
    }
  }

  private void hello(long requestId, Request request) {
    if (!(request instanceof Hello)) {
      reject(
          requestId,
          RefusalCode.BAD_REQUEST,
          "the first message must be Hello, not " + request.getClass().getSimpleName());
      return;
    }
    cancelWatch();
    state = State.HELLO_ASKED;
    helloId = requestId;
    handlerKnows = true;
    deliver(requestId, request);
  }

  private void deliver(long requestId, Request request) {
    if (state == State.OPEN && request instanceof Hello) {
      reject(requestId, RefusalCode.BAD_REQUEST, "Hello comes once per connection");
      return;
    }
    try {
      handler.request(this, requestId, request);
    } catch (RuntimeException bug) {
      LOG.error(
          "the server failed on {} from {}",
          request.getClass().getSimpleName(),
          remoteAddress,
          bug);
      respond(
          requestId,
          Refused.of(
              RefusalCode.UNAVAILABLE,
              "the coordinator failed internally on "
                  + request.getClass().getSimpleName()
                  + "; its log says why"));
    }
  }

  /** The answer to the hello is leaving: it decides what becomes of the connection. */
  private void helloAnswered(Message answer) {
    if (answer instanceof HelloAccepted) {
      state = State.OPEN;
      decoder.trustPeer();
      long nanos = options.idleTimeout().toNanos();
      watch =
          channel
              .eventLoop()
              .scheduleAtFixedRate(this::checkIdle, nanos, nanos, TimeUnit.NANOSECONDS);
      return;
    }
    state = State.CLOSING;
    if (answer instanceof Refused refused) {
      boolean passing =
          refused.code().isRetryable() || refused.code() == RefusalCode.SESSION_EXPIRED;
      if (passing) {
        LOG.debug("hello of {} refused: {}: {}", remoteAddress, refused.code(), refused.message());
      } else {
        logStranger("refused hello: " + refused.code() + ": " + refused.message());
      }
    }
    closeAfterFlush();
  }

  private void closeAfterFlush() {
    // What was sent before is drained by a task that is scheduled already, so this one runs later.
    try {
      channel
          .eventLoop()
          .execute(
              () ->
                  channel
                      .writeAndFlush(Unpooled.EMPTY_BUFFER)
                      .addListener(done -> Channels.close(channel)));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("{} was closed with the server", remoteAddress);
    }
  }

  private void helloOverdue() {
    logStranger("sent no hello within " + options.helloTimeout().toMillis() + " ms");
    Channels.close(channel);
  }

  private void checkIdle() {
    if (readCount == readCountAtLastCheck) {
      LOG.warn(
          "closing {}: it sent nothing for {} ms; is the process paused or the network gone?",
          remoteAddress,
          options.idleTimeout().toMillis());
      Channels.close(channel);
    }
    readCountAtLastCheck = readCount;
  }

  /** Tells the peer, where it can understand, says so in the log, and closes. */
  private void reject(long requestId, RefusalCode code, String message) {
    if (state == State.CLOSING) {
      return;
    }
    state = State.CLOSING;
    logStranger(message);
    send(requestId, Refused.of(code, message));
    closeAfterFlush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
    Throwable cause = thrown instanceof DecoderException ? thrown.getCause() : thrown;
    if (cause instanceof ProtocolException wrong) {
      String message = String.valueOf(wrong.getMessage());
      switch (wrong.kind()) {
        case NOT_OUR_PROTOCOL -> {
          state = State.CLOSING;
          logStranger(message);
          Channels.close(channel);
        }
        case FRAME_VERSION -> reject(wrong.requestId(), RefusalCode.PROTOCOL_VERSION, message);
        case FRAME_TOO_LARGE, MALFORMED ->
            reject(wrong.requestId(), RefusalCode.BAD_REQUEST, message);
      }
    } else if (cause instanceof IOException) {
      LOG.debug("connection to {} broke: {}", remoteAddress, cause.toString());
      Channels.close(channel);
    } else {
      LOG.error("closing {} after an internal failure", remoteAddress, thrown);
      Channels.close(channel);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    // A client that does not read its answers is not listened to either.
    channel.config().setAutoRead(channel.isWritable());
    if (pendingBytes() > options.maxPendingBytes()) {
      LOG.warn(
          "closing {}: it does not read; {} bytes are waiting for it",
          remoteAddress,
          pendingBytes());
      Channels.close(channel);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    state = State.CLOSING;
    cancelWatch();
    outbound.failAll(new ClosedChannelException());
    if (handlerKnows) {
      handlerKnows = false;
      handler.closed(this);
    }
  }

  private void cancelWatch() {
    ScheduledFuture<?> current = watch;
    if (current != null) {
      current.cancel(false);
      watch = null;
    }
  }

  private void logStranger(String what) {
    long leftOut = strangers.take();
    if (leftOut == 0) {
      LOG.warn("closing connection from {}: {}", remoteAddress, what);
    } else if (leftOut > 0) {
      LOG.warn(
          "closing connection from {}: {} ({} similar lines were left out)",
          remoteAddress,
          what,
          leftOut);
    }
  }

  @Override
  public String toString() {
    return remoteAddress;
  }

  /** One message on its way out. */
  private final class Sending implements Outgoing {
    private final long requestId;
    private final Message message;

    Sending(long requestId, Message message) {
      this.requestId = requestId;
      this.message = message;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public long beforeEncoding() {
      if (state == State.HELLO_ASKED && requestId == helloId && message instanceof Response) {
        helloAnswered(message);
      }
      if (pendingBytes() > options.maxPendingBytes()) {
        LOG.warn("closing {}: {} bytes are waiting for it", remoteAddress, pendingBytes());
        Channels.close(channel);
      }
      return requestId;
    }

    @Override
    public void failed(Exception reason) {
      if (!(reason instanceof ProtocolException)) {
        return; // The connection is gone; RpcHandler.closed says so.
      }
      LOG.error(
          "could not send {} to {}", message.getClass().getSimpleName(), remoteAddress, reason);
      if (message instanceof Response) {
        respond(
            requestId, Refused.of(RefusalCode.BAD_REQUEST, String.valueOf(reason.getMessage())));
      }
    }
  }
}

package io.attx.transport;

import io.attx.AttxException;
import io.attx.CoordinatorUnavailableException;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Message;
import io.attx.protocol.Ping;
import io.attx.protocol.Push;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.codec.Frame;
import io.attx.protocol.codec.ProtocolException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a coordinator: many requests under way, each with a time-out; heart-beats once
 * the hello is accepted; a peer that went silent is noticed. Thread-safe; never blocks. It does not
 * reconnect: what was under way fails with {@link ConnectionLostException}.
 */
public final class RpcClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
  private static final long SWEEP_MILLIS = 25;

  /** What happens without being asked for. Called on the I/O thread. */
  public interface Listener {
    /** A one-way message arrived. */
    void push(RpcClient client, Push push);

    /**
     * The connection is gone. Called once, before the requests under way fail, for connections that
     * were established.
     */
    void closed(RpcClient client, Throwable reason);
  }

  /** Takes what becomes of one request; exactly one of the methods is called, on the I/O thread. */
  public interface ResponseHandler {
    /**
     * The answer.
     *
     * @param sentNanos when the request left, on the scale of the client's clock
     */
    void answered(Response response, long sentNanos);

    /**
     * No answer: {@link ConnectionLostException}, {@link CoordinatorUnavailableException} when the
     * time is over, {@link ProtocolException} when the request does not fit into a frame.
     */
    void failed(AttxException reason);
  }

  private final Channel channel;
  private final HostPort address;
  private final FrameDecoder decoder;
  private final Listener listener;
  private final LongSupplier nanoClock;
  private final OutboundQueue outbound;
  private final Handler handler = new Handler();

  // The rest lives on the I/O thread.
  private final LongObjectMap<Call> underWay = new LongObjectHashMap<>();
  private long lastId;
  private long heartbeatNanos = Long.MAX_VALUE;
  private long lastReadNanos;
  private long lastWriteNanos;
  private @Nullable Throwable closeReason;
  private @Nullable ScheduledFuture<?> sweeping;

  RpcClient(
      Channel channel,
      HostPort address,
      FrameDecoder decoder,
      Listener listener,
      LongSupplier nanoClock) {
    this.channel = channel;
    this.address = address;
    this.decoder = decoder;
    this.listener = listener;
    this.nanoClock = nanoClock;
    this.outbound = new OutboundQueue(channel);
    this.lastReadNanos = nanoClock.getAsLong();
    this.lastWriteNanos = lastReadNanos;
  }

  ChannelHandler handler() {
    return handler;
  }

  /** The server. */
  public HostPort address() {
    return address;
  }

  /** Sends a request. */
  public void send(Request request, Duration timeout, ResponseHandler responses) {
    outbound.offer(new Call(request, nanoClock.getAsLong() + timeout.toNanos(), responses));
  }

  /** Sends a request; for callers that need no details. */
  public CompletableFuture<Response> request(Request request, Duration timeout) {
    CompletableFuture<Response> result = new CompletableFuture<>();
    send(
        request,
        timeout,
        new ResponseHandler() {
          @Override
          public void answered(Response response, long sentNanos) {
            result.complete(response);
          }

          @Override
          public void failed(AttxException reason) {
            result.completeExceptionally(reason);
          }
        });
    return result;
  }

  /** Closes the connection. Idempotent. */
  @Override
  public void close() {
    Channels.close(channel);
  }

  /** Closes the connection and keeps the reason for those who wait. On the I/O thread. */
  private void close(Throwable reason) {
    if (closeReason == null) {
      closeReason = reason;
    }
    Channels.close(channel);
  }

  private void arrived(Frame frame) {
    lastReadNanos = nanoClock.getAsLong();
    Message message = frame.message();
    if (message instanceof Push push) {
      listener.push(this, push);
    } else if (message instanceof Response response) {
      if (response instanceof HelloAccepted accepted) {
        decoder.trustPeer();
        heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, accepted.heartbeatMillis()));
      }
      Call call = underWay.remove(frame.requestId());
      if (call != null) {
        call.responses.answered(response, call.sentNanos);
      } else {
        LOG.debug("answer {} from {} came too late: {}", frame.requestId(), address, response);
      }
    } else {
      close(
          new AttxException(
              "the coordinator at "
                  + address
                  + " sent a request: "
                  + message.getClass().getSimpleName()));
    }
  }

  /** Time-outs and heart-beats. */
  private void sweep() {
    long now = nanoClock.getAsLong();
    if (!underWay.isEmpty()) {
      List<Call> overdue = new ArrayList<>();
      underWay
          .values()
          .forEach(
              call -> {
                if (now - call.deadlineNanos >= 0) {
                  overdue.add(call);
                }
              });
      for (Call call : overdue) {
        underWay.remove(call.id);
        call.responses.failed(
            new CoordinatorUnavailableException(
                "the coordinator at "
                    + address
                    + " did not answer "
                    + call.request.getClass().getSimpleName()
                    + " in time",
                null));
      }
    }
    if (heartbeatNanos == Long.MAX_VALUE) {
      return;
    }
    if (now - lastReadNanos > 3 * heartbeatNanos) {
      close(
          new CoordinatorUnavailableException(
              "the coordinator at "
                  + address
                  + " was silent for "
                  + TimeUnit.NANOSECONDS.toMillis(now - lastReadNanos)
                  + " ms",
              null));
    } else if (now - lastWriteNanos > heartbeatNanos / 2
        || (now - lastReadNanos > heartbeatNanos && now - lastWriteNanos > heartbeatNanos / 4)) {
      lastWriteNanos = now;
      send(new Ping(), Duration.ofNanos(3 * heartbeatNanos), IGNORE);
    }
  }

  private static final ResponseHandler IGNORE =
      new ResponseHandler() {
        @Override
        public void answered(Response response, long sentNanos) {}

        @Override
        public void failed(AttxException reason) {}
      };

  private ConnectionLostException lost(@Nullable Throwable reason) {
    return new ConnectionLostException(
        "the connection to the coordinator at "
            + address
            + " was lost"
            + (reason == null ? "" : ": " + reason.getMessage()),
        reason);
  }

  /** Takes what Netty reports. */
  final class Handler extends ChannelInboundHandlerAdapter {
    RpcClient client() {
      return RpcClient.this;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      sweeping =
          channel
              .eventLoop()
              .scheduleWithFixedDelay(
                  RpcClient.this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      arrived((Frame) read);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
      Throwable cause = thrown instanceof DecoderException ? thrown.getCause() : thrown;
      if (cause instanceof ProtocolException) {
        LOG.error(
            "closing the connection to {}: {}; is another program listening there?",
            address,
            cause.getMessage());
      } else if (!(cause instanceof IOException)) {
        LOG.error("closing the connection to {} after an internal failure", address, thrown);
      }
      close(cause == null ? thrown : cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ScheduledFuture<?> sweeps = sweeping;
      if (sweeps != null) {
        sweeps.cancel(false);
      }
      ConnectionLostException reason = lost(closeReason);
      listener.closed(RpcClient.this, reason);
      outbound.failAll(reason);
      List<Call> abandoned = new ArrayList<>(underWay.values());
      underWay.clear();
      for (Call call : abandoned) {
        call.responses.failed(reason);
      }
    }
  }

  /** One request. */
  private final class Call implements Outgoing {
    private final Request request;
    private final long deadlineNanos;
    private final ResponseHandler responses;
    private long id;
    private long sentNanos;

    Call(Request request, long deadlineNanos, ResponseHandler responses) {
      this.request = request;
      this.deadlineNanos = deadlineNanos;
      this.responses = responses;
    }

    @Override
    public Message message() {
      return request;
    }

    @Override
    public long beforeEncoding() {
      id = ++lastId;
      sentNanos = nanoClock.getAsLong();
      lastWriteNanos = sentNanos;
      underWay.put(id, this);
      return id;
    }

    @Override
    public void failed(Exception reason) {
      underWay.remove(id);
      responses.failed(reason instanceof ProtocolException known ? known : lost(reason));
    }
  }
}

package io.attx.transport;

import io.attx.protocol.Limits;
import io.attx.protocol.codec.Frame;
import io.attx.protocol.codec.FrameCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts bytes into frames. Starts with the small limit of an unknown peer. */
final class FrameDecoder extends ByteToMessageDecoder {
  private int maxFrameBytes = Limits.MAX_HELLO_FRAME_BYTES;
  private boolean broken;

  /** The peer is known from now on. On the event loop. */
  void trustPeer() {
    maxFrameBytes = Limits.MAX_FRAME_BYTES;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    // A failure leaves no way to find the next frame: whatever follows is thrown away.
    broken = true;
    Frame frame = FrameCodec.read(in, maxFrameBytes);
    broken = false;
    if (frame != null) {
      out.add(frame);
    }
  }
}

package io.attx.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.attx.BranchId;
import io.attx.BranchType;
import io.attx.GlobalStatus;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.Limits;
import io.attx.protocol.Message;
import io.attx.protocol.Push;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Request;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionDecided;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {
  private static final long REQUEST_ID = 0x1122334455667788L;

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = new LinkedHashMap<>();
    try (InputStream in = FrameCodecTest.class.getResourceAsStream("/wire/v1.txt")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.startsWith("#")) {
          golden.put(line.split(" ")[0], line.split(" ")[1]);
        }
      }
    }
    return golden;
  }

  static Stream<String> names() {
    return Samples.all().keySet().stream();
  }

  private static long idFor(Message message) {
    return message instanceof Push ? 0 : REQUEST_ID;
  }

  private static byte[] encode(Message message) {
    ByteBuf out = Unpooled.buffer();
    FrameCodec.write(out, idFor(message), message);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  private static Frame decode(byte[] bytes) {
    return FrameCodec.read(Unpooled.wrappedBuffer(bytes), Limits.MAX_FRAME_BYTES);
  }

  @ParameterizedTest
  @MethodSource("names")
  void bytesAreTheGoldenOnes(String name) throws IOException {
    assertThat(HexFormat.of().formatHex(encode(Samples.all().get(name))))
        .isEqualTo(golden().get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void goldenBytesAreReadAsTheMessage(String name) throws IOException {
    Message message = Samples.all().get(name);

    Frame frame = decode(HexFormat.of().parseHex(golden().get(name)));

    assertThat(frame.message()).isEqualTo(message);
    assertThat(frame.requestId()).isEqualTo(idFor(message));
  }

  @Test
  void everyKindOfMessageHasASample() {
    Set<Class<?>> kinds = new HashSet<>();
    for (Class<?> side : List.of(Request.class, Response.class, Push.class)) {
      kinds.addAll(Arrays.asList(side.getPermittedSubclasses()));
    }
    Set<Class<?>> sampled = new HashSet<>();
    Samples.all().values().forEach(message -> sampled.add(message.getClass()));

    assertThat(sampled).isEqualTo(kinds);
  }

  @Test
  void framesThatArriveInPiecesAreReadWhenTheyAreComplete() {
    byte[] bytes = encode(Samples.all().get("RegisterBranch"));
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf part = Unpooled.wrappedBuffer(bytes, 0, length);
      assertThat(FrameCodec.read(part, Limits.MAX_FRAME_BYTES)).as("%s bytes", length).isNull();
      assertThat(part.readerIndex()).isZero();
    }
    assertThat(decode(bytes)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "474554202f20485454502f312e310d0a, 'begin with \"GET / HTTP/1.1\\x0d\\x0a\"'",
    "160301020001, looks like TLS",
    "ffffffff0000, not the attx protocol",
  })
  void strangersAreRecognisedByTheirFirstSixBytes(String hex, String expected) {
    assertThatThrownBy(() -> decode(HexFormat.of().parseHex(hex)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(expected)
        .extracting(e -> ((ProtocolException) e).kind())
        .isEqualTo(ProtocolException.Kind.NOT_OUR_PROTOCOL);
  }

  @Test
  void anotherLayoutVersionIsToldApartAndKeepsItsRequestId() {
    byte[] bytes = encode(Samples.all().get("Ping"));
    bytes[6] = 9;

    ProtocolException wrong = (ProtocolException) catchThrowable(() -> decode(bytes));

    assertThat(wrong.kind()).isEqualTo(ProtocolException.Kind.FRAME_VERSION);
    assertThat(wrong.requestId()).isEqualTo(REQUEST_ID);
    assertThat(wrong).hasMessageContaining("version 9");
  }

  @ParameterizedTest
  @CsvSource({"7fffffff", "ffffffff", "80000000", "00001ffd"})
  void aLengthOverTheLimitIsRefusedBeforeAnythingIsAllocated(String length) {
    byte[] bytes = encode(Samples.all().get("Ping"));
    System.arraycopy(HexFormat.of().parseHex(length), 0, bytes, 0, 4);

    ProtocolException wrong =
        (ProtocolException)
            catchThrowable(
                () -> FrameCodec.read(Unpooled.wrappedBuffer(bytes), Limits.MAX_HELLO_FRAME_BYTES));

    assertThat(wrong.kind()).isEqualTo(ProtocolException.Kind.FRAME_TOO_LARGE);
    assertThat(wrong.requestId()).isEqualTo(REQUEST_ID);
  }

  @ParameterizedTest
  @CsvSource({
    // body of Done, then what is wrong with it
    "21, the message ends early",
    "2100aa, 1 bytes follow the end",
    "21ffffffffffffffffff7f, longer than 64 bits",
    "63, unknown message number 99",
    "ff, unknown message number 255",
    "22, the message ends early",
    // BranchFates: an unknown constant, a list that cannot fit, a list over the limit
    "240109, unknown constant 9 of BranchFate",
    "240a00, a list of 10 elements cannot fit in 1 bytes",
    "24ffffff7f00, longer than the limit of 200000",
    "2480808080802000, out of range",
    // Refused: bad UTF-8, a string longer than what is left, over the limit, a boolean of 2
    "2506 02 c328 00 00, not valid UTF-8",
    "2506 7f 61, bytes are missing",
    "2506 81 80 01 61, longer than the limit of 16384",
    "2506 00 02, a boolean is 0 or 1",
    // PhaseTwoResults with a bad digest, over a list's own bound, and with too much in one case
    "0c 01 0000000000000001 01 01 01 01 01 72 02 00 00 01 00 00 02 3132 00 00 00 00 00 00, named by 8 to 64",
    "0c 01 0000000000000001 01 01 01 01 01 72 02 00 00 65 00, longer than the limit of 100",
    // ResolveBranch with the number 0, FetchedValue with an unknown kind
    "43 00 0000000000000001 01 01 01 01 01 72 00 00 00 00 00 00, resolution 0",
    "0d 01 03 00 00 00, unknown constant 3 of Kind",
    // QueryTransaction with an xid of zeros
    "0a 0000000000000000 00 00, xid parts must be positive",
  })
  void malformedBodiesAreRefusedWithAClearMessage(String body, String expected) {
    byte[] content = HexFormat.of().parseHex(body.replace(" ", ""));
    int number = content[0] & 0xff;
    int kind = number < 32 ? 1 : number < 64 ? 2 : 3;
    ByteBuf frame = Unpooled.buffer();
    frame.writeInt(12 + content.length).writeShort(0xA77C).writeByte(1).writeByte(kind);
    frame.writeLong(5).writeBytes(content);

    ProtocolException wrong =
        (ProtocolException) catchThrowable(() -> FrameCodec.read(frame, Limits.MAX_FRAME_BYTES));

    assertThat(wrong).hasMessageContaining(expected);
    assertThat(wrong.kind()).isEqualTo(ProtocolException.Kind.MALFORMED);
    assertThat(wrong.requestId()).isEqualTo(5);
  }

  @Test
  void aMessageInAFrameOfAnotherKindIsRefused() {
    byte[] bytes = encode(Samples.all().get("Ping"));
    bytes[7] = 2;

    assertThatThrownBy(() -> decode(bytes)).hasMessageContaining("Ping in a frame of kind 2");
  }

  @Test
  void textsForPeopleAreCutAtTheLimitBetweenCharacters() {
    String text = "€".repeat(Limits.MAX_STRING_BYTES);

    Refused read = (Refused) decode(encode(Refused.of(RefusalCode.BAD_REQUEST, text))).message();

    assertThat(read.message()).isEqualTo("€".repeat(Limits.MAX_STRING_BYTES / 3));
  }

  @Test
  void aNameThatIsTooLongIsRefusedByTheSenderAndNothingIsWritten() {
    ByteBuf out = Unpooled.buffer();
    out.writeByte(1);
    ResourceAnnouncement tooLong =
        new ResourceAnnouncement(new ResourceId("r"), "x".repeat(Limits.MAX_STRING_BYTES + 1), "d");

    assertThatThrownBy(
            () ->
                FrameCodec.write(out, 1, new io.attx.protocol.AnnounceResources(List.of(tooLong))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("longer than the limit of 16384");
    assertThat(out.readableBytes()).isEqualTo(1);
  }

  @Test
  void aMessageThatIsLargerThanAFrameIsRefusedByTheSender() {
    RowLockKey key = RowLockKey.ofBytes(new byte[1_000]);
    List<LockRequest> locks = Collections.nCopies(20_000, new LockRequest(key, LockMode.UPDATE));
    RegisterBranch huge =
        new RegisterBranch(
            new Xid(1, 1, 1),
            null,
            new BranchId(1, 1),
            BranchType.AT,
            new ResourceId("r"),
            locks,
            0,
            false);

    assertThatThrownBy(() -> FrameCodec.write(Unpooled.buffer(), 1, huge))
        .isInstanceOf(ProtocolException.class)
        .extracting(e -> ((ProtocolException) e).kind())
        .isEqualTo(ProtocolException.Kind.FRAME_TOO_LARGE);
  }

  @Test
  void damagedFramesAreReadOrRefusedButNeverFailInAnotherWay() {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    List<byte[]> frames = Samples.all().values().stream().map(FrameCodecTest::encode).toList();
    int refused = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        bytes[16 + random.nextInt(bytes.length - 16)] = (byte) random.nextInt(256);
      }
      try {
        decode(bytes);
      } catch (ProtocolException expected) {
        refused++;
      } catch (Throwable other) {
        throw new AssertionError(
            "seed " + seed + ", frame " + HexFormat.of().formatHex(bytes), other);
      }
    }
    assertThat(refused).as("seed %s", seed).isGreaterThan(10_000);
  }

  @Test
  void garbageIsNeverAMessageAndNeverFailsInAnotherWay() {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      garbageIsRefused(bytes, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void garbageThatHappensToCarryTheMagicIsRefusedToo() {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[6 + random.nextInt(58)];
      random.nextBytes(bytes);
      bytes[4] = (byte) 0xA7;
      bytes[5] = 0x7C;
      garbageIsRefused(bytes, "seed " + seed + ", round " + round);
    }
  }

  /**
   * Bytes whose header is not there yet are waited for; all others are refused: as a stranger's
   * where the magic is missing, else for whatever comes first. (A random magic is right once in
   * 65,536.)
   */
  private static void garbageIsRefused(byte[] bytes, String what) {
    boolean magic = bytes.length >= 6 && bytes[4] == (byte) 0xA7 && bytes[5] == 0x7C;
    try {
      assertThat(decode(bytes)).as(what).isNull();
      assertThat(bytes.length < 6 || magic).as(what).isTrue();
    } catch (ProtocolException refused) {
      assertThat(refused.kind() == ProtocolException.Kind.NOT_OUR_PROTOCOL)
          .as("%s: %s", what, refused)
          .isNotEqualTo(magic);
    }
  }

  @Test
  void statusesKeepTheirPositions() {
    // One constant of each enumeration that grows; the golden bytes pin the others.
    assertThat(
            decode(encode(new TransactionDecided(new Xid(1, 1, 1), GlobalStatus.UNKNOWN)))
                .message())
        .isEqualTo(new TransactionDecided(new Xid(1, 1, 1), GlobalStatus.UNKNOWN));
    assertThat(encode(new TransactionDecided(new Xid(1, 1, 1), GlobalStatus.UNKNOWN)))
        .endsWith((byte) 6);
    assertThat(encode(Refused.of(RefusalCode.CLONED_RESOURCE, ""))[17]).isEqualTo((byte) 12);
  }
}

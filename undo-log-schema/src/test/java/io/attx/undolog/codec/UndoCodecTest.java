package io.attx.undolog.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.io.Output;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UndoCodecTest {
  private static final long MAX = 4 << 20;
  private final UndoCodec codec = new UndoCodec(MAX, 1024);

  @Test
  void version1OfAnUpdateIsWrittenByteForByteAsTheGoldenFileSays() throws Exception {
    assertThat(codec.encode(UndoLogs.oneUpdate())).isEqualTo(golden("v1-update"));
  }

  @Test
  void version1OfEveryKindOfValueIsWrittenByteForByteAsTheGoldenFileSays() throws Exception {
    assertThat(codec.encode(UndoLogs.mixed())).isEqualTo(golden("v1-mixed"));
  }

  @Test
  void version1StaysReadable() throws Exception {
    assertThat(codec.decode(golden("v1-update"))).isEqualTo(UndoLogs.oneUpdate());
    assertThat(codec.decode(golden("v1-mixed"))).isEqualTo(UndoLogs.mixed());
  }

  @Test
  void anUpdateOfOneRowWithTwoColumnsTakesFarLessThanTwoHundredBytes() throws Exception {
    assertThat(codec.encode(UndoLogs.oneUpdate()).length).isLessThan(80);
  }

  @Test
  void namesAreWrittenOncePerRecordHoweverManyEntriesUseThem() throws Exception {
    UndoEntry entry = UndoLogs.oneUpdate().entries().get(0);
    byte[] two = codec.encode(new UndoLog(List.of(entry, entry)));
    assertThat(two.length - golden("v1-update").length).isLessThan(16);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 20261120})
  void everyRandomRecordComesBackEqual(long seed) throws Exception {
    for (int i = 0; i < 300; i++) {
      UndoLog log = UndoLogs.random(new Random(seed * 1000 + i));
      assertThat(codec.decode(codec.encode(log))).as("seed %d.%d", seed, i).isEqualTo(log);
    }
  }

  @Test
  void aLongRecordIsDeflatedAndComesBackEqual() throws Exception {
    UndoLog log = longLog("abcdefghij".repeat(20_000));
    byte[] payload = codec.encode(log);
    assertThat(payload[1]).isEqualTo((byte) 1);
    assertThat(payload.length).isLessThan(10_000);
    assertThat(codec.decode(payload)).isEqualTo(log);
  }

  @Test
  void aRecordThatDeflateWouldMakeLongerStaysPlain() throws Exception {
    byte[] noise = new byte[100_000];
    new Random(7).nextBytes(noise);
    UndoLog log = longLog(new ColumnValue.Bytes(noise));
    byte[] payload = codec.encode(log);
    assertThat(payload[1]).isEqualTo((byte) 0);
    assertThat(codec.decode(payload)).isEqualTo(log);
  }

  @Test
  void aRecordAboveTheLimitIsRefusedWhenItIsWritten() {
    assertThatThrownBy(() -> codec.encode(longLog("x".repeat((int) MAX))))
        .isInstanceOf(UndoTooLargeException.class)
        .hasMessageContaining("4194304 bytes");
  }

  @Test
  void aRecordAboveTheLimitIsRefusedWhenItIsReadBeforeItIsInflated() throws Exception {
    byte[] payload = new UndoCodec(MAX, 1024).encode(longLog("x".repeat(1 << 20)));
    assertThatThrownBy(() -> new UndoCodec(1 << 19, 1024).decode(payload))
        .isInstanceOf(UndoFormatException.class)
        .hasMessageContaining("claims to hold");
  }

  @Test
  void aClaimThatDeflateCannotReachIsRefusedBeforeItIsAllocated() {
    Output bomb = new Output(64);
    bomb.writeByte(1);
    bomb.writeByte(1);
    bomb.writeInt(0);
    bomb.writeVarInt((int) MAX, true);
    bomb.writeByte(0);
    assertRefused(sealed(bomb.toBytes()), "claims to hold");
  }

  @Test
  void aNewerVersionIsRefusedByName() throws Exception {
    byte[] payload = codec.encode(UndoLogs.oneUpdate());
    payload[0] = 2;
    assertRefused(payload, "format version 2");
  }

  @Test
  void aCountThatTheBytesCannotHoldIsRefusedBeforeItIsAllocated() {
    Output body = new Output(64);
    body.writeByte(1);
    body.writeByte(0);
    body.writeInt(0);
    body.writeVarInt(Integer.MAX_VALUE, true);
    assertRefused(sealed(body.toBytes()), "claims 2147483647 entries");
  }

  @Test
  void anyOneBitFlippedIsNoticed() throws Exception {
    byte[] payload = codec.encode(UndoLogs.mixed());
    for (int bit = 0; bit < payload.length * 8; bit++) {
      byte[] damaged = payload.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      int position = bit;
      assertThatThrownBy(() -> codec.decode(damaged))
          .as("bit %d", position)
          .isInstanceOf(UndoFormatException.class);
    }
  }

  @Test
  void aCutRecordIsNoticedAtEveryLength() throws Exception {
    byte[] payload = codec.encode(UndoLogs.mixed());
    for (int length = 0; length < payload.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(payload, length);
      assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(UndoFormatException.class);
      if (length >= UndoCodec.HEADER_BYTES) {
        UndoCodec.writeChecksum(cut);
        assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(UndoFormatException.class);
      }
    }
  }

  /** Damage behind a right checksum: a hostile or buggy writer. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 20261121})
  void damageBehindARightChecksumIsRefusedOrReadAsAnotherRecordButNothingElse(long seed)
      throws Exception {
    for (int i = 0; i < 3000; i++) {
      Random random = new Random(seed * 10_000 + i);
      byte[] payload = new UndoCodec(MAX, i % 3 == 0 ? 0 : 1024).encode(UndoLogs.random(random));
      int hits = 1 + random.nextInt(4);
      for (int hit = 0; hit < hits && payload.length > UndoCodec.HEADER_BYTES; hit++) {
        int at = UndoCodec.HEADER_BYTES + random.nextInt(payload.length - UndoCodec.HEADER_BYTES);
        payload[at] = (byte) random.nextInt(256);
      }
      UndoCodec.writeChecksum(payload);
      try {
        UndoLog read = codec.decode(payload);
        assertThat(codec.decode(codec.encode(read))).as("seed %d.%d", seed, i).isEqualTo(read);
      } catch (UndoFormatException refused) {
        assertThat(refused.getMessage()).as("seed %d.%d", seed, i).startsWith("undo ");
      } catch (RuntimeException | Error other) {
        throw new AssertionError("seed " + seed + "." + i, other);
      }
    }
  }

  @Test
  void chunksJoinToThePayloadTheyWereCutFrom() throws Exception {
    byte[] payload = new byte[1000];
    new Random(3).nextBytes(payload);
    for (int size : new int[] {1, 7, 499, 500, 999, 1000, 1001}) {
      List<byte[]> chunks = Chunks.split(payload, size);
      assertThat(chunks).hasSize((1000 + size - 1) / size);
      assertThat(chunks).allMatch(chunk -> chunk.length <= size);
      assertThat(Chunks.join(chunks, chunks.size())).isEqualTo(payload);
    }
    assertThat(Chunks.split(payload, 1000).get(0)).isSameAs(payload);
  }

  @Test
  void aMissingChunkIsNoticed() {
    List<byte[]> chunks = new ArrayList<>(Chunks.split(new byte[100], 10));
    chunks.remove(4);
    assertThatThrownBy(() -> Chunks.join(chunks, 10))
        .isInstanceOf(UndoFormatException.class)
        .hasMessageContaining("9 chunks, but chunk 0 says 10");
  }

  private void assertRefused(byte[] payload, String message) {
    assertThatThrownBy(() -> codec.decode(payload))
        .isInstanceOf(UndoFormatException.class)
        .hasMessageContaining(message);
  }

  private static byte[] sealed(byte[] payload) {
    UndoCodec.writeChecksum(payload);
    return payload;
  }

  private static UndoLog longLog(String value) {
    return longLog(UndoLogs.text(value));
  }

  private static UndoLog longLog(ColumnValue value) {
    UndoEntry entry = UndoLogs.oneUpdate().entries().get(0);
    return new UndoLog(
        List.of(
            new UndoEntry(
                entry.kind(),
                entry.table(),
                entry.columns(),
                List.of(UndoLogs.row(UndoLogs.text("1"), value)),
                entry.after())));
  }

  private static byte[] golden(String name) throws Exception {
    try (InputStream file = UndoCodecTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        for (String hex : line.replaceAll("#.*", "").trim().split("\\s+")) {
          if (!hex.isEmpty()) {
            bytes.write(Integer.parseInt(hex, 16));
          }
        }
      }
      return bytes.toByteArray();
    }
  }
}

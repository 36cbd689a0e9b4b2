package io.attx.coordinator.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;

/** A machine that counts and hashes what it applied; its snapshot holds both. */
final class RecordingMachine implements LogMachine {
  final List<byte[]> applied = new CopyOnWriteArrayList<>();
  final List<Long> indexes = new CopyOnWriteArrayList<>();
  final List<Boolean> leadership = new CopyOnWriteArrayList<>();
  final List<Throwable> failures = new CopyOnWriteArrayList<>();
  volatile long count;
  volatile long hash;
  volatile int restores;
  volatile RuntimeException failNextApply;

  static long hash(long before, byte[] entry) {
    CRC32 crc = new CRC32();
    crc.update(entry);
    return before * 31 + crc.getValue();
  }

  @Override
  public CompletableFuture<Void> apply(long index, byte[] entry) {
    RuntimeException failure = failNextApply;
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    indexes.add(index);
    applied.add(entry);
    count++;
    hash = hash(hash, entry);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<byte[]> snapshot() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(count);
      out.writeLong(hash);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CompletableFuture.completedFuture(bytes.toByteArray());
  }

  @Override
  public void restore(byte[] snapshot) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot))) {
      count = in.readLong();
      hash = in.readLong();
      restores++;
    } catch (IOException e) {
      throw new UncheckedIOException(Arrays.toString(snapshot), e);
    }
  }

  @Override
  public void leadershipChanged(boolean leader) {
    leadership.add(leader);
  }

  @Override
  public void failed(Throwable failure) {
    failures.add(failure);
  }
}

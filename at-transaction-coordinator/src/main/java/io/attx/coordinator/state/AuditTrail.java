package io.attx.coordinator.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What people did, in order. Entries are added and, beyond a bound, the oldest ones dropped; their
 * numbers tell how many. Part of the replicated state. Not thread-safe.
 */
public final class AuditTrail {
  /** How many entries are kept at most. */
  public static final int MAX_ENTRIES = 10_000;

  /** How many characters the kept entries have at most, roughly. */
  static final long MAX_CHARACTERS = 16L * 1024 * 1024;

  private final ArrayDeque<AuditEntry> entries = new ArrayDeque<>();
  private long next = 1;
  private String digest = "";
  private long characters;

  /** Adds an entry; its number and digest are given here. */
  AuditEntry add(AuditEntry draft) {
    AuditEntry entry =
        new AuditEntry(
            next++,
            draft.atMillis(),
            draft.event(),
            draft.operator(),
            draft.reason(),
            draft.xid(),
            draft.branch(),
            draft.resolution(),
            draft.rows(),
            draft.others(),
            draft.outcome(),
            "");
    entry = entry.withDigest(digestOf(digest, entry));
    digest = entry.digest();
    keep(entry);
    return entry;
  }

  /** Puts back what a snapshot kept. */
  void restore(long nextNumber, String lastDigest, List<AuditEntry> kept) {
    next = nextNumber;
    digest = lastDigest;
    kept.forEach(this::keep);
  }

  private void keep(AuditEntry entry) {
    entries.add(entry);
    characters += entry.characters();
    while (entries.size() > MAX_ENTRIES || (characters > MAX_CHARACTERS && entries.size() > 1)) {
      characters -= entries.remove().characters();
    }
  }

  /** The digest of an entry that follows one with the digest {@code before}. */
  static String digestOf(String before, AuditEntry entry) {
    ByteWriter out = new ByteWriter();
    CaseCodec.writeAudit(out, entry.withDigest(""));
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(before.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(sha.digest(out.toBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The number that the next entry gets. */
  public long next() {
    return next;
  }

  /** The digest of the last entry; empty before the first. */
  String digest() {
    return digest;
  }

  /** The kept entries; for snapshots. */
  Iterable<AuditEntry> kept() {
    return entries;
  }

  int size() {
    return entries.size();
  }

  /** Entries with a number above {@code after}, oldest first, at most {@code limit}. */
  public List<AuditEntry> after(long after, int limit) {
    List<AuditEntry> found = new ArrayList<>();
    for (AuditEntry entry : entries) {
      if (found.size() >= limit) {
        break;
      }
      if (entry.number() > after) {
        found.add(entry);
      }
    }
    return found;
  }
}

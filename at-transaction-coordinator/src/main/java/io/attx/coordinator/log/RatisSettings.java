package io.attx.coordinator.log;

import io.attx.transport.HostPort;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * The settings of Ratis that the promises depend on. Each default of Ratis that matters is pinned,
 * so that a new version cannot change it.
 */
final class RatisSettings {
  private static final TimeDuration NEVER = TimeDuration.valueOf(365, TimeUnit.DAYS);

  private RatisSettings() {}

  static RaftProperties properties(RatisLogOptions options, DataDirectory directory) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.raft().toFile()));
    durability(properties);
    sizes(properties, options);
    elections(properties, options);
    boundedMemory(properties);
    network(properties, options);
    return properties;
  }

  private static void durability(RaftProperties properties) {
    // Both would let the flush index move before the channel was forced.
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    // The flush of the segment directory is awaited before that of the segment.
    RaftServerConfigKeys.Log.StateMachineData.setSync(properties, true);
    // Would append, and force, a second entry for every commit.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    // RatisMachine decides when; see there.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
  }

  private static void sizes(RaftProperties properties, RatisLogOptions options) {
    SizeInBytes segment = SizeInBytes.valueOf(options.segmentBytes());
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segment);
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(options.segmentBytes(), 4L << 20)));
    SizeInBytes entry = SizeInBytes.valueOf(SegmentFile.MAX_ENTRY_BYTES);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, entry);
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(SegmentFile.MAX_ENTRY_BYTES + 64L));
    RaftServerConfigKeys.Log.setQueueByteLimit(
        properties, SizeInBytes.valueOf(4L * SegmentFile.MAX_ENTRY_BYTES));
    RaftServerConfigKeys.Write.setByteLimit(
        properties, SizeInBytes.valueOf(4L * SegmentFile.MAX_ENTRY_BYTES));
  }

  private static void elections(RaftProperties properties, RatisLogOptions options) {
    long millis = options.electionTimeout().toMillis();
    TimeDuration min = TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    TimeDuration max = TimeDuration.valueOf(2 * millis, TimeUnit.MILLISECONDS);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, min);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, max);
    // A long pause of the process must not close the log: it goes on where it was.
    RaftServerConfigKeys.setCloseThreshold(properties, NEVER);
    if (options.cluster() == null) {
      // Nobody else can win: no need to wait for anybody, and no need to step down after a pause.
      RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
          properties, TimeDuration.valueOf(10, TimeUnit.MILLISECONDS));
      RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
          properties, TimeDuration.valueOf(20, TimeUnit.MILLISECONDS));
      RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, NEVER);
    } else {
      // A leader that reaches no majority fails what waits, so that its clients look elsewhere.
      RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
          properties, TimeDuration.valueOf(3 * millis, TimeUnit.MILLISECONDS));
      // A node that was cut off must not disturb the others with a higher term when it is back.
      RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    }
  }

  private static void boundedMemory(RaftProperties properties) {
    // Nothing is ever sent twice under one call id, so answers need not be remembered.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
  }

  private static void network(RaftProperties properties, RatisLogOptions options) {
    RatisLogOptions.Cluster cluster = options.cluster();
    if (cluster == null) {
      RaftConfigKeys.Rpc.setType(properties, new LocalRpc());
      return;
    }
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        properties, SizeInBytes.valueOf(1L << 20));
    GrpcConfigKeys.setMessageSizeMax(
        properties, SizeInBytes.valueOf(SegmentFile.MAX_ENTRY_BYTES + (1L << 20)));
    HostPort own = HostPort.parse(cluster.own().raftAddress());
    GrpcConfigKeys.Server.setHost(properties, own.host());
    GrpcConfigKeys.Server.setPort(properties, own.port());
  }
}

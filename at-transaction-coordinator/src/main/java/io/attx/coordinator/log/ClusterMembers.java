package io.attx.coordinator.log;

import io.attx.coordinator.log.RatisLogOptions.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.util.ProtoUtils;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * The members of a running cluster, as its nodes tell them. A change is a compare-and-set of the
 * whole membership in the cluster's own log, so two changes at once cannot undo each other. Needs
 * no data directory. Not thread-safe.
 */
public final class ClusterMembers {
  private static final TimeDuration REQUEST = TimeDuration.valueOf(3, TimeUnit.SECONDS);
  private static final TimeDuration PAUSE = TimeDuration.valueOf(200, TimeUnit.MILLISECONDS);
  private static final int QUESTIONS = 2;
  private static final int CHANGES = 100;

  private final UUID group;
  private final List<Peer> members;

  private ClusterMembers(UUID group, List<Peer> members) {
    this.group = group;
    this.members = List.copyOf(members);
  }

  /**
   * Asks the nodes one after the other until one knows.
   *
   * @throws ClusterException when none answers
   */
  public static ClusterMembers find(List<Peer> nodes) {
    ClusterException nobody =
        new ClusterException(
            "None of the nodes "
                + nodes.stream().map(Peer::raftAddress).toList()
                + " knows its cluster. Is one of them running, and are these the addresses between"
                + " the nodes?",
            null);
    List<RaftPeer> known = nodes.stream().map(ClusterMembers::raftPeer).toList();
    try (RaftClient client = client(RaftGroupId.randomId(), known, QUESTIONS)) {
      for (RaftPeer node : known) {
        try {
          ClusterMembers found = ask(client, node.getId());
          if (found != null) {
            return found;
          }
        } catch (IOException | StatusRuntimeException unreachable) {
          nobody.addSuppressed(unreachable);
        }
      }
    } catch (IOException closing) {
      nobody.addSuppressed(closing);
    }
    throw nobody;
  }

  private static @Nullable ClusterMembers ask(RaftClient client, RaftPeerId node)
      throws IOException {
    for (RaftGroupId group : client.getGroupManagementApi(node).list().getGroupIds()) {
      GroupInfoReply info = client.getGroupManagementApi(node).info(group);
      List<Peer> members = new ArrayList<>();
      if (info.getConf().isPresent()) {
        for (RaftPeerProto peer : info.getConf().get().getPeersList()) {
          members.add(peer(ProtoUtils.toRaftPeer(peer)));
        }
      }
      if (!members.isEmpty()) {
        return new ClusterMembers(group.getUuid(), members);
      }
    }
    return null; // It is on its way into a cluster itself.
  }

  private static RaftClient client(RaftGroupId group, List<RaftPeer> peers, int attempts) {
    RaftProperties properties = new RaftProperties();
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, REQUEST);
    org.apache.ratis.RaftConfigKeys.Rpc.setType(
        properties, org.apache.ratis.rpc.SupportedRpcType.GRPC);
    return RaftClient.newBuilder()
        .setProperties(properties)
        .setRaftGroup(RaftGroup.valueOf(group, peers))
        .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(attempts, PAUSE))
        .build();
  }

  /** The Raft group. */
  UUID group() {
    return group;
  }

  /** Who takes part. */
  public List<Peer> members() {
    return members;
  }

  /** Whether this node takes part. */
  public boolean contains(String id) {
    return members.stream().anyMatch(member -> member.id().equals(id));
  }

  /**
   * Adds a node, which must be running with an empty log; returns when it has caught up and votes.
   *
   * @throws ClusterException when the cluster refuses, or no majority answers in time
   */
  void add(Peer node) {
    Map<String, Peer> wanted = byId();
    wanted.put(node.id(), node);
    change(new ArrayList<>(wanted.values()), "add the node " + node.id());
  }

  /**
   * Removes a node for good: it votes no more, and its data directory is worthless from then on.
   *
   * @throws ClusterException when it is not a member or the last one, when the cluster refuses, or
   *     when no majority answers in time
   */
  public void remove(String id) {
    Map<String, Peer> wanted = byId();
    if (wanted.remove(id) == null) {
      throw new ClusterException(
          "The node " + id + " is not a member; the members are " + byId().keySet(), null);
    }
    if (wanted.isEmpty()) {
      throw new ClusterException("The node " + id + " is the last one of its cluster", null);
    }
    change(new ArrayList<>(wanted.values()), "remove the node " + id);
  }

  private Map<String, Peer> byId() {
    Map<String, Peer> all = new LinkedHashMap<>();
    members.forEach(member -> all.put(member.id(), member));
    return all;
  }

  private void change(List<Peer> wanted, String what) {
    List<RaftPeer> current = members.stream().map(ClusterMembers::raftPeer).toList();
    SetConfigurationRequest.Arguments change =
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInCurrentConf(current)
            .setServersInNewConf(wanted.stream().map(ClusterMembers::raftPeer).toList())
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .build();
    try (RaftClient client = client(RaftGroupId.valueOf(group), current, CHANGES)) {
      RaftClientReply reply = client.admin().setConfiguration(change);
      if (!reply.isSuccess()) {
        throw new ClusterException(
            "The cluster did not " + what + ": " + reply.getException(), reply.getException());
      }
    } catch (IOException | StatusRuntimeException e) {
      throw new ClusterException("The cluster did not " + what + ": " + e.getMessage(), e);
    }
  }

  static RaftPeer raftPeer(Peer peer) {
    return RaftPeer.newBuilder()
        .setId(peer.id())
        .setAddress(peer.raftAddress())
        .setClientAddress(peer.clientAddress())
        .build();
  }

  private static Peer peer(RaftPeer peer) {
    return new Peer(peer.getId().toString(), peer.getAddress(), peer.getClientAddress());
  }
}

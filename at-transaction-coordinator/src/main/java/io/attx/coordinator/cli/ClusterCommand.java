package io.attx.coordinator.cli;

import io.attx.coordinator.log.ClusterException;
import io.attx.coordinator.log.ClusterMembers;
import io.attx.coordinator.log.RatisLogOptions.Peer;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows and changes the members of a running cluster. */
@Command(
    name = "cluster",
    description = "Shows the members of a cluster of coordinators, or removes one for good.",
    mixinStandardHelpOptions = true)
final class ClusterCommand {
  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      required = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      defaultValue = "${env:ATTX_PEERS}",
      description = "Nodes to ask: id=host:port@host:port, separated by commas. [ATTX_PEERS]")
  private List<String> peers = List.of();

  private final PrintStream out;

  ClusterCommand(PrintStream out) {
    this.out = out;
  }

  @Command(name = "list", description = "One line per member: id, node address, client address.")
  int list() {
    return run(this::print);
  }

  @Command(
      name = "remove",
      description =
          "Removes a member, running or not. It votes no more; its data directory is worthless.")
  int remove(@Parameters(paramLabel = "ID", description = "The node's id.") String id) {
    return run(
        () -> {
          find().remove(id);
          return print();
        });
  }

  private ClusterMembers find() {
    return ClusterMembers.find(peers.stream().map(Peer::parse).toList());
  }

  private int print() {
    for (Peer member : find().members()) {
      out.println(member.id() + "\t" + member.raftAddress() + "\t" + member.clientAddress());
    }
    out.flush();
    return ExitCode.OK;
  }

  private static int run(Callable<Integer> work) {
    try {
      return work.call();
    } catch (ClusterException e) {
      LoggerFactory.getLogger(ClusterCommand.class).error("{}", e.getMessage());
      return ExitCode.FAILURE;
    } catch (IllegalArgumentException e) {
      LoggerFactory.getLogger(ClusterCommand.class).error("{}", e.getMessage());
      return ExitCode.USAGE;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}

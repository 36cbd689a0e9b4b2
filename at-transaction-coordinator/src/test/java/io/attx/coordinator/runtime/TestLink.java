package io.attx.coordinator.runtime;

import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.Push;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionDecided;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A connection that remembers what was sent to it. */
final class TestLink implements ClientLink {
  final Map<Long, Response> responses = new HashMap<>();
  final List<Push> pushes = new ArrayList<>();
  boolean closedByCoordinator;

  @Override
  public void respond(long requestId, Response response) {
    Response before = responses.put(requestId, response);
    if (before != null) {
      throw new AssertionError(
          "two answers to request " + requestId + ": " + before + ", " + response);
    }
  }

  @Override
  public void push(Push push) {
    pushes.add(push);
  }

  @Override
  public void close() {
    closedByCoordinator = true;
  }

  @Override
  public String remoteAddress() {
    return "test:1";
  }

  /** Takes the phase-two commands that have come, in order. */
  List<BranchCommand> takeCommands() {
    List<BranchCommand> commands = new ArrayList<>();
    pushes.removeIf(push -> push instanceof PhaseTwo work && commands.addAll(work.commands()));
    return commands;
  }

  List<AskLocalEnds> asks() {
    return pushes.stream()
        .filter(AskLocalEnds.class::isInstance)
        .map(AskLocalEnds.class::cast)
        .toList();
  }

  List<TransactionDecided> decided() {
    return pushes.stream()
        .filter(TransactionDecided.class::isInstance)
        .map(TransactionDecided.class::cast)
        .toList();
  }
}

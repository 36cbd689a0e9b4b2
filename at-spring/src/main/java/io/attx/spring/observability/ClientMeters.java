package io.attx.spring.observability;

import io.attx.client.AtClient;
import io.attx.client.ClientSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** What a client has to do with right now, as gauges. */
public final class ClientMeters implements MeterBinder {

  private final AtClient client;

  /** The gauges of that client. */
  public ClientMeters(AtClient client) {
    this.client = client;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "attx.connected",
        "1 while a session with a coordinator is open",
        snapshot -> snapshot.connected() ? 1 : 0);
    gauge(
        registry,
        "attx.transactions.live",
        "begun here and not ended",
        snapshot -> snapshot.transactions().size());
    gauge(
        registry,
        "attx.branches.open",
        "local transactions that are branches",
        ClientSnapshot::openBranches);
    gauge(
        registry,
        "attx.reports.pending",
        "local ends that the coordinator has not acknowledged",
        ClientSnapshot::pendingReports);
    gauge(
        registry,
        "attx.results.pending",
        "results of phase two that the coordinator has not acknowledged",
        ClientSnapshot::pendingResults);
    gauge(
        registry,
        "attx.phase.two.running",
        "commands of phase two that are not answered",
        ClientSnapshot::runningPhaseTwo);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ClientSnapshot> value) {
    Gauge.builder(name, client, each -> value.applyAsDouble(each.snapshot()))
        .description(description)
        .register(registry);
  }
}

package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** Says once, when the application is ready, whether a coordinator is there. */
final class CoordinatorReporter implements ApplicationListener<ApplicationReadyEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorReporter.class);

  private final AtClient client;
  private final List<String> coordinators;

  CoordinatorReporter(AtClient client, List<String> coordinators) {
    this.client = client;
    this.coordinators = coordinators;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    if (client.isConnected()) {
      LOG.info("Global transactions are ready: connected to the coordinator at {}", coordinators);
    } else {
      LOG.warn(
          "No coordinator answers at {} yet. The application runs and keeps trying; until then the begin of a global"
              + " transaction fails. Start the coordinator, or set attx.coordinators to where it is.",
          coordinators);
    }
  }
}

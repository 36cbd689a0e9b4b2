package io.attx.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one package logs while a test runs. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  public LogLines(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    start();
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.getFormattedMessage();
    events.add(event);
  }

  public List<String> at(Level level) {
    return events.stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  public List<String> warnings() {
    return at(Level.WARN);
  }

  public List<String> errors() {
    return at(Level.ERROR);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}

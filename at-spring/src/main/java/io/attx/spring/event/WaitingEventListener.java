package io.attx.spring.event;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionSynchronization;
import io.attx.client.Participation;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ApplicationListenerMethodAdapter;

/** Hands each event to the global transaction of the publishing thread, to be called by it. */
final class WaitingEventListener extends ApplicationListenerMethodAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(WaitingEventListener.class);

  private final GlobalTransactionPhase phase;
  private final boolean fallbackExecution;
  private final String method;

  WaitingEventListener(
      String beanName, Class<?> type, Method method, GlobalTransactionalEventListener annotation) {
    super(beanName, type, method);
    this.phase = annotation.phase();
    this.fallbackExecution = annotation.fallbackExecution();
    this.method = type.getSimpleName() + "." + method.getName();
  }

  /** On another thread there would be no transaction to wait for. */
  @Override
  public boolean supportsAsyncExecution() {
    return false;
  }

  @Override
  public void onApplicationEvent(ApplicationEvent event) {
    Participation current = GlobalTransactionContext.current();
    if (current != null) {
      current.register(new Waiting(event));
    } else if (fallbackExecution) {
      processEvent(event);
    } else {
      LOG.debug("{} is not told of {}: it was published in no global transaction", method, event);
    }
  }

  private final class Waiting implements GlobalTransactionSynchronization {
    private final ApplicationEvent event;

    Waiting(ApplicationEvent event) {
      this.event = event;
    }

    private void at(GlobalTransactionPhase reached) {
      if (reached == phase) {
        processEvent(event);
      }
    }

    @Override
    public void beforeCommit(Xid xid) {
      at(GlobalTransactionPhase.BEFORE_COMMIT);
    }

    @Override
    public void afterCommit(Xid xid) {
      at(GlobalTransactionPhase.AFTER_COMMIT);
    }

    @Override
    public void afterRollback(Xid xid) {
      at(GlobalTransactionPhase.AFTER_ROLLBACK);
    }

    @Override
    public void afterCompletion(Xid xid, GlobalStatus outcome) {
      at(GlobalTransactionPhase.AFTER_COMPLETION);
    }

    @Override
    public String toString() {
      return "the listener " + method;
    }
  }
}

package io.attx.spring.propagation.messaging;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import io.attx.spring.propagation.IncomingXid;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Joins the transaction that a message names around the listener's method. The rules are those of
 * {@link io.attx.spring.annotation.JoinGlobalTransaction}. Thread-safe.
 */
public final class JoinGlobalTransactionInterceptor implements MethodInterceptor {

  private final Supplier<AtClient> client;

  /**
   * An interceptor.
   *
   * @param client asked at each call, so that creating a proxy does not create the client
   */
  public JoinGlobalTransactionInterceptor(Supplier<AtClient> client) {
    this.client = client;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Method method =
        target == null
            ? invocation.getMethod()
            : AopUtils.getMostSpecificMethod(
                invocation.getMethod(), AopUtils.getTargetClass(target));
    IncomingXid incoming = IncomingXid.read(MessageXid.values(method, invocation.getArguments()));
    if (incoming.refusal() != null) {
      throw new IllegalArgumentException(incoming.refusal());
    }
    try (GlobalTransactionContext.Scope left = GlobalTransactionContext.suspend()) {
      Xid xid = incoming.xid();
      if (xid == null) {
        return invocation.proceed();
      }
      try (GlobalTransactionContext.Scope joined = client.get().join(xid)) {
        return invocation.proceed();
      }
    }
  }
}

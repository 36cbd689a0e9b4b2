package io.attx.spring;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client that only writes down what was asked of its transactions. Binds nothing to the thread.
 */
public final class RecordingClient {

  private final List<String> events = new CopyOnWriteArrayList<>();
  private RuntimeException failure;

  /** What happened, in order. */
  public List<String> events() {
    return events;
  }

  /** Adds an event of the test itself. */
  public void record(String event) {
    events.add(event);
  }

  /** From now on the end of a transaction fails. */
  public void failAtTheEnd(RuntimeException reason) {
    failure = reason;
  }

  /** The client itself. */
  public AtClient client() {
    return proxy(
        AtClient.class,
        (method, arguments) -> {
          switch (method) {
            case "begin" -> {
              GlobalTransactionOptions options = (GlobalTransactionOptions) arguments[0];
              events.add("begin " + options.name() + " " + options.timeout());
              return transaction();
            }
            case "isConnected" -> {
              return false;
            }
            case "close" -> {
              events.add("client closed");
              return null;
            }
            default -> throw new UnsupportedOperationException(method);
          }
        });
  }

  private GlobalTransaction transaction() {
    return proxy(
        GlobalTransaction.class,
        (method, arguments) -> {
          events.add(method);
          if (failure != null) {
            throw failure;
          }
          return null;
        });
  }

  private interface Calls {
    Object call(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  case "toString" -> type.getSimpleName() + " of a test";
                  default -> calls.call(method.getName(), arguments);
                }));
  }
}

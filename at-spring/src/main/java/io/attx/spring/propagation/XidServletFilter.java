package io.attx.spring.propagation;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransactionContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.CallableProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Joins the global transaction that a request names in its {@link XidHeader}, for as long as the
 * request is handled on its thread; the thread leaves it whatever happens. A header that is not one
 * valid xid is answered with 400 and nothing is executed, since executing without the transaction
 * would lose its protection in silence.
 *
 * <p>A service that joins never decides: an exception becomes the response that the caller sees.
 * The {@code Callable} that a handler returns takes part too; other work that it hands to other
 * threads does where the executor propagates the context.
 */
public final class XidServletFilter extends OncePerRequestFilter implements Ordered {

  /** Early, but after the filters that set the encoding and the tracing of a request. */
  public static final int ORDER = XidHeader.FILTER_ORDER;

  private static final Logger LOG = LoggerFactory.getLogger(XidServletFilter.class);

  private final AtClient client;

  /** A filter that joins through that client. */
  public XidServletFilter(AtClient client) {
    this.client = client;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    IncomingXid incoming = IncomingXid.read(Collections.list(headers(request)));
    String refusal = incoming.refusal();
    Xid xid = incoming.xid();
    if (refusal != null) {
      refuse(response, refusal);
    } else if (xid == null) {
      outside(request, response, chain);
    } else {
      inside(xid, request, response, chain);
    }
  }

  private static Enumeration<String> headers(HttpServletRequest request) {
    Enumeration<String> headers = request.getHeaders(XidHeader.NAME);
    return headers == null ? Collections.emptyEnumeration() : headers;
  }

  private void inside(
      Xid xid, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try (GlobalTransactionContext.Scope left = leaveForeign(request);
        GlobalTransactionContext.Scope joined = client.join(xid)) {
      WebAsyncUtils.getAsyncManager(request)
          .registerCallableInterceptor(
              XidServletFilter.class, new JoiningCallable(GlobalTransactionContext.capture()));
      chain.doFilter(request, response);
    }
  }

  private static void outside(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try (GlobalTransactionContext.Scope left = leaveForeign(request)) {
      chain.doFilter(request, response);
    }
  }

  /**
   * Another filter or a leak may have left a transaction on this thread, in which the request has
   * no part.
   */
  private static GlobalTransactionContext.@Nullable Scope leaveForeign(HttpServletRequest request) {
    Xid foreign = GlobalTransactionContext.currentXid();
    if (foreign == null) {
      return null;
    }
    LOG.warn(
        "The thread of the request {} {} was still bound to the global transaction {}, in which the request takes no"
            + " part: something on this thread did not close its scope.",
        request.getMethod(),
        request.getRequestURI(),
        foreign);
    return GlobalTransactionContext.suspend();
  }

  private static void refuse(HttpServletResponse response, String why) throws IOException {
    response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
    response.setContentType("text/plain");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.getWriter().write(why + "\n");
  }

  /** Takes part on the thread that runs the {@code Callable} which a handler returned. */
  private static final class JoiningCallable implements CallableProcessingInterceptor {
    private final CapturedContext context;
    private GlobalTransactionContext.@Nullable Scope scope;

    JoiningCallable(CapturedContext context) {
      this.context = context;
    }

    @Override
    public <T> void preProcess(NativeWebRequest request, Callable<T> task) {
      scope = context.open();
    }

    @Override
    public <T> void postProcess(
        NativeWebRequest request, Callable<T> task, @Nullable Object result) {
      GlobalTransactionContext.Scope opened = scope;
      if (opened != null) {
        opened.close();
      }
    }
  }
}

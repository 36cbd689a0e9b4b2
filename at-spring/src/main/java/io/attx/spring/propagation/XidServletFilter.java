package io.attx.spring.propagation;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Joins the global transaction that a request names in its {@link XidHeader}, for as long as the
 * request is handled on its thread; the thread leaves it whatever happens. A header that is not one
 * valid xid is answered with 400 and nothing is executed, since executing without the transaction
 * would lose its protection in silence.
 *
 * <p>A service that joins never decides: an exception becomes the response that the caller sees.
 * Work handed to other threads (asynchronous requests) takes no part.
 */
public final class XidServletFilter extends OncePerRequestFilter implements Ordered {

  /** Early, but after the filters that set the character encoding and the tracing of a request. */
  public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1_000;

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
    Enumeration<String> headers = request.getHeaders(XidHeader.NAME);
    if (headers == null || !headers.hasMoreElements()) {
      outside(request, response, chain);
      return;
    }
    String text = headers.nextElement();
    Xid xid = headers.hasMoreElements() ? null : parse(text);
    if (xid == null) {
      refuse(response, "is not one valid transaction id");
      return;
    }
    try (GlobalTransactionContext.Scope left = leaveForeign(request);
        GlobalTransactionContext.Scope joined = client.join(xid)) {
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

  private static @Nullable Xid parse(String text) {
    try {
      return Xid.parse(text);
    } catch (IllegalArgumentException e) {
      LOG.warn("A request was refused: its header {} is wrong: {}", XidHeader.NAME, e.getMessage());
      return null;
    }
  }

  private static void refuse(HttpServletResponse response, String what) throws IOException {
    response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
    response.setContentType("text/plain");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response
        .getWriter()
        .write(
            "The header "
                + XidHeader.NAME
                + " "
                + what
                + " (expected <hex>-<number>-<number>, once). Nothing was"
                + " executed. Send the header as the calling service's client set it, or leave it out.\n");
  }
}

package io.attx.spring.propagation;

import io.attx.Xid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the header {@link XidHeader} of one incoming call says.
 *
 * @param xid the transaction; null where the call names none or is to be refused
 * @param refusal why the call must not be executed; null where it may
 */
public record IncomingXid(@Nullable Xid xid, @Nullable String refusal) {

  private static final Logger LOG = LoggerFactory.getLogger(IncomingXid.class);

  /**
   * Reads the values of the header. More than one, or one that is no xid, is a refusal: to execute
   * such a call without the transaction would lose its protection in silence.
   */
  public static IncomingXid read(List<String> values) {
    if (values.isEmpty()) {
      return new IncomingXid(null, null);
    }
    if (values.size() > 1) {
      return refused("is there more than once");
    }
    try {
      return new IncomingXid(Xid.parse(values.get(0)), null);
    } catch (IllegalArgumentException wrong) {
      LOG.warn("A call is refused: its header {} is wrong: {}", XidHeader.NAME, wrong.getMessage());
      return refused("is not one valid transaction id");
    }
  }

  private static IncomingXid refused(String what) {
    return new IncomingXid(
        null,
        "The header "
            + XidHeader.NAME
            + " "
            + what
            + " (expected <hex>-<number>-<number>, once). Nothing was executed. Send the header as the"
            + " calling service's client set it, or leave it out.");
  }
}

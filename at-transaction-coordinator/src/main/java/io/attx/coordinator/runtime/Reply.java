package io.attx.coordinator.runtime;

import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Response;

/**
 * Where the answer to one request goes.
 *
 * @param link the connection that it came from
 * @param requestId its id there
 */
record Reply(ClientLink link, long requestId) {
  void send(Response response) {
    link.respond(requestId, response);
  }

  void refuse(RefusalCode code, String message) {
    link.respond(requestId, Refused.of(code, message));
  }
}

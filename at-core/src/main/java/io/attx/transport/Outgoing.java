package io.attx.transport;

import io.attx.protocol.Message;

/** One message that waits to be encoded. The methods are called on the event loop. */
interface Outgoing {
  /** What to send. */
  Message message();

  /** It is about to be encoded; gives the request id of its frame. */
  long beforeEncoding();

  /** It was not sent. */
  void failed(Exception reason);
}

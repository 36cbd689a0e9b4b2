package io.attx.coordinator.http;

/** An answer to a request: status of HTTP, media type, body. */
record Answer(int status, String type, String body) {
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  static Answer text(int status, String body) {
    return new Answer(status, TEXT, body);
  }

  static Answer json(int status, String body) {
    return new Answer(status, JSON, body);
  }

  static Answer error(int status, String error, String message) {
    return json(
        status, JsonWriter.object(out -> out.member("error", error).member("message", message)));
  }
}

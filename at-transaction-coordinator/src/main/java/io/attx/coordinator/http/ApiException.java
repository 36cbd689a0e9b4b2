package io.attx.coordinator.http;

/** A request that gets an error as its answer. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  /**
   * With everything that the answer says.
   *
   * @param status of HTTP
   * @param error one word for programs
   * @param message for people
   */
  ApiException(int status, String error, String message) {
    super(message);
    this.status = status;
    this.error = error;
  }

  static ApiException badRequest(String message) {
    return new ApiException(400, "bad_request", message);
  }

  static ApiException notFound(String message) {
    return new ApiException(404, "not_found", message);
  }

  int status() {
    return status;
  }

  Answer answer() {
    return Answer.error(status, error, String.valueOf(getMessage()));
  }
}

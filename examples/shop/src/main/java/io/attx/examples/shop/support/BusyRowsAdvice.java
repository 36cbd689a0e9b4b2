package io.attx.examples.shop.support;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Tells the caller when rows were in use by another global transaction for too long: 423, which
 * means that nothing happened here and that the same may succeed later.
 */
@RestControllerAdvice
public class BusyRowsAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(BusyRowsAdvice.class);

  /** Answers 423. */
  @ExceptionHandler
  ProblemDetail rowsAreBusy(ConcurrencyFailureException busy) {
    LOG.info("Rows are busy: {}", busy.getMessage());
    return ProblemDetail.forStatusAndDetail(HttpStatus.LOCKED, String.valueOf(busy.getMessage()));
  }
}

package io.attx.coordinator.http;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.coordinator.runtime.DirtyBranch;
import io.attx.coordinator.runtime.NotServingException;
import io.attx.coordinator.runtime.OperatorDesk;
import io.attx.coordinator.runtime.Page;
import io.attx.coordinator.runtime.ResolveAnswer;
import io.attx.coordinator.runtime.ResolveRequest;
import io.attx.coordinator.runtime.TransactionDetail;
import io.attx.coordinator.state.Outcome;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of the API that operators use. Every answer is JSON; an error has a reason. */
final class OperatorApi {
  private static final Pattern BRANCH = Pattern.compile("/api/dirty/([^/:]+)/([^/:]+)(/value)?");
  private static final Pattern TRANSACTION = Pattern.compile("/api/transactions/([^/:]+)");
  private static final String RESOLVE = ":resolve";
  private static final String ROLLBACK = ":rollback";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_BRANCHES = 1_000;
  private static final int MAX_SKIP = 1_000_000_000;
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final OperatorDesk desk;

  OperatorApi(OperatorDesk desk) {
    this.desk = desk;
  }

  /** Answers a GET, or returns null where the path is not of this part. */
  @Nullable Answer get(String path, @Nullable String query) throws ApiException {
    Matcher branch = BRANCH.matcher(path);
    Matcher transaction = TRANSACTION.matcher(path);
    if (path.equals("/api/dirty")) {
      return dirty(new QueryString(query, Set.of("table", "skip", "limit")));
    } else if (branch.matches()) {
      BranchRef ref = ref(branch.group(1), branch.group(2));
      return branch.group(3) == null
          ? one(ref)
          : value(ref, new QueryString(query, Set.of("row", "column", "image", "offset")));
    } else if (transaction.matches()) {
      return transaction(xid(transaction.group(1)));
    } else if (path.equals("/api/audit")) {
      return audit(new QueryString(query, Set.of("after", "limit")));
    }
    return null;
  }

  /** Answers a POST. */
  Answer post(String path, byte[] body) throws ApiException {
    int colon = path.lastIndexOf(':');
    String target = colon < 0 ? path : path.substring(0, colon);
    String verb = colon < 0 ? "" : path.substring(colon);
    Matcher branch = BRANCH.matcher(target);
    Matcher transaction = TRANSACTION.matcher(target);
    if (verb.equals(RESOLVE) && target.equals("/api/dirty")) {
      return resolveAll(ActionBody.read(body, Set.of("action", "table", "waitMillis")));
    } else if (verb.equals(RESOLVE) && branch.matches() && branch.group(3) == null) {
      return resolve(
          ref(branch.group(1), branch.group(2)),
          ActionBody.read(body, Set.of("action", "table", "report", "rows", "waitMillis")));
    } else if (verb.equals(ROLLBACK) && transaction.matches()) {
      return rollback(xid(transaction.group(1)), ActionBody.read(body, Set.of()));
    }
    throw ApiException.notFound("nothing can be done at " + path);
  }

  // ---- looking ----

  private Answer dirty(QueryString query) throws ApiException {
    Page<DirtyBranch> page =
        await(desk.dirty(query.text("table"), skip(query), limit(query)), LOOK);
    return Answer.json(200, OperatorJson.dirty(page));
  }

  private Answer one(BranchRef ref) throws ApiException {
    DirtyBranch dirty = await(desk.dirty(ref), LOOK);
    if (dirty == null) {
      throw notInQuarantine(ref);
    }
    return Answer.json(200, OperatorJson.dirty(dirty));
  }

  private static ApiException notInQuarantine(BranchRef ref) {
    return ApiException.notFound("branch " + ref + " is not in quarantine");
  }

  private Answer value(BranchRef ref, QueryString query) throws ApiException {
    String name = query.required("image").toUpperCase(Locale.ROOT);
    FetchValue.Image image;
    try {
      image = FetchValue.Image.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw ApiException.badRequest("image is before, after or now");
    }
    String row = query.required("row");
    String column = query.required("column");
    long offset = query.number("offset", 0, Integer.MAX_VALUE);
    DirtyBranch dirty = await(desk.dirty(ref), LOOK);
    if (dirty == null || dirty.quarantine().row(row) == null) {
      throw notInQuarantine(ref);
    }
    FetchedValue value =
        await(desk.fetch(ref, row, column, image, offset, LOOK), LOOK.plusSeconds(5));
    if (!value.problem().isEmpty()) {
      throw new ApiException(502, "not_readable", value.problem());
    }
    return Answer.json(200, OperatorJson.value(value));
  }

  private Answer transaction(Xid xid) throws ApiException {
    TransactionDetail detail = await(desk.transaction(xid, MAX_LIMIT), LOOK);
    if (detail != null) {
      return Answer.json(200, OperatorJson.transaction(detail));
    }
    Outcome.Status status = await(desk.status(xid), LOOK);
    if (status.status() == io.attx.GlobalStatus.UNKNOWN) {
      throw ApiException.notFound("transaction " + xid + " is not known (any more)");
    }
    return ended(xid, status);
  }

  private static Answer ended(Xid xid, Outcome.Status status) {
    return Answer.json(
        200,
        JsonWriter.object(
            json ->
                json.member("xid", xid.toString())
                    .member("status", status.status().name().toLowerCase(Locale.ROOT))
                    .member("quarantined", status.quarantined())
                    .member("reason", status.reason())));
  }

  /** The list of locks; the number of waiting requests comes from the status. */
  Answer locks(@Nullable String rawQuery, long waiting) throws ApiException {
    QueryString query = new QueryString(rawQuery, Set.of("resource", "xid", "skip", "limit"));
    String resource = query.text("resource");
    String xid = query.text("xid");
    return Answer.json(
        200,
        OperatorJson.locks(
            await(
                desk.locks(
                    resource == null || resource.isEmpty() ? null : new ResourceId(resource),
                    xid == null ? null : xid(xid),
                    skip(query),
                    limit(query)),
                LOOK),
            waiting));
  }

  private Answer audit(QueryString query) throws ApiException {
    return Answer.json(
        200,
        OperatorJson.audit(
            await(desk.audit(query.number("after", 0, Long.MAX_VALUE), limit(query)), LOOK)));
  }

  // ---- acting ----

  private Answer resolve(BranchRef ref, ActionBody body) throws ApiException {
    if (body.action() == null && body.rows().isEmpty()) {
      throw ApiException.badRequest("\"action\" or \"rows\" is wanted");
    }
    ResolveAnswer answer = await(desk.resolve(request(ref, body), wait(body)), longer(body));
    int status =
        switch (answer.state()) {
          case UNDONE, RECORDED -> 200;
          case RUNNING -> 202;
          case HELD, CHANGED_SINCE -> 409;
          case REFUSED -> 422;
          case NOT_FOUND -> 404;
          case INVALID -> 400;
        };
    return Answer.json(status, JsonWriter.object(json -> OperatorJson.answer(json, answer)));
  }

  private Answer resolveAll(ActionBody body) throws ApiException {
    if (body.action() == null || body.action() == io.attx.protocol.ResolveAction.VALUES) {
      throw ApiException.badRequest("\"action\" is wanted: restore, keep, merge or retry");
    }
    Page<DirtyBranch> page = await(desk.dirty(body.table(), 0, MAX_BRANCHES), LOOK);
    List<CompletableFuture<ResolveAnswer>> asked = new ArrayList<>();
    for (DirtyBranch each : page.items()) {
      if (each.quarantine().running() == null) {
        ResolveRequest request =
            new ResolveRequest(
                each.branch(),
                each.quarantine().report(),
                List.of(),
                body.table(),
                body.action(),
                body.operator(),
                body.reason());
        asked.add(desk.resolve(request, wait(body)));
      }
    }
    List<ResolveAnswer> answers = new ArrayList<>();
    for (CompletableFuture<ResolveAnswer> each : asked) {
      answers.add(await(each, longer(body)));
    }
    return Answer.json(200, OperatorJson.answers(page.total(), answers));
  }

  private static ResolveRequest request(BranchRef ref, ActionBody body) {
    return new ResolveRequest(
        ref,
        body.report(),
        body.rows(),
        body.table(),
        body.action(),
        body.operator(),
        body.reason());
  }

  private static Duration wait(ActionBody body) {
    return Duration.ofMillis(body.waitMillis());
  }

  /** Longer than the wait itself, which ends with an answer. */
  private static Duration longer(ActionBody body) {
    return wait(body).plus(LOOK);
  }

  private Answer rollback(Xid xid, ActionBody body) throws ApiException {
    if (await(desk.status(xid), LOOK).status() == io.attx.GlobalStatus.UNKNOWN) {
      throw ApiException.notFound("transaction " + xid + " is not known (any more)");
    }
    Outcome.Status status = await(desk.rollback(xid, body.operator(), body.reason()), LOOK);
    return switch (status.status()) {
      case ROLLING_BACK, ROLLED_BACK -> ended(xid, status);
      default ->
          throw new ApiException(
              409,
              "decided",
              "transaction "
                  + xid
                  + " is "
                  + status.status().name().toLowerCase(Locale.ROOT)
                  + " and cannot be rolled back");
    };
  }

  // ---- parts of requests ----

  private static int skip(QueryString query) throws ApiException {
    return (int) query.number("skip", 0, MAX_SKIP);
  }

  static int limit(QueryString query) throws ApiException {
    return (int) Math.min(MAX_LIMIT, query.number("limit", DEFAULT_LIMIT, 999_999));
  }

  private static Xid xid(String text) throws ApiException {
    try {
      return Xid.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw ApiException.badRequest("not an xid: " + text);
    }
  }

  private static BranchRef ref(String xid, String branch) throws ApiException {
    try {
      return new BranchRef(xid(xid), BranchId.parse(branch));
    } catch (IllegalArgumentException wrong) {
      throw ApiException.badRequest("not a branch: " + branch);
    }
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> answer, Duration limit)
      throws ApiException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new ApiException(503, "unavailable", "the coordinator does not answer in time");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof NotServingException elsewhere) {
        throw new ApiException(503, "unavailable", String.valueOf(elsewhere.getMessage()));
      }
      throw new IllegalStateException(failed);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new ApiException(503, "unavailable", "the coordinator is closing");
    }
  }
}

package io.attx.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadEventLoopTest {
  @Test
  void runsTasksOfManyThreadsOneAfterAnotherOnItsOwnThread() throws Exception {
    int perThread = 20_000;
    List<Integer> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(4 * perThread);
    try (ThreadEventLoop loop = ThreadEventLoop.start("attx-test-loop", failure -> {})) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < perThread; i++) {
                    int number = i;
                    loop.execute(
                        () -> {
                          seen.add(number);
                          done.countDown();
                        });
                  }
                });
        thread.start();
        threads.add(thread);
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(seen).hasSize(4 * perThread);
  }

  @Test
  void wakesUpForATimerWhileNothingElseHappens() throws Exception {
    try (ThreadEventLoop loop = ThreadEventLoop.start("attx-test-loop", failure -> {})) {
      CompletableFuture<Long> fired = new CompletableFuture<>();
      long start = loop.nanos();
      loop.schedule(20_000_000, () -> fired.complete(loop.nanos()));
      assertThat(fired.get(30, TimeUnit.SECONDS) - start).isGreaterThanOrEqualTo(20_000_000);
    }
  }

  @Test
  void aTaskThatThrowsEndsTheLoopAndIsReported() throws Exception {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    ThreadEventLoop loop =
        ThreadEventLoop.start(
            "attx-test-loop",
            failure -> {
              failures.add(failure);
              reported.complete(failure);
            });
    RuntimeException defect = new RuntimeException("defect");
    loop.execute(
        () -> {
          throw defect;
        });
    assertThat(reported.get(30, TimeUnit.SECONDS)).isSameAs(defect);
    loop.close();
    assertThat(failures).hasSize(1);
  }
}

package dev.mfr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UseCountTest {
  private final AtomicInteger released = new AtomicInteger();

  @Test
  void close_nobodyInside_releasesAtOnceAndOnce() {
    UseCount count = new UseCount("the thing", released::incrementAndGet);
    count.close();
    count.close();
    assertThat(released).hasValue(1);
    assertThat(count.isClosed()).isTrue();
    assertThatThrownBy(count::enter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the thing is closed");
  }

  @Test
  void close_usersInside_lastOneReleases() {
    UseCount count = new UseCount("the thing", released::incrementAndGet);
    count.enter();
    count.enter();
    count.close();
    assertThatThrownBy(count::enter).isInstanceOf(IllegalStateException.class);
    count.exit();
    assertThat(released).hasValue(0);
    count.close();
    count.exit();
    assertThat(released).hasValue(1);
  }

  @Test
  void close_manyThreads_releasesOnceAndNeverDuringUse() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads + 2);
    try {
      for (int round = 0; round < 200; round++) {
        AtomicInteger freed = new AtomicInteger();
        UseCount count = new UseCount("the thing", freed::incrementAndGet);
        AtomicInteger usedAfterFree = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          tasks.add(pool.submit(() -> use(count, freed, usedAfterFree, start)));
        }
        int delay = 10 * (round % 20);
        for (int t = 0; t < 2; t++) {
          tasks.add(
              pool.submit(
                  () -> {
                    await(start);
                    for (int i = 0; i < delay; i++) {
                      Thread.onSpinWait();
                    }
                    count.close();
                  }));
        }
        start.countDown();
        for (Future<?> task : tasks) {
          task.get();
        }
        assertThat(freed).hasValue(1);
        assertThat(usedAfterFree).hasValue(0);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void use(
      UseCount count, AtomicInteger freed, AtomicInteger usedAfterFree, CountDownLatch start) {
    await(start);
    while (true) {
      try {
        count.enter();
      } catch (IllegalStateException closed) {
        return;
      }
      try {
        usedAfterFree.addAndGet(freed.get());
        Thread.onSpinWait();
        usedAfterFree.addAndGet(freed.get());
      } finally {
        count.exit();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

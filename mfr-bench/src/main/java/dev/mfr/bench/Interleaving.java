package dev.mfr.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** Times calls in turn, each time in another order, so that a noisy machine disturbs all alike. */
final class Interleaving {
  private final Random order = new Random(1);

  /**
   * {@return the median time of each call, in microseconds, in the order given}
   *
   * @param calls what is timed; each on the calling thread
   * @param times how often each
   */
  double[] medians(List<? extends Callable<?>> calls, int times) throws Exception {
    double[][] micros = new double[calls.size()][times];
    for (int time = 0; time < times; time++) {
      for (int i : turn(calls.size())) {
        long start = System.nanoTime();
        Object result = calls.get(i).call();
        micros[i][time] = (System.nanoTime() - start) / 1e3;
        if (result == null) {
          throw new IllegalStateException("a call answered nothing");
        }
      }
    }
    double[] medians = new double[calls.size()];
    for (int i = 0; i < medians.length; i++) {
      medians[i] = RatioSummary.median(micros[i]);
    }
    return medians;
  }

  /** {@return 0 … count − 1 in another order each time} */
  List<Integer> turn(int count) {
    List<Integer> turn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      turn.add(i);
    }
    Collections.shuffle(turn, order);
    return turn;
  }
}

package dev.mfr.gallery;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The oracle: a map, a double loop, a sort. Not thread-safe. */
final class NaiveIndex {
  final Map<Integer, float[]> vectors = new TreeMap<>();

  record Hit(int slot, float score) {}

  /** Accepts every slot. */
  static boolean all(@SuppressWarnings("unused") int slot) {
    return true;
  }

  static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  List<Hit> search(float[] probe, IntPredicate accepted, int count) {
    return vectors.entrySet().stream()
        .filter(entry -> accepted.test(entry.getKey()))
        .map(entry -> new Hit(entry.getKey(), dot(probe, entry.getValue())))
        .sorted(Comparator.comparingDouble((Hit hit) -> -hit.score()).thenComparingInt(Hit::slot))
        .limit(count)
        .toList();
  }

  static float[] vector(Random random, int dimensions) {
    float[] vector = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  static List<Hit> found(TemplateIndex.Hits hits) {
    return IntStream.range(0, hits.size)
        .mapToObj(i -> new Hit(hits.slots[i], hits.scores[i]))
        .toList();
  }
}

package dev.mfr.head;

/**
 * Logits = input · weights + bias, with the gradient of the cross-entropy behind a softmax.
 *
 * <p>Not thread-safe while it is trained.
 */
final class LinearLayer {
  /*
   * Weights are stored feature by feature: an array of all classes' weights per feature. Both products then are sums of
   * scaled arrays, four at a time, over the classes. C2 vectorises that loop only when each operand is an array of its own
   * read from index 0, hence float[][]. Sums run over features (logits) and over rows (gradient) in groups of four from the
   * first one on, whatever the batch: a row's logits do not depend on its neighbours, and a vector unit's width changes
   * nothing, because classes are never added to each other. Exponentials are StrictMath's. So results are equal bit for
   * bit on every machine.
   */

  /** About how many weights to keep in the first-level cache while the rows of a batch pass by. */
  private static final int BLOCK_WEIGHTS = 4096;

  final float[][] weights;
  final float[] bias;

  LinearLayer(int features, int classes) {
    this(new float[features][classes], new float[classes]);
  }

  LinearLayer(float[][] weights, float[] bias) {
    this.weights = weights;
    this.bias = bias;
  }

  int features() {
    return weights.length;
  }

  int classes() {
    return bias.length;
  }

  /** Writes the logits of the first {@code rows} inputs. */
  void logits(float[][] inputs, int rows, float[][] target) {
    int features = features();
    int classes = classes();
    for (int r = 0; r < rows; r++) {
      System.arraycopy(bias, 0, target[r], 0, classes);
    }
    int block = Math.max(4, BLOCK_WEIGHTS / classes & ~3);
    for (int from = 0; from < features; from += block) {
      int to = Math.min(features, from + block);
      for (int r = 0; r < rows; r++) {
        addScaled(target[r], weights, inputs[r], from, to);
      }
    }
  }

  /**
   * Writes the gradient of the batch's mean cross-entropy plus half of {@code l2} times the squared
   * weights.
   *
   * @param transposed the inputs, feature by feature
   * @param slopes softmax minus truth, divided by the rows; a row a picture
   * @param rows rows of the batch
   */
  void gradient(float[][] transposed, float[][] slopes, int rows, float l2, LinearLayer gradient) {
    int features = features();
    int classes = classes();
    for (int f = 0; f < features; f++) {
      float[] g = gradient.weights[f];
      float[] w = weights[f];
      for (int c = 0; c < classes; c++) {
        g[c] = l2 * w[c];
      }
      addScaled(g, slopes, transposed[f], 0, rows);
    }
    java.util.Arrays.fill(gradient.bias, 0);
    for (int r = 0; r < rows; r++) {
      float[] slope = slopes[r];
      for (int c = 0; c < classes; c++) {
        gradient.bias[c] += slope[c];
      }
    }
  }

  /** A step of gradient descent with momentum. */
  void step(LinearLayer gradient, LinearLayer velocity, float rate, float momentum) {
    for (int f = 0; f < weights.length; f++) {
      step(weights[f], gradient.weights[f], velocity.weights[f], rate, momentum);
    }
    step(bias, gradient.bias, velocity.bias, rate, momentum);
  }

  private static void step(float[] w, float[] g, float[] v, float rate, float momentum) {
    for (int c = 0; c < w.length; c++) {
      v[c] = momentum * v[c] - rate * g[c];
    }
    for (int c = 0; c < w.length; c++) {
      w[c] += v[c];
    }
  }

  /** {@code target += Σ scales[i] · arrays[i]} for i from {@code from} to {@code to} (excluded). */
  private static void addScaled(
      float[] target, float[][] arrays, float[] scales, int from, int to) {
    int i = from;
    for (; i + 4 <= to; i += 4) {
      addFour(
          target,
          arrays[i],
          arrays[i + 1],
          arrays[i + 2],
          arrays[i + 3],
          scales[i],
          scales[i + 1],
          scales[i + 2],
          scales[i + 3]);
    }
    for (; i < to; i++) {
      float[] array = arrays[i];
      float scale = scales[i];
      for (int c = 0; c < target.length; c++) {
        target[c] += scale * array[c];
      }
    }
  }

  private static void addFour(
      float[] t,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float sa,
      float sb,
      float sc,
      float sd) {
    for (int i = 0; i < t.length; i++) {
      t[i] = t[i] + sa * a[i] + sb * b[i] + sc * c[i] + sd * d[i];
    }
  }
}

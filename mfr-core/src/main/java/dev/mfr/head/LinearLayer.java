package dev.mfr.head;

/**
 * Logits = input · weights + bias, with the gradient of what they are followed by.
 *
 * <p>Not thread-safe while it is trained.
 */
final class LinearLayer implements HeadLayers {
  /*
   * Weights are stored feature by feature: an array of all classes' weights per feature. Both products then are sums of
   * scaled arrays, four at a time, over the classes. C2 vectorises that loop only when each operand is an array of its own
   * read from index 0, hence float[][]; with eight at a time or two targets it does not. Sums run over features (logits) and
   * over rows (gradient) one after the other, whatever the batch: a row's logits do not depend on its neighbours, and
   * neither a vector unit's width nor the number of threads changes anything, because classes are never added to each other.
   * Exponentials are StrictMath's. So results are equal bit for bit on every machine.
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

  @Override
  public int features() {
    return weights.length;
  }

  @Override
  public int classes() {
    return bias.length;
  }

  @Override
  public void logits(float[][] inputs, int from, int to, float[][] target) {
    int features = features();
    int classes = classes();
    for (int r = from; r < to; r++) {
      System.arraycopy(bias, 0, target[r], 0, classes);
    }
    int block = Math.max(4, BLOCK_WEIGHTS / classes & ~3);
    for (int first = 0; first < features; first += block) {
      int end = Math.min(features, first + block);
      for (int r = from; r < to; r++) {
        addScaled(target[r], weights, inputs[r], first, end);
      }
    }
  }

  @Override
  public void logits(float[] input, float[] target) {
    System.arraycopy(bias, 0, target, 0, bias.length);
    addScaled(target, weights, input, 0, input.length);
  }

  /**
   * Writes the gradient of one feature's weights: of a loss plus half of the sum of {@code decay}
   * times the squared weights.
   *
   * @param feature which
   * @param column the feature in each row of the batch
   * @param slopes the loss's derivative by the logits, a row a picture
   * @param rows rows of the batch
   * @param decay a number a class
   * @param target written
   */
  void gradient(
      int feature, float[] column, float[][] slopes, int rows, float[] decay, float[] target) {
    float[] w = weights[feature];
    for (int c = 0; c < target.length; c++) {
      target[c] = decay[c] * w[c];
    }
    addScaled(target, slopes, column, 0, rows);
  }

  /** {@code target += Σ scales[i] · arrays[i]} for i from {@code from} to {@code to} (excluded). */
  static void addScaled(float[] target, float[][] arrays, float[] scales, int from, int to) {
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

package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How well a score tells genuine comparisons from impostors, at every threshold.
 *
 * <p>A higher score means more alike, and a score is accepted when it is at or above the threshold.
 * The curve is the exact step function of the scores given, one operating point for each distinct
 * score: equal scores are accepted or refused together, however they were ordered. Nothing is
 * binned or smoothed.
 *
 * <p>A false accept rate below 1 / {@link #impostorCount()} cannot be told from 0 with these
 * scores; have ten times as many impostors as one over the rate that you ask for.
 *
 * <p>Immutable and thread-safe. Holds both sets of scores, eight bytes each; making one sorts them.
 */
public final class RocCurve {
  private final double[] genuine;
  private final double[] impostor;
  private final double auc;
  private final double eer;
  private final int steps;

  /** Sorts the arrays and keeps them. */
  private RocCurve(double[] genuine, double[] impostor) {
    this.genuine = sorted("genuine", genuine);
    this.impostor = sorted("impostor", impostor);
    Sums sums = new Sums(genuine.length, impostor.length);
    walk(sums);
    this.auc = sums.area2 / (2. * genuine.length * impostor.length);
    this.eer = sums.eer;
    this.steps = sums.steps;
  }

  private static double[] sorted(String kind, double[] scores) {
    checkArgument(
        scores.length > 0,
        "there is no %s score; a curve needs scores of pairs of one person and of two people",
        kind);
    for (int i = 0; i < scores.length; i++) {
      checkArgument(
          Double.isFinite(scores[i]),
          "%s score %s is %s; leave out pairs that could not be compared",
          kind,
          i,
          scores[i]);
      scores[i] += 0.; // −0 becomes 0, so that sorting and comparing agree
    }
    Arrays.sort(scores);
    return scores;
  }

  /**
   * {@return the curve of two sets of scores}
   *
   * @param genuine scores of comparisons that ought to be accepted, such as pairs of pictures of
   *     one person; at least one, finite; not modified
   * @param impostor scores of comparisons that ought to be refused; at least one, finite; not
   *     modified
   * @throws IllegalArgumentException when a set is empty or holds a NaN or an infinity
   */
  public static RocCurve of(double[] genuine, double[] impostor) {
    return new RocCurve(genuine.clone(), impostor.clone());
  }

  /** As {@link #of}, but the arrays are sorted in place and belong to the curve from now on. */
  static RocCurve ofOwned(double[] genuine, double[] impostor) {
    return new RocCurve(genuine, impostor);
  }

  /** {@return how many genuine scores there are} */
  public int genuineCount() {
    return genuine.length;
  }

  /** {@return how many impostor scores there are} */
  public int impostorCount() {
    return impostor.length;
  }

  /**
   * {@return the area under the curve, 0…1: how probably a genuine score lies above an impostor's,
   * where equal scores count half (the Mann–Whitney statistic)}
   */
  public double auc() {
    return auc;
  }

  /**
   * {@return the equal error rate, 0…1: where the false accept rate and the false reject rate 1 −
   * TAR meet, on straight lines between neighbouring operating points}
   */
  public double eer() {
    return eer;
  }

  /**
   * {@return the true accept rate at a threshold, 0…1}
   *
   * @param threshold scores at or above it are accepted; not NaN
   */
  public double tarAt(double threshold) {
    return (double) accepted(genuine, threshold) / genuine.length;
  }

  /**
   * {@return the false accept rate at a threshold, 0…1}
   *
   * @param threshold scores at or above it are accepted; not NaN
   */
  public double farAt(double threshold) {
    return (double) accepted(impostor, threshold) / impostor.length;
  }

  /**
   * {@return the part of all scores, genuine or not, that is judged rightly at a threshold, 0…1}
   *
   * @param threshold scores at or above it are accepted; not NaN
   */
  public double accuracyAt(double threshold) {
    long right =
        (long) accepted(genuine, threshold) + impostor.length - accepted(impostor, threshold);
    return (double) right / ((long) genuine.length + impostor.length);
  }

  /**
   * {@return the largest true accept rate whose false accept rate is at most {@code far}, 0…1; no
   * interpolation}
   *
   * @param far the false accept rate allowed, 0…1
   */
  public double tarAtFar(double far) {
    return tarAt(thresholdAtFar(far));
  }

  /**
   * {@return the smallest threshold whose false accept rate is at most {@code far}: the next number
   * above the highest impostor score that must be refused, or the lowest score of all when none
   * must}
   *
   * @param far the false accept rate allowed, 0…1
   */
  public double thresholdAtFar(double far) {
    checkArgument(far >= 0 && far <= 1, "a false accept rate lies in 0…1, got %s", far);
    int n = impostor.length;
    int allowed = (int) (far * n);
    // The product is rounded; the rate asked for is compared with the rates that there are.
    while (allowed < n && (allowed + 1.) / n <= far) {
      allowed++;
    }
    while (allowed > 0 && (double) allowed / n > far) {
      allowed--;
    }
    return allowed == n
        ? Math.min(genuine[0], impostor[0])
        : Math.nextUp(impostor[n - 1 - allowed]);
  }

  /**
   * {@return a threshold with the largest {@link #accuracyAt}}
   *
   * <p>Tried are the middle between each two neighbouring distinct scores, accepting all (the
   * lowest score) and refusing all (the next number above the highest score). Of n equally good
   * ones it is the one in the middle, the higher of two.
   */
  public double mostAccurateThreshold() {
    List<Double> best = new ArrayList<>();
    double[] above = {Double.NaN};
    long[] bestRight = {impostor.length};
    best.add(Math.nextUp(Math.max(genuine[genuine.length - 1], impostor[impostor.length - 1])));
    // A step's count of right answers belongs to every threshold from its score down to, but not
    // including, the next lower one; so its candidate is known when that one comes.
    long[] right = {impostor.length};
    walk(
        (score, falseAccepts, trueAccepts) -> {
          if (!Double.isNaN(above[0])) {
            keep(middle(score, above[0]), right[0], best, bestRight);
          }
          above[0] = score;
          right[0] = (long) trueAccepts + impostor.length - falseAccepts;
        });
    keep(above[0], right[0], best, bestRight);
    return best.get((best.size() - 1) / 2);
  }

  private static void keep(double threshold, long right, List<Double> best, long[] bestRight) {
    if (right > bestRight[0]) {
      best.clear();
      bestRight[0] = right;
    }
    if (right == bestRight[0]) {
      best.add(threshold);
    }
  }

  /** Above the lower one, even where they are neighbours. */
  private static double middle(double lower, double higher) {
    double middle = lower / 2 + higher / 2;
    return middle > lower && middle <= higher ? middle : higher;
  }

  /**
   * {@return operating points by falling threshold, from (0, 0) to (1, 1), for drawing}
   *
   * <p>All of them where they are few enough, otherwise points that are spread evenly by eye, on a
   * linear as well as on a logarithmic axis of false accepts. Each is a point of the exact curve.
   *
   * @param max how many points at most, 2 or more
   */
  public List<RocPoint> points(int max) {
    checkArgument(max >= 2, "a curve needs 2 points or more, got %s", max);
    List<RocPoint> points = new ArrayList<>();
    points.add(new RocPoint(Double.POSITIVE_INFINITY, 0, 0));
    int[] lastCell = {0};
    walk(
        (score, falseAccepts, trueAccepts) -> {
          double far = (double) falseAccepts / impostor.length;
          double tar = (double) trueAccepts / genuine.length;
          double logFar = Math.log1p(falseAccepts) / Math.log1p(impostor.length);
          boolean end = falseAccepts == impostor.length && trueAccepts == genuine.length;
          int cell =
              end ? max - 1 : Math.min(max - 2, (int) ((far + tar + logFar) / 3 * (max - 1)));
          if (steps < max || cell > lastCell[0]) {
            points.add(new RocPoint(score, far, tar));
            lastCell[0] = cell;
          }
        });
    return List.copyOf(points);
  }

  /** {@return the most important numbers in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "RocCurve[%d genuine, %d impostors, AUC %.4f, EER %.4f]",
        genuine.length,
        impostor.length,
        auc,
        eer);
  }

  /** How many of the ascending scores lie at or above a threshold. */
  private static int accepted(double[] ascending, double threshold) {
    checkArgument(!Double.isNaN(threshold), "the threshold is NaN");
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < threshold) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return ascending.length - low;
  }

  /** Sees the distinct scores, from the highest down. */
  private interface Step {
    void at(double score, int falseAccepts, int trueAccepts);
  }

  private void walk(Step step) {
    int g = genuine.length;
    int i = impostor.length;
    while (g > 0 || i > 0) {
      double score =
          Math.max(
              g > 0 ? genuine[g - 1] : Double.NEGATIVE_INFINITY,
              i > 0 ? impostor[i - 1] : Double.NEGATIVE_INFINITY);
      while (g > 0 && genuine[g - 1] == score) {
        g--;
      }
      while (i > 0 && impostor[i - 1] == score) {
        i--;
      }
      step.at(score, impostor.length - i, genuine.length - g);
    }
  }

  private static final class Sums implements Step {
    private final int genuine;
    private final int impostors;
    private int falseAccepts;
    private int trueAccepts;
    private double area2;
    private double eer = Double.NaN;
    private int steps;

    Sums(int genuine, int impostors) {
      this.genuine = genuine;
      this.impostors = impostors;
    }

    @Override
    public void at(double score, int nowFalse, int nowTrue) {
      area2 += (double) (nowFalse - falseAccepts) * ((long) nowTrue + trueAccepts);
      // FAR − FRR rises from −1 to 1 and is 0 at the equal error rate.
      double before = (double) falseAccepts / impostors + (double) trueAccepts / genuine - 1;
      double now = (double) nowFalse / impostors + (double) nowTrue / genuine - 1;
      if (Double.isNaN(eer) && now >= 0) {
        double part = before == now ? 0 : -before / (now - before);
        eer = (falseAccepts + part * (nowFalse - falseAccepts)) / impostors;
      }
      falseAccepts = nowFalse;
      trueAccepts = nowTrue;
      steps++;
    }
  }
}

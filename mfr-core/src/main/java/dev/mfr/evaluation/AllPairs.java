package dev.mfr.evaluation;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.FeatureMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares every picture of a set with every other: the many pairs of different people that a low
 * false accept rate needs.
 *
 * <p>A pair's score is the cosine of its embeddings, −1…1, computed with floats (good to about
 * 1e-6). Two copies of one photograph are not compared.
 *
 * <p>A threshold that is reported together with its rates must come from other people:
 *
 * <pre>{@code
 * List<AllPairs> halves = AllPairs.of(embeddings, labels).halves(1);
 * double threshold = halves.get(0).roc().thresholdAtFar(1e-3);
 * double tar = halves.get(1).roc().tarAt(threshold);
 * double far = halves.get(1).roc().farAt(threshold); // near 1e-3, not 1e-3
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AllPairs {
  /** So many columns of the transposed embeddings stay in the cache while rows pass by. */
  private static final int BLOCK = 128;

  private final float[][] unit;
  private final int[] person;
  private final int[] photograph;
  private final List<String> labels;
  private final List<String> photographs;
  private final int genuine;
  private final int impostors;

  private AllPairs(float[][] unit, List<String> labels, List<String> photographs) {
    this.unit = unit;
    this.labels = labels;
    this.photographs = photographs;
    this.person = numbers(labels);
    this.photograph = numbers(photographs);
    long same = 0;
    long different = 0;
    for (int a = 0; a < unit.length; a++) {
      for (int b = 0; b < a; b++) {
        different += person[a] == person[b] ? 0 : 1;
        same += person[a] == person[b] && photograph[a] != photograph[b] ? 1 : 0;
      }
    }
    checkArgument(
        Math.max(same, different) < Integer.MAX_VALUE - 8,
        "%s pictures make %s pairs, too many for one array; take fewer pictures",
        unit.length,
        same + different);
    this.genuine = (int) same;
    this.impostors = (int) different;
  }

  private static int[] numbers(List<String> names) {
    Map<String, Integer> seen = new HashMap<>();
    int[] numbers = new int[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      Integer number = seen.putIfAbsent(names.get(i), seen.size());
      numbers[i] = number == null ? seen.size() - 1 : number;
    }
    return numbers;
  }

  /**
   * {@return all pairs of pictures that are each a photograph of its own}
   *
   * @param embeddings a row a picture, of any length but 0
   * @param labels who each picture shows
   * @throws IllegalArgumentException when there are not as many labels as rows, or a row is zero or
   *     not finite
   */
  public static AllPairs of(FeatureMatrix embeddings, List<String> labels) {
    List<String> own = new ArrayList<>();
    for (int row = 0; row < embeddings.rows(); row++) {
      own.add(Integer.toString(row));
    }
    return of(embeddings, labels, own);
  }

  /**
   * {@return all pairs of pictures, but for those of one person that come from one photograph}
   *
   * @param embeddings a row a picture, of any length but 0
   * @param labels who each picture shows
   * @param photographs the photograph that each picture comes from, as {@link
   *     dev.mfr.dataset.LabelledPicture#photograph()}
   * @throws IllegalArgumentException when there are not as many labels or photographs as rows, or a
   *     row is zero or not finite
   */
  public static AllPairs of(
      FeatureMatrix embeddings, List<String> labels, List<String> photographs) {
    int rows = embeddings.rows();
    checkArgument(
        labels.size() == rows && photographs.size() == rows,
        "%s embeddings with %s labels and %s photographs; give one of each for every picture",
        rows,
        labels.size(),
        photographs.size());
    float[][] unit = new float[rows][];
    for (int row = 0; row < rows; row++) {
      unit[row] = unit(embeddings.row(row), row);
    }
    return new AllPairs(unit, List.copyOf(labels), List.copyOf(photographs));
  }

  private static float[] unit(float[] vector, int row) {
    double squares = 0;
    for (float v : vector) {
      squares += (double) v * v;
    }
    double length = Math.sqrt(squares);
    checkArgument(
        length > 0 && Double.isFinite(length),
        "embedding %s has the length %s and no direction; leave out pictures without a face",
        row,
        String.valueOf(length));
    for (int c = 0; c < vector.length; c++) {
      vector[c] = (float) (vector[c] / length);
    }
    return vector;
  }

  /** {@return how many pictures are compared} */
  public int pictures() {
    return unit.length;
  }

  /** {@return how many people they show} */
  public int people() {
    return (int) Arrays.stream(person).distinct().count();
  }

  /** {@return how many pairs show one person} */
  public int genuineCount() {
    return genuine;
  }

  /** {@return how many pairs show two people} */
  public int impostorCount() {
    return impostors;
  }

  /**
   * {@return two sets without a person in common, each with every picture of its people; the first
   * has one person more where their number is odd}
   *
   * <p>The pairs across the two belong to neither.
   *
   * @param seed equal seeds and equal people give equal halves, whatever the order of the pictures
   */
  public List<AllPairs> halves(long seed) {
    List<String> people = new ArrayList<>(new TreeSet<>(labels));
    Collections.shuffle(people, new Random(seed));
    Set<String> first = new HashSet<>(people.subList(0, (people.size() + 1) / 2));
    return List.of(part(first, true), part(first, false));
  }

  private AllPairs part(Set<String> people, boolean inside) {
    List<float[]> rows = new ArrayList<>();
    List<String> rowLabels = new ArrayList<>();
    List<String> rowPhotographs = new ArrayList<>();
    for (int row = 0; row < unit.length; row++) {
      if (people.contains(labels.get(row)) == inside) {
        rows.add(unit[row]);
        rowLabels.add(labels.get(row));
        rowPhotographs.add(photographs.get(row));
      }
    }
    return new AllPairs(rows.toArray(float[][]::new), List.copyOf(rowLabels), rowPhotographs);
  }

  /**
   * {@return the curve over all pairs}
   *
   * <p>Costs pictures² / 2 products of vectors, about a second for 2.7 million pairs of 512 numbers
   * on one core, and eight bytes a pair, which the curve keeps; this object keeps no scores.
   *
   * @throws IllegalArgumentException when there is no pair of one person or none of two people
   */
  public RocCurve roc() {
    Scores scores = new Scores(genuine, impostors);
    compareAll(scores);
    return RocCurve.ofOwned(scores.genuine, scores.impostors);
  }

  private void compareAll(Scores scores) {
    int length = unit.length == 0 ? 0 : unit[0].length;
    float[] block = new float[length * BLOCK];
    float[] products = new float[BLOCK];
    for (int from = 0; from < unit.length; from += BLOCK) {
      int width = Math.min(BLOCK, unit.length - from);
      for (int b = 0; b < width; b++) {
        for (int c = 0; c < length; c++) {
          block[c * BLOCK + b] = unit[from + b][c];
        }
      }
      for (int a = 0; a < from + width - 1; a++) {
        multiply(unit[a], block, products);
        for (int b = Math.max(from, a + 1); b < from + width; b++) {
          float score = Math.max(-1, Math.min(1, products[b - from]));
          if (person[a] != person[b]) {
            scores.addImpostor(score);
          } else if (photograph[a] != photograph[b]) {
            scores.addGenuine(score);
          }
        }
      }
    }
  }

  /** The products of one row with a block of transposed rows, in loops that vectorize. */
  private static void multiply(float[] row, float[] block, float[] products) {
    Arrays.fill(products, 0);
    int c = 0;
    for (; c + 4 <= row.length; c += 4) {
      float v0 = row[c];
      float v1 = row[c + 1];
      float v2 = row[c + 2];
      float v3 = row[c + 3];
      int at = c * BLOCK;
      for (int b = 0; b < BLOCK; b++) {
        products[b] +=
            v0 * block[at + b]
                + v1 * block[at + BLOCK + b]
                + v2 * block[at + 2 * BLOCK + b]
                + v3 * block[at + 3 * BLOCK + b];
      }
    }
    for (; c < row.length; c++) {
      for (int b = 0; b < BLOCK; b++) {
        products[b] += row[c] * block[c * BLOCK + b];
      }
    }
  }

  private static final class Scores {
    private final double[] genuine;
    private final double[] impostors;
    private int genuineCount;
    private int impostorCount;

    Scores(int genuine, int impostors) {
      this.genuine = new double[genuine];
      this.impostors = new double[impostors];
    }

    void addGenuine(double score) {
      genuine[genuineCount++] = score;
    }

    void addImpostor(double score) {
      impostors[impostorCount++] = score;
    }
  }

  /** {@return how many pictures and pairs there are, never the embeddings} */
  @Override
  public String toString() {
    return "AllPairs[%d pictures, %d pairs of one person, %d of two]"
        .formatted(unit.length, genuine, impostors);
  }
}

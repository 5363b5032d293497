package dev.mfr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import dev.mfr.face.FeatureMatrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllPairsTest {

  private static FeatureMatrix random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return FeatureMatrix.of(rows, columns, values);
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int c = 0; c < a.length; c++) {
      ab += (double) a[c] * b[c];
      aa += (double) a[c] * a[c];
      bb += (double) b[c] * b[c];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void roc_severalBlocksAndAnOddLength_agreesWithANaiveLoop() {
    int rows = 301;
    FeatureMatrix embeddings = random(rows, 7, 1);
    List<String> labels = new ArrayList<>();
    List<String> photographs = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      labels.add("person " + row % 40);
      photographs.add("photograph " + row % 80);
    }
    List<Double> genuine = new ArrayList<>();
    List<Double> impostors = new ArrayList<>();
    for (int a = 0; a < rows; a++) {
      for (int b = 0; b < a; b++) {
        double score = cosine(embeddings.row(a), embeddings.row(b));
        if (a % 40 != b % 40) {
          impostors.add(score);
        } else if (a % 80 != b % 80) {
          genuine.add(score);
        }
      }
    }
    RocCurve naive = RocCurve.of(Doubles.toArray(genuine), Doubles.toArray(impostors));

    AllPairs pairs = AllPairs.of(embeddings, labels, photographs);
    RocCurve roc = pairs.roc();
    assertThat(pairs.pictures()).isEqualTo(rows);
    assertThat(pairs.people()).isEqualTo(40);
    assertThat(pairs.genuineCount()).isEqualTo(genuine.size());
    assertThat(pairs.impostorCount()).isEqualTo(impostors.size());
    assertThat(roc.genuineCount()).isEqualTo(genuine.size());
    assertThat(roc.impostorCount()).isEqualTo(impostors.size());
    assertThat(roc.auc()).isCloseTo(naive.auc(), within(1e-6));
    for (double far : new double[] {0, .001, .01, .1, .5}) {
      assertThat(roc.thresholdAtFar(far)).isCloseTo(naive.thresholdAtFar(far), within(1e-6));
    }
  }

  @Test
  void roc_fourHandMadePictures_hasTheirCosines() {
    // Ada points right and up (45° apart), Bob left and up; the last two are one direction.
    FeatureMatrix embeddings = FeatureMatrix.of(4, 2, new float[] {2, 0, 3, 3, -1, 0, 0, 5});
    AllPairs pairs = AllPairs.of(embeddings, List.of("Ada", "Ada", "Bob", "Bob"));
    assertThat(pairs.genuineCount()).isEqualTo(2);
    assertThat(pairs.impostorCount()).isEqualTo(4);
    // Genuine: cos 45° = .7071 and cos 90° = 0. Impostors: −1, 0, −.7071, .7071.
    // Wins: .7071 over three and a tie, 0 over two and a tie: 6 of 8.
    RocCurve roc = pairs.roc();
    assertThat(roc.auc()).isEqualTo(6 / 8.);
    assertThat(roc.farAt(-1)).isEqualTo(1);
    assertThat(roc.farAt(Math.nextUp(-1.))).isEqualTo(.75);
  }

  @Test
  void halves_oddNumberOfPeople_haveNobodyInCommon() {
    FeatureMatrix embeddings = random(50, 4, 2);
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < 50; row++) {
      labels.add("person " + row % 5);
    }
    List<AllPairs> halves = AllPairs.of(embeddings, labels).halves(7);
    assertThat(halves).extracting(AllPairs::people).containsExactly(3, 2);
    assertThat(halves).extracting(AllPairs::pictures).containsExactly(30, 20);
    // People have 10 pictures each: 45 pairs of one person, 100 of any two people.
    assertThat(halves).extracting(AllPairs::genuineCount).containsExactly(135, 90);
    assertThat(halves).extracting(AllPairs::impostorCount).containsExactly(300, 100);
  }

  @Test
  void halves_picturesInAnotherOrder_areTheSame() {
    int rows = 60;
    FeatureMatrix embeddings = random(rows, 8, 3);
    List<Integer> order = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      order.add(row);
      labels.add("person " + row % 10);
    }
    Collections.shuffle(order, new Random(4));
    AllPairs shuffled =
        AllPairs.of(
            embeddings.select(order.stream().mapToInt(i -> i).toArray()),
            order.stream().map(labels::get).toList());
    AllPairs sorted = AllPairs.of(embeddings, labels);
    for (int half = 0; half < 2; half++) {
      assertThat(shuffled.halves(5).get(half).roc().thresholdAtFar(.01))
          .isCloseTo(sorted.halves(5).get(half).roc().thresholdAtFar(.01), within(1e-6));
    }
    assertThat(sorted.halves(6).get(0).roc().thresholdAtFar(.01))
        .isNotCloseTo(sorted.halves(5).get(0).roc().thresholdAtFar(.01), within(1e-6));
  }

  @Test
  void of_unusableEmbeddings_saysWhich() {
    FeatureMatrix zero = FeatureMatrix.of(2, 2, new float[] {1, 0, 0, 0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllPairs.of(zero, List.of("Ada", "Bob")))
        .withMessageContaining("embedding 1 has the length 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllPairs.of(random(2, 2, 1), List.of("Ada")))
        .withMessageContaining("2 embeddings with 1 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllPairs.of(random(2, 2, 1), List.of("Ada", "Ada")).roc())
        .withMessageContaining("no impostor score");
  }
}

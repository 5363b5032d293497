package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Oracle: a naive decoder and suppression over arrays, written from the description. */
class BlazeFaceTest {

  @Test
  void anchors_all_896CellCentres() {
    assertThat(Anchors.COUNT).isEqualTo(896);
    assertThat(Anchors.x(0)).isEqualTo(.5f / 16);
    assertThat(Anchors.x(1)).isEqualTo(.5f / 16);
    assertThat(Anchors.x(2)).isEqualTo(1.5f / 16);
    assertThat(Anchors.y(511)).isEqualTo(15.5f / 16);
    assertThat(Anchors.x(512)).isEqualTo(.5f / 8);
    assertThat(Anchors.y(895)).isEqualTo(7.5f / 8);
  }

  @Test
  void find_randomTensors_asTheNaiveDecoder() {
    Random random = new Random(7);
    for (int round = 0; round < 40; round++) {
      // Given
      float[] rows = new float[896 * 16];
      float[] logits = new float[896];
      for (int i = 0; i < 896; i++) {
        logits[i] = (float) (random.nextGaussian() * 3 - 4);
        for (int k = 0; k < 16; k++) {
          rows[16 * i + k] = (float) (random.nextGaussian() * 10);
        }
        rows[16 * i + 2] = 5 + 60 * random.nextFloat();
        rows[16 * i + 3] = 5 + 60 * random.nextFloat();
      }
      logits[3] = 1000; // must not overflow
      int width = 50 + random.nextInt(300);
      int height = 50 + random.nextInt(300);
      double padding = round % 2 == 0 ? 0 : 1 / 3.0;

      // When
      List<FaceCandidate> found = find(rows, logits, width, height, padding);

      // Then
      List<double[]> expected = naive(rows, logits, width, height, padding);
      assertThat(found).hasSameSizeAs(expected).hasSizeGreaterThan(3);
      for (int i = 0; i < found.size(); i++) {
        FaceCandidate face = found.get(i);
        double[] row = expected.get(i);
        double[] actual = new double[17];
        actual[0] = face.score();
        actual[1] = face.box().centre().x();
        actual[2] = face.box().centre().y();
        actual[3] = face.box().width();
        actual[4] = face.box().height();
        for (int k = 0; k < 6; k++) {
          actual[5 + 2 * k] = face.keypoints().get(k).x();
          actual[6 + 2 * k] = face.keypoints().get(k).y();
        }
        assertThat(actual).containsExactly(row, within(1e-6 * (width + height)));
      }
    }
  }

  @Test
  void find_numbersThatAreNone_leftOut() {
    float[] rows = new float[896 * 16];
    float[] logits = new float[896];
    Arrays.fill(logits, -20);
    logits[10] = 5;
    rows[16 * 10 + 2] = Float.NaN;
    rows[16 * 10 + 3] = 20;

    assertThat(find(rows, logits, 100, 100, 0)).isEmpty();
  }

  @Test
  void find_input_isLetterboxedInBlackAndPaddedWithTheEdge() {
    // Given: a white picture twice as wide as high
    byte[] white = new byte[3 * 64 * 32];
    Arrays.fill(white, (byte) 255);
    RgbImage image = RgbImage.copyOf(white, 64, 32, 192, PixelFormat.RGB);
    FakeModel model = silent();
    BlazeFace blazeFace = new BlazeFace(model, PixelNormalization.SIGNED_UNIT);

    // When, then: black bars above and below
    blazeFace.find(image, new DetectionPass(0, Border.BLACK, .5));
    assertThat(model.lastInput[64]).isEqualTo(-1);
    assertThat(model.lastInput[64 * 128 + 64]).isEqualTo(1, within(1e-6f));

    // When, then: the edge repeated
    blazeFace.find(image, new DetectionPass(1 / 3.0, Border.REPLICATE, .5));
    assertThat(model.lastInput[0]).isEqualTo(1, within(1e-6f));
  }

  private static FakeModel silent() {
    FakeModel model = new FakeModel(() -> {});
    float[] logits = new float[896];
    Arrays.fill(logits, -20);
    model.outputs.put("classificators", logits);
    model.outputs.put("regressors", new float[896 * 16]);
    return model;
  }

  private static List<FaceCandidate> find(
      float[] rows, float[] logits, int width, int height, double padding) {
    FakeModel model = new FakeModel(() -> {});
    model.outputs.put("classificators", logits);
    model.outputs.put("regressors", rows);
    RgbImage image =
        RgbImage.copyOf(new byte[3 * width * height], width, height, 3 * width, PixelFormat.RGB);
    return new BlazeFace(model, PixelNormalization.SIGNED_UNIT)
        .find(image, new DetectionPass(padding, Border.REPLICATE, .5));
  }

  /** Rows of score, cx, cy, w, h, six keypoints. */
  private static List<double[]> naive(
      float[] rows, float[] logits, int width, int height, double padding) {
    int pad = padding == 0 ? 0 : Math.max(width, height) / 3;
    int w = width + 2 * pad;
    int h = height + 2 * pad;
    double side = Math.max(w, h);
    List<double[]> left = new ArrayList<>();
    int anchor = 0;
    for (int[] grid : new int[][] {{16, 2}, {8, 6}}) {
      for (int cell = 0; cell < grid[0] * grid[0]; cell++) {
        double ax = (cell % grid[0] + .5) / grid[0];
        int line = cell / grid[0];
        double ay = (line + .5) / grid[0];
        for (int k = 0; k < grid[1]; k++, anchor++) {
          double score = 1 / (1 + Math.exp(-Math.max(-80, Math.min(80, logits[anchor]))));
          if (score < .5) {
            continue;
          }
          double[] row = new double[17];
          row[0] = score;
          for (int c = 0; c < 16; c++) {
            double value = rows[16 * anchor + c] / 128.0;
            boolean extent = c == 2 || c == 3;
            if (!extent) {
              value += c % 2 == 0 ? ax : ay;
            }
            row[c + 1] = value * side;
            if (!extent) {
              row[c + 1] -= (c % 2 == 0 ? (side - w) / 2 : (side - h) / 2) + pad;
            }
          }
          left.add(row);
        }
      }
    }
    left.sort((a, b) -> Double.compare(b[0], a[0]));
    List<double[]> faces = new ArrayList<>();
    while (!left.isEmpty()) {
      double[] best = left.get(0);
      double[] mean = new double[17];
      double total = 0;
      List<double[]> rest = new ArrayList<>();
      for (double[] row : left) {
        if (overlap(best, row) > .3) {
          total += row[0];
          for (int c = 1; c < 17; c++) {
            mean[c] += row[0] * row[c];
          }
        } else {
          rest.add(row);
        }
      }
      for (int c = 1; c < 17; c++) {
        mean[c] /= total;
      }
      mean[0] = best[0];
      faces.add(mean);
      left = rest;
    }
    return faces;
  }

  private static double overlap(double[] a, double[] b) {
    double w =
        Math.min(a[1] + a[3] / 2, b[1] + b[3] / 2) - Math.max(a[1] - a[3] / 2, b[1] - b[3] / 2);
    double h =
        Math.min(a[2] + a[4] / 2, b[2] + b[4] / 2) - Math.max(a[2] - a[4] / 2, b[2] - b[4] / 2);
    double shared = Math.max(0, w) * Math.max(0, h);
    return shared / (a[3] * a[4] + b[3] * b[4] - shared);
  }
}

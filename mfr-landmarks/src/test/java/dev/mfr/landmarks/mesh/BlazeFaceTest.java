package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

      // When
      List<FaceCandidate> found = find(rows, logits, width, height);

      // Then
      List<double[]> expected = naive(rows, logits, width, height);
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

    assertThat(find(rows, logits, 100, 100)).isEmpty();
  }

  @Test
  void find_input_isLetterboxedInBlack() {
    // Given: a white picture twice as wide as high
    FakeModel model = silent(1);

    // When
    new BlazeFace(model, PixelNormalization.SIGNED_UNIT).find(white(64, 32), .5);

    // Then: black bars above and below
    assertThat(model.lastInput[64]).isEqualTo(-1);
    assertThat(model.lastInput[64 * 128 + 64]).isEqualTo(1, within(1e-6f));
  }

  @Test
  void findCarefully_input_isFourBorderedViews() {
    // Given: left half red, right half green
    byte[] rgb = new byte[3 * 60 * 60];
    for (int i = 0; i < 3600; i++) {
      rgb[3 * i + (i % 60 < 30 ? 0 : 1)] = (byte) 200;
    }
    FakeModel model = silent(4);

    // When
    new BlazeFace(model, PixelNormalization.SIGNED_UNIT)
        .findCarefully(RgbImage.copyOf(rgb, 60, 60, 180, PixelFormat.RGB), 1 / 3.0, .3);

    // Then: colour on black, its mirror, grey on its mean, its mirror
    int view = 3 * 128 * 128;
    int plane = 128 * 128;
    int left = 64 * 128 + 40;
    int right = 64 * 128 + 127 - 40;
    float bright = 200 / 127.5f - 1;
    assertThat(model.lastInput[0]).isEqualTo(-1);
    assertThat(model.lastInput[left]).isEqualTo(bright, within(1e-5f));
    assertThat(model.lastInput[right + plane]).isEqualTo(bright, within(1e-5f));
    assertThat(model.lastInput[view + right]).isEqualTo(bright, within(1e-5f));
    float greyLeft = .299f * 200 / 127.5f - 1;
    float greyRight = .587f * 200 / 127.5f - 1;
    for (int channel = 0; channel < 3; channel++) {
      int grey = 2 * view + channel * plane;
      assertThat(model.lastInput[grey + left]).isEqualTo(greyLeft, within(1e-5f));
      assertThat(model.lastInput[grey + right]).isEqualTo(greyRight, within(1e-5f));
      assertThat(model.lastInput[grey]).isEqualTo((greyLeft + greyRight) / 2, within(5e-3f));
      assertThat(model.lastInput[grey + view + left]).isEqualTo(greyRight, within(1e-5f));
    }
  }

  @Test
  void findCarefully_mirroredViewsAnswerMirrored_asOnePlainView() {
    // Given: four answers that agree once the mirrored ones are turned back
    Random random = new Random(5);
    FakeModel model = new FakeModel(() -> {});
    float[] rows = new float[4 * 896 * 16];
    float[] logits = new float[4 * 896];
    for (int i = 0; i < 896; i++) {
      int m = Anchors.mirrored(i);
      assertThat(Anchors.x(m)).isEqualTo(1 - Anchors.x(i), within(1e-6f));
      assertThat(Anchors.y(m)).isEqualTo(Anchors.y(i));
      float logit = (float) (random.nextGaussian() * 3 - 4);
      for (int c = 0; c < 16; c++) {
        float value =
            c == 2 || c == 3 ? 5 + 40 * random.nextFloat() : 10 * (float) random.nextGaussian();
        int[] swapped = {0, 1, 2, 3, 6, 7, 4, 5, 8, 9, 10, 11, 14, 15, 12, 13};
        boolean x = c % 2 == 0 && c != 2;
        for (int view = 0; view < 4; view++) {
          boolean turned = view % 2 == 1;
          rows[(view * 896 + (turned ? m : i)) * 16 + (turned ? swapped[c] : c)] =
              turned && x ? -value : value;
        }
      }
      for (int view = 0; view < 4; view++) {
        logits[view * 896 + (view % 2 == 1 ? m : i)] = logit;
      }
    }
    model.outputs.put("classificators", logits);
    model.outputs.put("regressors", rows);
    BlazeFace blazeFace = new BlazeFace(model, PixelNormalization.SIGNED_UNIT);

    // When
    List<FaceCandidate> careful = blazeFace.findCarefully(white(90, 70), 0, .5);
    List<FaceCandidate> plain = blazeFace.find(white(90, 70), .5);

    // Then
    assertThat(careful).hasSameSizeAs(plain).hasSizeGreaterThan(3);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(careful.get(i).score()).isCloseTo(plain.get(i).score(), within(1e-9));
      assertThat(careful.get(i).box().centre().distanceTo(plain.get(i).box().centre()))
          .isLessThan(1e-4);
      for (int k = 0; k < 6; k++) {
        assertThat(careful.get(i).keypoints().get(k).distanceTo(plain.get(i).keypoints().get(k)))
            .isLessThan(1e-4);
      }
    }
  }

  private static RgbImage white(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 255);
    return RgbImage.copyOf(rgb, width, height, 3 * width, PixelFormat.RGB);
  }

  private static FakeModel silent(int batch) {
    FakeModel model = new FakeModel(() -> {});
    float[] logits = new float[batch * 896];
    Arrays.fill(logits, -20);
    model.outputs.put("classificators", logits);
    model.outputs.put("regressors", new float[batch * 896 * 16]);
    return model;
  }

  private static List<FaceCandidate> find(float[] rows, float[] logits, int width, int height) {
    FakeModel model = new FakeModel(() -> {});
    model.outputs.put("classificators", logits);
    model.outputs.put("regressors", rows);
    RgbImage image =
        RgbImage.copyOf(new byte[3 * width * height], width, height, 3 * width, PixelFormat.RGB);
    return new BlazeFace(model, PixelNormalization.SIGNED_UNIT).find(image, .5);
  }

  /** Rows of score, cx, cy, w, h, six keypoints. */
  private static List<double[]> naive(float[] rows, float[] logits, int width, int height) {
    double side = Math.max(width, height);
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
              row[c + 1] -= (c % 2 == 0 ? (side - width) / 2 : (side - height) / 2);
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

package dev.mfr.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureMatrixTest {
  private static final FeatureMatrix SIX = FeatureMatrix.of(3, 2, new float[] {1, 2, 3, 4, 5, 6});

  @Test
  void rows_readInEveryWay_agree() {
    assertThat(SIX.row(1)).containsExactly(3, 4);
    assertThat(SIX.get(2, 1)).isEqualTo(6);
    float[] target = new float[4];
    SIX.copyRowInto(2, target, 1);
    assertThat(target).containsExactly(0, 5, 6, 0);
    FeatureMatrix picked = SIX.select(2, 0, 2);
    assertThat(picked.rows()).isEqualTo(3);
    assertThat(picked.row(0)).containsExactly(5, 6);
    assertThat(picked.row(1)).containsExactly(1, 2);
  }

  @Test
  void of_sourceOrResultChanged_staysAsItWas() {
    float[] values = {1, 2};
    FeatureMatrix matrix = FeatureMatrix.of(1, 2, values);
    values[0] = 9;
    matrix.row(0)[1] = 9;
    assertThat(matrix.row(0)).containsExactly(1, 2);
  }

  @Test
  void copyOf_bufferWithPosition_readsFromIndexZero() {
    FloatBuffer buffer = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5});
    buffer.position(3);
    FeatureMatrix matrix = FeatureMatrix.copyOf(2, 2, buffer);
    assertThat(matrix.row(0)).containsExactly(1, 2);
    assertThat(matrix.row(1)).containsExactly(3, 4);
    assertThat(buffer.position()).isEqualTo(3);
  }

  @Test
  void concat_parts_laysThemBelowEachOther() {
    FeatureMatrix all =
        FeatureMatrix.concat(
            2,
            List.of(
                SIX,
                FeatureMatrix.of(0, 2, new float[0]),
                FeatureMatrix.of(1, 2, new float[] {7, 8})));
    assertThat(all.rows()).isEqualTo(4);
    assertThat(all.row(3)).containsExactly(7, 8);
    assertThat(FeatureMatrix.concat(5, List.of()).columns()).isEqualTo(5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMatrix.concat(3, List.of(SIX)))
        .withMessageContaining("length 2 among those of 3");
  }

  @Test
  void of_wrongShape_refuses() {
    assertThatIllegalArgumentException().isThrownBy(() -> FeatureMatrix.of(2, 2, new float[3]));
    assertThatIllegalArgumentException().isThrownBy(() -> FeatureMatrix.of(0, 0, new float[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> FeatureMatrix.of(-1, -1, new float[1]));
    // 65536 · 65536 is 0 in 32 bits.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMatrix.of(65536, 65536, new float[0]));
    assertThatThrownBy(() -> SIX.get(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SIX.row(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void faceFeatures_differentRows_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FaceFeatures(SIX, FeatureMatrix.of(1, 2, new float[2])));
  }

  @Test
  void toString_neverShowsNumbers() {
    assertThat(SIX.toString()).isEqualTo("FeatureMatrix[3×2]");
  }
}

package dev.mfr.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BoxTest {

  @Test
  void intersectionOverUnion_knownBoxes_equalsHandComputed() {
    Box box = new Box(0, 0, 4, 2);
    assertThat(box.intersectionOverUnion(box)).isEqualTo(1);
    // 2×2 shared of 8 + 8 − 4.
    assertThat(box.intersectionOverUnion(new Box(2, 0, 4, 2))).isCloseTo(4 / 12., within(1e-15));
    assertThat(box.intersectionOverUnion(new Box(1, .5, 2, 1))).isEqualTo(.25);
  }

  @Test
  void intersectionOverUnion_apartTouchingOrEmpty_isZero() {
    Box box = new Box(0, 0, 4, 2);
    assertThat(box.intersectionOverUnion(new Box(5, 5, 1, 1))).isZero();
    assertThat(box.intersectionOverUnion(new Box(4, 0, 1, 1))).isZero();
    Box empty = new Box(1, 1, 0, 0);
    assertThat(box.intersectionOverUnion(empty)).isZero();
    assertThat(empty.intersectionOverUnion(empty)).isZero();
  }

  @Test
  void intersectionOverUnion_randomBoxes_equalsCountedCells() {
    Random random = new Random(5);
    for (int n = 0; n < 200; n++) {
      Box a = randomBox(random);
      Box b = randomBox(random);
      int shared = 0;
      int either = 0;
      for (int y = -10; y < 30; y++) {
        for (int x = -10; x < 30; x++) {
          boolean inA = contains(a, x + .5, y + .5);
          boolean inB = contains(b, x + .5, y + .5);
          shared += inA && inB ? 1 : 0;
          either += inA || inB ? 1 : 0;
        }
      }
      assertThat(a.intersectionArea(b)).isEqualTo(shared);
      assertThat(a.intersectionOverUnion(b)).isEqualTo((double) shared / either);
      assertThat(b.intersectionOverUnion(a)).isEqualTo(a.intersectionOverUnion(b));
    }
  }

  private static boolean contains(Box box, double x, double y) {
    return x > box.x() && y > box.y() && x < box.x() + box.width() && y < box.y() + box.height();
  }

  private static Box randomBox(Random random) {
    return new Box(
        random.nextInt(20) - 10,
        random.nextInt(20) - 10,
        1 + random.nextInt(15),
        1 + random.nextInt(15));
  }

  @Test
  void around_centre_hasThatCentre() {
    Box box = Box.around(new Point(3, 4), 2, 6);
    assertThat(box).isEqualTo(new Box(2, 1, 2, 6));
    assertThat(box.centre()).isEqualTo(new Point(3, 4));
    assertThat(box.translate(1, -1).centre()).isEqualTo(new Point(4, 3));
  }

  @Test
  void constructor_negativeOrNotFinite_refuses() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Box(0, 0, -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Box(Double.NaN, 0, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Box(0, 0, Double.POSITIVE_INFINITY, 1));
  }
}

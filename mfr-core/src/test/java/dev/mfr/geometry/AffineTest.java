package dev.mfr.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AffineTest {
  private final Random random = new Random(3);

  @Test
  void inverse_thenItself_isIdentity() {
    for (int i = 0; i < 1000; i++) {
      Affine map = randomMap();
      assertClose(map.inverse().then(map), Affine.IDENTITY, 1e-6);
      assertClose(map.then(map.inverse()), Affine.IDENTITY, 1e-6);
    }
  }

  @Test
  void then_twoMaps_appliesTheFirstFirst() {
    for (int i = 0; i < 100; i++) {
      Affine first = randomMap();
      Affine second = randomMap();
      Point p = randomPoint();
      Point expected = second.apply(first.apply(p));
      assertThat(first.then(second).apply(p).distanceTo(expected)).isLessThan(1e-9);
    }
    assertThat(Affine.translation(1, 0).then(Affine.scaling(2, 2)).apply(new Point(0, 0)))
        .isEqualTo(new Point(2, 0));
  }

  @Test
  void rotation_quarterTurn_takesXToY() {
    Point turned = Affine.rotation(Math.PI / 2).apply(new Point(1, 0));
    assertThat(turned.distanceTo(new Point(0, 1))).isLessThan(1e-15);
  }

  @Test
  void inverse_flatMap_refuses() {
    assertThatThrownBy(() -> Affine.scaling(1, 0).inverse())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be inverted");
    assertThatThrownBy(() -> Affine.scaling(Double.NaN, 1).inverse())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void similarity_exactPoints_recoversTheMap() {
    for (int i = 0; i < 200; i++) {
      Affine truth = randomSimilarity();
      List<Point> from = points(2 + random.nextInt(5));
      List<Point> to = from.stream().map(truth::apply).toList();
      Affine fitted = Affine.similarity(from, to);
      assertClose(fitted, truth, 1e-6);
      assertThat(fitted.scale()).isCloseTo(truth.scale(), within(1e-6));
    }
  }

  @Test
  void similarity_noisyPoints_noNeighbourFitsBetter() {
    List<Point> from = points(7);
    List<Point> to = from.stream().map(randomSimilarity()::apply).map(this::shaken).toList();
    Affine best = Affine.similarity(from, to);
    double least = squaredError(best, from, to);
    for (double step : new double[] {1e-3, -1e-3}) {
      List<Affine> neighbours =
          List.of(
              similarity(best.a() + step, best.d(), best.c(), best.f()),
              similarity(best.a(), best.d() + step, best.c(), best.f()),
              similarity(best.a(), best.d(), best.c() + step, best.f()),
              similarity(best.a(), best.d(), best.c(), best.f() + step));
      assertThat(neighbours)
          .allSatisfy(n -> assertThat(squaredError(n, from, to)).isGreaterThan(least));
    }
  }

  @Test
  void similarity_mirroredPoints_neverReflects() {
    List<Point> from = List.of(new Point(0, 0), new Point(4, 0), new Point(0, 3));
    List<Point> to = List.of(new Point(0, 0), new Point(-4, 0), new Point(0, 3));
    Affine fitted = Affine.similarity(from, to);
    assertThat(fitted.a() * fitted.e() - fitted.b() * fitted.d()).isNotNegative();
  }

  @Test
  void similarity_unusablePoints_refuses() {
    Point p = new Point(1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Affine.similarity(List.of(p), List.of(p)))
        .withMessageContaining("two points or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Affine.similarity(List.of(p, p), List.of(p)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Affine.similarity(List.of(p, p), List.of(p, p)))
        .withMessageContaining("coincide");
  }

  private static Affine similarity(double a, double d, double c, double f) {
    return new Affine(a, -d, c, d, a, f);
  }

  private static double squaredError(Affine map, List<Point> from, List<Point> to) {
    double sum = 0;
    for (int i = 0; i < from.size(); i++) {
      double d = map.apply(from.get(i)).distanceTo(to.get(i));
      sum += d * d;
    }
    return sum;
  }

  private static void assertClose(Affine actual, Affine expected, double tolerance) {
    for (Point p : List.of(new Point(0, 0), new Point(1, 0), new Point(0, 1))) {
      assertThat(actual.apply(p).distanceTo(expected.apply(p))).isLessThan(tolerance);
    }
  }

  private Affine randomMap() {
    // Well away from a flat map, so that the inverse's rounding stays small.
    return Affine.scaling(.5 + random.nextDouble(), -.5 - random.nextDouble())
        .then(Affine.rotation(random.nextDouble() * 7))
        .then(new Affine(1, .3, 0, 0, 1, 0))
        .then(Affine.translation(random.nextGaussian() * 50, random.nextGaussian() * 50));
  }

  private Affine randomSimilarity() {
    double scale = .2 + 3 * random.nextDouble();
    return Affine.rotation(random.nextDouble() * 7)
        .then(Affine.scaling(scale, scale))
        .then(Affine.translation(random.nextGaussian() * 50, random.nextGaussian() * 50));
  }

  private List<Point> points(int n) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      points.add(randomPoint());
    }
    return points;
  }

  private Point randomPoint() {
    return new Point(random.nextDouble() * 100, random.nextDouble() * 100);
  }

  private Point shaken(Point p) {
    return new Point(p.x() + random.nextGaussian(), p.y() + random.nextGaussian());
  }
}

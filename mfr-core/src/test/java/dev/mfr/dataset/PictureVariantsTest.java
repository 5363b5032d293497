package dev.mfr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PictureVariantsTest {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 80;

  private static RgbImage grey(int value) {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    java.util.Arrays.fill(pixels, (byte) value);
    return RgbImage.wrap(pixels, 0, WIDTH, HEIGHT, WIDTH, PixelFormat.GREY);
  }

  /** Bright left of the middle, dark right of it. */
  private static RgbImage halves() {
    byte[] pixels = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % WIDTH < WIDTH / 2 ? 200 : 20);
    }
    return RgbImage.wrap(pixels, 0, WIDTH, HEIGHT, WIDTH, PixelFormat.GREY);
  }

  private static byte[] bytes(RgbImage image) {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    image.copyInto(rgb);
    return rgb;
  }

  @Test
  void variant_equalSeeds_givesEqualPixels() {
    assertThat(bytes(PictureVariants.variant(halves(), 5)))
        .isEqualTo(bytes(PictureVariants.variant(halves(), 5)));
  }

  @Test
  void variant_anySeed_isAsLargeAsItsOriginal() {
    RgbImage variant = PictureVariants.variant(halves(), 1);

    assertThat(variant.width()).isEqualTo(WIDTH);
    assertThat(variant.height()).isEqualTo(HEIGHT);
  }

  @Test
  void variant_anySeed_leavesTheOriginalAlone() {
    RgbImage original = halves();
    byte[] before = bytes(original);

    PictureVariants.variant(original, 3);

    assertThat(bytes(original)).isEqualTo(before);
  }

  @Test
  void variant_manySeeds_mirrorsSomeAndKeepsTheSidesApart() {
    int mirrored = 0;
    for (long seed = 0; seed < 40; seed++) {
      RgbImage variant = PictureVariants.variant(halves(), seed);
      // Turned by 8° and shifted by 3 %, the edge stays within 12 of 60 pixels of the middle.
      int left = variant.rgb(WIDTH / 4, HEIGHT / 2) & 255;
      int right = variant.rgb(3 * WIDTH / 4, HEIGHT / 2) & 255;
      assertThat(Math.abs(left - right)).isGreaterThan(80);
      mirrored += left < right ? 1 : 0;
    }
    assertThat(mirrored).isBetween(8, 32);
  }

  @Test
  void variant_evenPicture_changesItsLightWithinTheLimits() {
    Set<Integer> seen = new HashSet<>();
    for (long seed = 0; seed < 40; seed++) {
      int value = PictureVariants.variant(grey(128), seed).rgb(WIDTH / 2, HEIGHT / 2) & 255;
      // 255 · 0.8 · (128/255)^1.25 = 86 and 255 · 1.2 · (128/255)^0.8 = 176; edges are repeated, so
      // blur changes nothing.
      assertThat(value).isBetween(85, 177);
      seen.add(value);
    }
    assertThat(seen).hasSizeGreaterThan(15);
  }

  @Test
  void variant_evenPicture_staysEvenToTheEdges() {
    byte[] pixels = bytes(PictureVariants.variant(grey(128), 11));

    for (byte pixel : pixels) {
      assertThat(pixel).isEqualTo(pixels[0]);
    }
  }

  @Test
  void variant_pictureOfOnePixel_works() {
    RgbImage dot = RgbImage.wrap(new byte[] {9, 9, 9}, 0, 1, 1, 3, PixelFormat.RGB);

    assertThat(PictureVariants.variant(dot, 1).width()).isEqualTo(1);
  }

  @Test
  void of_picture_namesVariantsAndLoadsNothing() {
    AtomicInteger loads = new AtomicInteger();
    LabelledPicture original =
        new LabelledPicture(
            "Ada",
            "a.png",
            () -> {
              loads.incrementAndGet();
              return halves();
            });

    List<LabelledPicture> variants = PictureVariants.of(original, 2, 7);

    assertThat(loads).hasValue(0);
    assertThat(variants).extracting(LabelledPicture::label).containsOnly("Ada");
    assertThat(variants)
        .extracting(LabelledPicture::name)
        .containsExactly("a.png#variant-1", "a.png#variant-2");
    assertThat(bytes(variants.get(0).source().load()))
        .isEqualTo(bytes(variants.get(0).source().load()))
        .isNotEqualTo(bytes(variants.get(1).source().load()));
  }

  @Test
  void of_sameFileInAnotherFolder_looksTheSame() {
    LabelledPicture here = new LabelledPicture("Ada", "a.png", () -> halves());
    LabelledPicture there = new LabelledPicture("Ada", "/data/Ada/a.png", () -> halves());
    LabelledPicture other = new LabelledPicture("Ada", "/data/Ada/b.png", () -> halves());

    byte[] look = bytes(PictureVariants.of(here, 1, 7).get(0).source().load());
    assertThat(bytes(PictureVariants.of(there, 1, 7).get(0).source().load())).isEqualTo(look);
    assertThat(bytes(PictureVariants.of(other, 1, 7).get(0).source().load())).isNotEqualTo(look);
  }

  @Test
  void of_negativeCount_isRefused() {
    LabelledPicture original = new LabelledPicture("Ada", "a.png", () -> halves());

    assertThatThrownBy(() -> PictureVariants.of(original, -1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }
}

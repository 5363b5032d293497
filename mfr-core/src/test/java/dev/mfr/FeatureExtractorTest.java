package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.FeatureExtractor.Extraction;
import dev.mfr.cache.DiskCache;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureExtractorTest {
  private static final int SIZE = 8;

  @TempDir private Path dir;
  private final AtomicInteger detections = new AtomicInteger();
  private final AtomicInteger embeddings = new AtomicInteger();
  private final List<String> warnings = new ArrayList<>();

  /** A picture of noise; without a face when its first pixel is black. */
  private static byte[] pixels(int seed) {
    byte[] rgb = new byte[3 * SIZE * SIZE];
    new Random(seed).nextBytes(rgb);
    for (int i = 0; i < 3; i++) {
      rgb[i] = (byte) (seed % 5 == 4 ? 0 : 200);
    }
    return rgb;
  }

  private static RgbImage image(byte[] rgb) {
    return RgbImage.wrap(rgb, 0, SIZE, SIZE, 3 * SIZE, PixelFormat.RGB);
  }

  private static LabelledPicture picture(int seed) {
    return new LabelledPicture("p" + seed % 3, "picture " + seed, () -> image(pixels(seed)));
  }

  private static List<LabelledPicture> pictures(int count) {
    return IntStream.range(0, count).mapToObj(FeatureExtractorTest::picture).toList();
  }

  private LandmarkDetector detector(Optional<String> id) {
    return new LandmarkDetector() {
      @Override
      public List<DetectedFace> detect(RgbImage image) {
        detections.incrementAndGet();
        if (image.rgb(0, 0) == 0) {
          return List.of();
        }
        float[] xyz = new float[3 * 68];
        xyz[0] = image.rgb(1, 1) % 7;
        Landmarks landmarks = Landmarks.of(LandmarkScheme.DLIB_68, xyz);
        return List.of(new DetectedFace(new Box(1, 2, 3, 4), .9, landmarks, .8));
      }

      @Override
      public Optional<String> id() {
        return id;
      }
    };
  }

  private static RoiCropper cropper(Optional<String> id) {
    return new RoiCropper() {
      @Override
      public FaceViews crop(RgbImage image, DetectedFace face) {
        return face.landmarks().x(0) == 6
            ? FaceViews.rejected("a six")
            : FaceViews.of(FaceView.of("roi", "whole", image));
      }

      @Override
      public Optional<String> id() {
        return id;
      }
    };
  }

  /** Three sums over the pixels, so that each picture has numbers of its own. */
  private FaceEmbedder embedder(String id) {
    return new FaceEmbedder() {
      @Override
      public String modelId() {
        return id;
      }

      @Override
      public List<String> viewNames() {
        return List.of("roi");
      }

      @Override
      public int featureLength() {
        return 3;
      }

      @Override
      public int embeddingLength() {
        return 1;
      }

      @Override
      public FaceFeatures embed(List<FaceViews> faces) {
        float[] features = new float[3 * faces.size()];
        float[] units = new float[faces.size()];
        for (int f = 0; f < faces.size(); f++) {
          embeddings.incrementAndGet();
          RgbImage view = faces.get(f).get("roi").render();
          for (int i = 0; i < SIZE * SIZE; i++) {
            features[3 * f + i % 3] += view.rgb(i % SIZE, i / SIZE) * (i + 1) % 1009;
          }
          units[f] = id.length() % 2 == 0 ? 1 : -1;
        }
        return new FaceFeatures(
            FeatureMatrix.of(faces.size(), 3, features), FeatureMatrix.of(faces.size(), 1, units));
      }

      @Override
      public void close() {}
    };
  }

  private FeatureExtractor extractor() {
    return new FeatureExtractor(
        detector(Optional.of("d")), cropper(Optional.of("c")), embedder("e"));
  }

  private Extraction cached(FeatureExtractor extractor, List<LabelledPicture> pictures) {
    try (DiskCache cache = DiskCache.open(dir, warnings::add)) {
      return extractor.withCache(cache).extract(pictures, (picture, reason) -> {});
    }
  }

  private static void assertSame(Extraction actual, Extraction expected) {
    assertThat(names(actual)).isEqualTo(names(expected));
    assertThat(actual.skipped().toString()).isEqualTo(expected.skipped().toString());
    assertThat(actual.viewRecipe()).isEqualTo(expected.viewRecipe());
    for (int i = 0; i < expected.features().size(); i++) {
      assertThat(actual.features().features().row(i))
          .containsExactly(expected.features().features().row(i));
      assertThat(actual.features().embeddings().row(i))
          .containsExactly(expected.features().embeddings().row(i));
    }
  }

  private static List<String> names(Extraction extraction) {
    return extraction.pictures().stream().map(LabelledPicture::name).toList();
  }

  @Test
  void extract_anyNumberOfThreads_givesTheSameInOrder() {
    List<LabelledPicture> pictures = pictures(101);
    Extraction expected = extractor().extract(pictures, (picture, reason) -> {});
    assertThat(expected.skipped()).hasSizeGreaterThan(20);
    for (int threads : new int[] {1, 2, 5}) {
      List<String> heard = new ArrayList<>();
      Thread caller = Thread.currentThread();

      Extraction actual =
          extractor()
              .threads(threads)
              .extract(
                  pictures,
                  (picture, reason) -> {
                    assertThat(Thread.currentThread()).isSameAs(caller);
                    heard.add(picture.name());
                  });

      assertSame(actual, expected);
      assertThat(heard).isEqualTo(pictures.stream().map(LabelledPicture::name).toList());
    }
  }

  @Test
  void extract_secondTime_computesNothingAndGivesTheSame() {
    Extraction plain = extractor().extract(pictures(40), (picture, reason) -> {});
    assertSame(cached(extractor(), pictures(40)), plain);
    detections.set(0);
    embeddings.set(0);

    Extraction second = cached(extractor().threads(3), pictures(40));

    assertSame(second, plain);
    assertThat(detections).hasValue(0);
    assertThat(embeddings).hasValue(0);
    assertThat(warnings).isEmpty();
  }

  @Test
  void extract_onePixelChanged_computesThatPictureAlone() {
    cached(extractor(), pictures(10));
    byte[] changed = pixels(3);
    changed[100] ^= 1;
    List<LabelledPicture> pictures = new ArrayList<>(pictures(10));
    pictures.set(3, new LabelledPicture("p0", "picture 3", () -> image(changed)));
    Extraction plain = extractor().extract(pictures, (picture, reason) -> {});
    detections.set(0);

    Extraction second = cached(extractor(), pictures);

    assertSame(second, plain);
    assertThat(detections).hasValue(1);
  }

  @Test
  void extract_otherEmbedder_keepsTheFacesAndEmbedsAnew() {
    cached(extractor(), pictures(10));
    detections.set(0);
    FeatureExtractor other =
        new FeatureExtractor(detector(Optional.of("d")), cropper(Optional.of("c")), embedder("e2"));
    Extraction plain = other.extract(pictures(10), (picture, reason) -> {});
    detections.set(0);

    assertSame(cached(other, pictures(10)), plain);

    assertThat(detections).hasValue(0);
  }

  @Test
  void extract_otherDetectorOrCropper_computesAnew() {
    cached(extractor(), pictures(10));
    detections.set(0);

    cached(
        new FeatureExtractor(detector(Optional.of("d2")), cropper(Optional.of("c")), embedder("e")),
        pictures(10));

    assertThat(detections).hasValue(10);
  }

  @Test
  void extract_partsWithoutId_areNotKept() {
    FeatureExtractor nameless =
        new FeatureExtractor(detector(Optional.empty()), cropper(Optional.of("c")), embedder("e"));
    cached(nameless, pictures(10));
    detections.set(0);

    cached(nameless, pictures(10));

    assertThat(detections).hasValue(10);
  }

  @Test
  void extract_contentId_isEnoughTheSecondTime() {
    AtomicInteger loads = new AtomicInteger();
    PictureSource source =
        new PictureSource() {
          @Override
          public RgbImage load() {
            loads.incrementAndGet();
            return image(pixels(0));
          }

          @Override
          public Optional<String> contentId() {
            return Optional.of("noise 0");
          }
        };
    List<LabelledPicture> one = List.of(new LabelledPicture("p", "noise", source));
    Extraction first = cached(extractor(), one);

    Extraction second = cached(extractor(), one);

    assertSame(second, first);
    assertThat(loads).hasValue(1);
  }

  @Test
  void extract_unreadablePicture_isTriedAgain() {
    AtomicInteger loads = new AtomicInteger();
    PictureSource source =
        () -> {
          if (loads.getAndIncrement() == 0) {
            throw new MfrException("the disk is away");
          }
          return image(pixels(0));
        };
    List<LabelledPicture> one = List.of(new LabelledPicture("p", "noise", source));

    assertThat(cached(extractor(), one).skipped()).hasSize(1);
    assertThat(cached(extractor(), one).skipped()).isEmpty();
  }

  @Test
  void extract_failingNetwork_failsWithItsException() {
    LandmarkDetector broken =
        image -> {
          throw new MfrException("the network is broken");
        };
    FeatureExtractor extractor =
        new FeatureExtractor(broken, cropper(Optional.of("c")), embedder("e")).threads(2);

    assertThatThrownBy(() -> extractor.extract(pictures(60), (picture, reason) -> {}))
        .isInstanceOf(MfrException.class)
        .hasMessage("the network is broken");
  }
}

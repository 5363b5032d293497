package dev.mfr.examples.experiment;

import com.google.common.hash.Hashing;
import dev.mfr.cache.CacheKey;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.face.Landmarks;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A photograph with a mask, drawn when it is needed and held while memory allows. Caches know it by
 * what it is drawn from, so that it need not be drawn again in a second run. Thread-safe.
 */
final class MaskedCopy implements PictureSource {
  private final PictureSource original;
  private final Landmarks landmarks;
  private final MaskSynthesizer synthesizer;
  private final long seed;
  private volatile @Nullable SoftReference<RgbImage> drawn;

  private MaskedCopy(
      PictureSource original, Landmarks landmarks, MaskSynthesizer synthesizer, long seed) {
    this.original = original;
    this.landmarks = landmarks;
    this.synthesizer = synthesizer;
    this.seed = seed;
  }

  /** A copy whose mask depends on the experiment's seed, the person and the file's name. */
  static LabelledPicture of(
      LabelledPicture photograph, Landmarks landmarks, MaskSynthesizer synthesizer, long seed) {
    long look =
        Hashing.sha256()
            .newHasher()
            .putLong(seed)
            .putString(photograph.label(), StandardCharsets.UTF_8)
            .putChar('/')
            .putString(photograph.fileName(), StandardCharsets.UTF_8)
            .hash()
            .asLong();
    return new LabelledPicture(
        photograph.label(),
        name(photograph, seed),
        photograph.photograph(),
        new MaskedCopy(photograph.source(), landmarks, synthesizer, look));
  }

  static String name(LabelledPicture photograph, long seed) {
    return photograph.name() + "#mask-" + seed;
  }

  @Override
  public RgbImage load() {
    SoftReference<RgbImage> held = drawn;
    RgbImage image = held == null ? null : held.get();
    if (image == null) {
      image = synthesizer.synthesize(original.load(), landmarks, seed).image();
      drawn = new SoftReference<>(image);
    }
    return image;
  }

  /** Lets the drawn picture go. */
  void forget() {
    drawn = null;
  }

  @Override
  public Optional<String> contentId() {
    return original
        .contentId()
        .map(
            pixels -> {
              CacheKey.Builder key =
                  CacheKey.builder("mask 1").text(pixels).text(synthesizer.id()).number(seed);
              for (int i = 0; i < landmarks.size(); i++) {
                key.number(Float.floatToIntBits(landmarks.x(i)))
                    .number(Float.floatToIntBits(landmarks.y(i)))
                    .number(Float.floatToIntBits(landmarks.z(i)));
              }
              return key.build().hex();
            });
  }
}

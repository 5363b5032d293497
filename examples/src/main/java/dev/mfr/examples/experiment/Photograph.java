package dev.mfr.examples.experiment;

import dev.mfr.cache.CacheKey;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureSource;
import dev.mfr.image.RgbImage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A picture that remembers the key of its pixels once it was loaded. Thread-safe. */
final class Photograph implements PictureSource {
  private final PictureSource source;
  private volatile @Nullable CacheKey key;

  private Photograph(PictureSource source) {
    this.source = source;
  }

  static LabelledPicture of(LabelledPicture picture) {
    return new LabelledPicture(
        picture.label(), picture.name(), picture.photograph(), new Photograph(picture.source()));
  }

  @Override
  public RgbImage load() {
    RgbImage image = source.load();
    if (key == null) {
      key = CacheKey.ofPixels(image);
    }
    return image;
  }

  @Override
  public Optional<String> contentId() {
    return Optional.ofNullable(key).map(CacheKey::hex);
  }
}

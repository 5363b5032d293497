package dev.mfr.gallery;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;

/**
 * A face that is to be compared: with a gallery, or with another one.
 *
 * <p>Immutable and thread-safe. Biometric data.
 *
 * @param model what made the embedding
 * @param embedding the face as numbers
 * @param mask whether it wears a mask
 */
public record Probe(GalleryModel model, Embedding embedding, MaskReading mask) {

  /**
   * {@return a template as a probe}
   *
   * @param template an enrolled face
   */
  public static Probe of(Template template) {
    return new Probe(template.model(), template.embedding(), template.mask());
  }
}

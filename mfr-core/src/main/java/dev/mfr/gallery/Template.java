package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.quality.FaceQuality;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of one enrolment picture. Not the picture.
 *
 * <p>Immutable and thread-safe. Biometric data.
 *
 * @param id names it among all templates of a gallery, not blank
 * @param model what made the embedding
 * @param embedding the face as numbers, as long as the model says
 * @param origin what it was made from
 * @param mask whether the face wore a mask
 * @param quality how good the picture was, or empty when nobody measured
 * @param created when it was made
 */
public record Template(
    String id,
    GalleryModel model,
    Embedding embedding,
    TemplateOrigin origin,
    MaskReading mask,
    Optional<FaceQuality> quality,
    Instant created) {

  public Template {
    checkArgument(!id.isBlank(), "a template needs an id");
    checkArgument(
        embedding.length() == model.embeddingLength(),
        "the model %s makes embeddings of %s numbers, got one of %s",
        model.embedderId(),
        model.embeddingLength(),
        embedding.length());
  }
}

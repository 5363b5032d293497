package dev.mfr.gallery;

import dev.mfr.face.MaskReading;
import dev.mfr.quality.FaceQuality;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A person as a gallery holds one in memory: everything but the embeddings, which the index has.
 * Immutable.
 */
record Enrolled(String id, String name, Set<String> tags, List<Kept> templates) {

  /** A template without its embedding. */
  record Kept(
      int slot,
      String personId,
      String id,
      TemplateOrigin origin,
      MaskReading mask,
      Optional<FaceQuality> quality,
      Instant created) {}

  /** {@return the id and how many templates there are; no name, so that none gets into a log} */
  @Override
  public String toString() {
    return "Enrolled[" + id + ", " + templates.size() + " templates]";
  }

  int photographs() {
    int count = 0;
    for (Kept template : templates) {
      if (template.origin() == TemplateOrigin.PHOTOGRAPH) {
        count++;
      }
    }
    return count;
  }
}

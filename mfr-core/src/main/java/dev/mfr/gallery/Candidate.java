package dev.mfr.gallery;

/**
 * A person of a gallery, and how alike a probe is to that person.
 *
 * @param personId the person's id, which stays when the name changes
 * @param name the person's name at the time of the search
 * @param similarity of the probe to the most alike of the person's templates
 * @param templateId that template
 */
public record Candidate(String personId, String name, double similarity, String templateId) {

  /** {@return the similarity and no name, so that none gets into a log} */
  @Override
  public String toString() {
    return "Candidate[" + personId + ", " + similarity + "]";
  }
}

package dev.mfr.gallery;

/** Chooses how templates are searched. */
final class GrowingIndex {
  private GrowingIndex() {}

  static TemplateIndex create(int dimensions) {
    return new ExactIndex(dimensions);
  }
}

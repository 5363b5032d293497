package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What made a gallery's embeddings. Templates of different models cannot be compared.
 *
 * @param embedderId the network's id, as {@link dev.mfr.face.FaceEmbedder#modelId()} gives it
 * @param viewRecipe how the faces were cropped, as {@link dev.mfr.face.FaceViews#recipe} gives it
 * @param embeddingLength how many numbers an embedding has, at least 1
 */
public record GalleryModel(String embedderId, String viewRecipe, int embeddingLength) {

  public GalleryModel {
    checkArgument(
        !embedderId.isBlank() && !viewRecipe.isBlank(), "a gallery's model needs its names");
    checkArgument(
        embeddingLength >= 1, "an embedding has 1 number or more, got %s", embeddingLength);
  }
}

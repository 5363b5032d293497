package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;

/**
 * What a cropper makes of one face: one or more named views, or the reason why there is none.
 *
 * <p>Immutable and thread-safe as far as its pictures are.
 */
public final class FaceViews {
  /** Between the recipes of several views in one text: {@value}. */
  public static final String RECIPE_SEPARATOR = " & ";

  private final List<FaceView> views;
  private final String rejection;

  private FaceViews(List<FaceView> views, String rejection) {
    this.views = views;
    this.rejection = rejection;
  }

  /**
   * {@return the views of a face}
   *
   * @param views at least one, with different names; the first one is the region that is shown to
   *     people
   */
  public static FaceViews of(FaceView... views) {
    return of(List.of(views));
  }

  /**
   * {@return the views of a face}
   *
   * @param views at least one, with different names; the first one is the region that is shown to
   *     people
   */
  public static FaceViews of(List<FaceView> views) {
    checkArgument(!views.isEmpty(), "a face needs one view or more; use rejected(reason) for none");
    checkArgument(
        views.stream().map(FaceView::name).distinct().count() == views.size(),
        "two views of a face have the same name: %s",
        views);
    return new FaceViews(List.copyOf(views), "");
  }

  /**
   * {@return no view: the region cannot be a face}
   *
   * @param reason a phrase such as "half of the region lies outside the picture"
   */
  public static FaceViews rejected(String reason) {
    checkArgument(!reason.isBlank(), "a rejection needs a reason");
    return new FaceViews(List.of(), reason);
  }

  /** {@return whether there is no view} */
  public boolean isRejected() {
    return views.isEmpty();
  }

  /** {@return why there is no view, or an empty string} */
  public String rejection() {
    return rejection;
  }

  /** {@return the views; empty when rejected} */
  public List<FaceView> list() {
    return views;
  }

  /**
   * {@return the view of a name, or empty}
   *
   * @param name the view's name
   */
  public Optional<FaceView> find(String name) {
    for (FaceView view : views) {
      if (view.name().equals(name)) {
        return Optional.of(view);
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the view of a name}
   *
   * @param name the view's name
   * @throws IllegalArgumentException when there is none, with the names that there are
   */
  public FaceView get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the cropper gave no view \""
                        + name
                        + "\", it gave "
                        + views
                        + "; use the cropper that belongs to the embedder, or combine several with"
                        + " RoiCropper.and"));
  }

  /**
   * {@return how the views of some names were made: their recipes, joined by {@value
   * #RECIPE_SEPARATOR}}
   *
   * @param names views' names
   * @throws IllegalArgumentException when there is no view of a name
   */
  public String recipe(List<String> names) {
    return names.stream().map(name -> get(name).recipe()).collect(joining(RECIPE_SEPARATOR));
  }

  /** {@return the views' names and sizes} */
  @Override
  public String toString() {
    return isRejected() ? "FaceViews[rejected: " + rejection + "]" : "FaceViews" + views;
  }
}

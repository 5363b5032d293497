package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
   * {@return one view of a face}
   *
   * @param view the region
   */
  public static FaceViews of(FaceView view) {
    return new FaceViews(List.of(view), "");
  }

  /**
   * {@return the views of a face}
   *
   * @param views at least one, with different names; the first one is the region that is shown to
   *     people
   */
  public static FaceViews of(List<FaceView> views) {
    checkArgument(!views.isEmpty(), "a face needs one view or more; use rejected(reason) for none");
    for (int i = 1; i < views.size(); i++) {
      for (int j = 0; j < i; j++) {
        checkArgument(
            !views.get(i).name().equals(views.get(j).name()),
            "two views of a face have the same name: %s",
            views);
      }
    }
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

  /**
   * {@return these views followed by others; what either rejects is rejected}
   *
   * @param others views with other names
   */
  public FaceViews and(FaceViews others) {
    if (isRejected()) {
      return this;
    }
    if (others.isRejected()) {
      return others;
    }
    if (views.size() == 1 && others.views.size() == 1) {
      return of(List.of(views.get(0), others.views.get(0)));
    }
    return of(ImmutableList.<FaceView>builder().addAll(views).addAll(others.views).build());
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
    return Optional.ofNullable(lookUp(name));
  }

  private @Nullable FaceView lookUp(String name) {
    for (int i = 0; i < views.size(); i++) {
      if (views.get(i).name().equals(name)) {
        return views.get(i);
      }
    }
    return null;
  }

  /**
   * {@return the view of a name}
   *
   * @param name the view's name
   * @throws IllegalArgumentException when there is none, with the names that there are
   */
  public FaceView get(String name) {
    FaceView view = lookUp(name);
    checkArgument(
        view != null,
        "the cropper gave no view \"%s\", it gave %s; use the cropper that belongs to the embedder, or"
            + " combine several with RoiCropper.and",
        name,
        views);
    return view;
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

package dev.mfr.internal;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A Flight Recorder event of one stage of a recognition. While nothing is recorded there are none.
 *
 * <p>Carries sizes only, never names, features or pixels.
 */
@Category("mfr")
@StackTrace(false)
public abstract sealed class StageEvent extends Event {
  @Label("Items")
  @Description("How many pictures, faces or regions went through together")
  int items;

  private StageEvent() {}

  /**
   * {@return the event of a stage that begins now, or null while there is no recording}
   *
   * @param stage the event's constructor
   */
  public static @Nullable StageEvent begin(Supplier<? extends StageEvent> stage) {
    if (!FlightRecorder.isInitialized()) {
      return null;
    }
    StageEvent event = stage.get();
    event.begin();
    return event;
  }

  /**
   * Ends a stage.
   *
   * @param event what {@link #begin(Supplier)} gave
   * @param items how many pictures, faces or regions went through
   */
  public static void end(@Nullable StageEvent event, int items) {
    if (event != null) {
      event.end();
      if (event.shouldCommit()) {
        event.items = items;
        event.commit();
      }
    }
  }

  /** A picture file becomes pixels. */
  @Name("dev.mfr.Decode")
  @Label("Decode")
  public static final class Decode extends StageEvent {}

  /** All faces of a picture are found and measured; items are faces. */
  @Name("dev.mfr.Detect")
  @Label("Detect")
  public static final class Detect extends StageEvent {}

  /** One run of the face detector; items are windows of the picture. Part of a Detect. */
  @Name("dev.mfr.FaceDetector")
  @Label("Face detector")
  public static final class FaceDetector extends StageEvent {}

  /** One run of the landmark network; items are regions. Part of a Detect. */
  @Name("dev.mfr.FaceMesh")
  @Label("Face mesh")
  public static final class FaceMesh extends StageEvent {}

  /** The views of a picture's faces are chosen; items are faces. */
  @Name("dev.mfr.Crop")
  @Label("Crop")
  public static final class Crop extends StageEvent {}

  /** Views are rendered and go through the embedder's networks; items are faces. */
  @Name("dev.mfr.Embed")
  @Label("Embed")
  public static final class Embed extends StageEvent {}

  /** Features become probabilities and a decision; items are faces. */
  @Name("dev.mfr.Head")
  @Label("Head")
  public static final class Head extends StageEvent {}
}

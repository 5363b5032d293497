package dev.mfr.face;

import java.util.List;

/**
 * Says whether faces wear a mask, from their lower halves.
 *
 * <p>Implementations are thread-safe; whoever opened one closes it, or hands it to something that
 * does.
 */
public interface MaskStateEstimator extends AutoCloseable {

  /** {@return name and version of what decides, such as {@code "mask-state:69fb2fa9dc55"}} */
  String modelId();

  /** {@return the names of the views that it looks at, such as {@code "chip"}; at least one} */
  List<String> viewNames();

  /**
   * {@return a reading for each face, in the order given}
   *
   * @param faces faces whose views include the {@link #viewNames()}; the list is only read during
   *     the call
   * @throws IllegalArgumentException when a face lacks a view, or one has another size
   * @throws IllegalStateException after {@link #close}
   * @throws dev.mfr.inference.InferenceException when the runtime fails
   */
  List<MaskReading> estimate(List<FaceViews> faces);

  /** Frees the network; safe to call twice, and while other threads estimate. */
  @Override
  void close();
}

package dev.mfr.examples.experiment;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.MaskState;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.GalleryEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.ResNet50Embedder;
import java.util.List;
import java.util.function.Supplier;

/**
 * An embedder of galleries and how the similarities of its networks count.
 *
 * @param name short, also the name of its calibration's file
 * @param open opens the embedder; whoever calls this closes it
 * @param unmasked the weight of each network for a probe without a mask, in sum 1
 * @param masked for a masked one
 * @param shipped whether its calibration belongs to the embedder
 */
public record GalleryWay(
    String name,
    Supplier<? extends FaceEmbedder> open,
    List<Double> unmasked,
    List<Double> masked,
    boolean shipped) {

  public GalleryWay {
    unmasked = List.copyOf(unmasked);
    masked = List.copyOf(masked);
    checkArgument(unmasked.size() == masked.size(), "each network has a weight for either state");
    for (List<Double> weights : List.of(unmasked, masked)) {
      double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
      checkArgument(Math.abs(sum - 1) < 1e-9, "weights have the sum 1, got %s", weights);
    }
  }

  List<Double> weights(MaskState state) {
    return state == MaskState.UNMASKED ? unmasked : masked;
  }

  /**
   * {@return the bundled embedders, and the gallery's with equal weights for all probes}
   *
   * <p>The weights were chosen on people who are in no network's training and in no test: {@code
   * docs/decisions/0024-*}.
   */
  public static List<GalleryWay> bundled() {
    List<Double> one = List.of(1.);
    List<Double> compromise = List.of(.2, .76, .04);
    return List.of(
        new GalleryWay("dlib", DlibEmbedder::open, one, one, true),
        new GalleryWay("mask-aware", MaskAwareEmbedder::open, one, one, true),
        new GalleryWay("resnet50", ResNet50Embedder::open, one, one, true),
        new GalleryWay("fused", DefaultEmbedder::open, List.of(0., 1.), List.of(.07, .93), true),
        new GalleryWay("gallery, one weight", GalleryEmbedder::open, compromise, compromise, false),
        new GalleryWay(
            "gallery", GalleryEmbedder::open, List.of(.5, .5, 0.), List.of(0., .93, .07), true));
  }
}

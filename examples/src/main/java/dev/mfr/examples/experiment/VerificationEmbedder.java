package dev.mfr.examples.experiment;

import dev.mfr.RoiCropper;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.inference.ModelBundle;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.OnnxEmbedder;
import dev.mfr.onnx.OnnxModels;
import dev.mfr.onnx.ResNet50Embedder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An embedder under the name that tables call it by.
 *
 * @param name the network and what it looks at; different from the others of a run
 * @param cropper makes the views that it looks at
 * @param open opens it; whoever calls this closes it
 */
public record VerificationEmbedder(
    String name, RoiCropper cropper, Supplier<? extends FaceEmbedder> open) {

  private static final String MIRRORED = ", and mirrored";

  /**
   * {@return the bundled embedders, each alone and averaged with its answer to the mirrored view}
   *
   * <p>A network that is bundled later is one more line here.
   */
  public static List<VerificationEmbedder> bundled() {
    RoiCropper region = PeriocularCropper.fourPoint();
    RoiCropper face = AlignedFaceCropper.dlib();
    String resNet = "ResNet-50 on the region";
    String dlib = "dlib on the whole face";
    String aware = "mask-aware on the whole face";
    String fused = "ResNet-50 and mask-aware, fused (default)";
    return List.of(
        new VerificationEmbedder(resNet, region, ResNet50Embedder::open),
        new VerificationEmbedder(
            resNet + MIRRORED,
            region,
            () -> mirrored(OnnxModels.resNet50(), ResNet50Embedder.VIEW)),
        new VerificationEmbedder(dlib, face, DlibEmbedder::open),
        new VerificationEmbedder(
            dlib + MIRRORED, face, () -> mirrored(OnnxModels.dlib(), DlibEmbedder.VIEW)),
        new VerificationEmbedder(aware, face, MaskAwareEmbedder::open),
        new VerificationEmbedder(
            aware + MIRRORED, face, () -> mirrored(OnnxModels.maskAware(), MaskAwareEmbedder.VIEW)),
        new VerificationEmbedder(fused, region.and(face), DefaultEmbedder::open),
        new VerificationEmbedder(
            fused + MIRRORED, region.and(face), VerificationEmbedder::mirroredDefault));
  }

  private static FaceEmbedder mirrored(ModelBundle model, String view) {
    return OnnxEmbedder.builder().model(model).viewName(view).flipAverage(true).open();
  }

  /** The parts and the weights of the default, each part mirrored as well. */
  private static FaceEmbedder mirroredDefault() {
    String id;
    try (FaceEmbedder plain = DefaultEmbedder.open()) {
      id = plain.modelId();
    }
    return FusedEmbedder.ofId(id, VerificationEmbedder::mirroredOf)
        .orElseThrow(() -> new IllegalStateException("a part of " + id + " is not known here"));
  }

  private static Optional<FaceEmbedder> mirroredOf(String id) {
    ModelBundle resNet = OnnxModels.resNet50();
    ModelBundle aware = OnnxModels.maskAware();
    return id.equals(resNet.manifest().id())
        ? Optional.of(mirrored(resNet, ResNet50Embedder.VIEW))
        : id.equals(aware.manifest().id())
            ? Optional.of(mirrored(aware, MaskAwareEmbedder.VIEW))
            : Optional.empty();
  }
}

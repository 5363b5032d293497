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
 * @param name short, for columns of tables; different from the others of a run
 * @param sees what it looks at
 * @param cropper makes the views that it looks at
 * @param open opens it; whoever calls this closes it
 */
public record VerificationEmbedder(
    String name, String sees, RoiCropper cropper, Supplier<? extends FaceEmbedder> open) {

  private static final String MIRRORED = " + mirror";

  /**
   * {@return the bundled embedders, each alone and averaged with its answer to the mirrored view}
   *
   * <p>A network that is bundled later is one more line here.
   */
  public static List<VerificationEmbedder> bundled() {
    RoiCropper region = PeriocularCropper.fourPoint();
    RoiCropper face = AlignedFaceCropper.dlib();
    String resNet = "ResNet-50";
    String dlib = "dlib";
    String aware = "mask-aware";
    String fused = "fused";
    String above = "the region above the mask";
    String whole = "the whole face";
    String both = "ResNet-50 and mask-aware, fused: the default";
    String mirrored = ", averaged with the mirrored view";
    return List.of(
        new VerificationEmbedder(resNet, above, region, ResNet50Embedder::open),
        new VerificationEmbedder(
            resNet + MIRRORED,
            above + mirrored,
            region,
            () -> mirrored(OnnxModels.resNet50(), ResNet50Embedder.VIEW)),
        new VerificationEmbedder(dlib, whole, face, DlibEmbedder::open),
        new VerificationEmbedder(
            dlib + MIRRORED,
            whole + mirrored,
            face,
            () -> mirrored(OnnxModels.dlib(), DlibEmbedder.VIEW)),
        new VerificationEmbedder(aware, whole, face, MaskAwareEmbedder::open),
        new VerificationEmbedder(
            aware + MIRRORED,
            whole + mirrored,
            face,
            () -> mirrored(OnnxModels.maskAware(), MaskAwareEmbedder.VIEW)),
        new VerificationEmbedder(fused, both, region.and(face), DefaultEmbedder::open),
        new VerificationEmbedder(
            fused + MIRRORED,
            both + mirrored,
            region.and(face),
            VerificationEmbedder::mirroredDefault));
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

package dev.mfr.onnx;

import dev.mfr.ComponentProvider;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.gallery.Calibration;
import dev.mfr.inference.ModelManifest;
import java.util.List;
import java.util.Optional;

/**
 * The parts that this module brings along: the ResNet-50, the mask-aware network, their fusion,
 * which is the default, dlib's network as it was, the fusion of all three for galleries, and what
 * was measured of their similarities. Stateless and thread-safe.
 */
public final class OnnxComponents implements ComponentProvider {

  /** For {@link java.util.ServiceLoader}. */
  public OnnxComponents() {}

  @Override
  public Optional<MaskStateEstimator> maskStateEstimator() {
    return Optional.of(MaskStateNetwork.open(OnnxOptions.ofClassPath()));
  }

  @Override
  public Optional<FaceEmbedder> embedder() {
    return Optional.of(DefaultEmbedder.open(OnnxOptions.ofClassPath()));
  }

  @Override
  public Optional<FaceEmbedder> embedderOf(String modelId) {
    List<ModelManifest> bundled = OnnxModels.bundled();
    if (bundled.get(0).id().equals(modelId)) {
      return Optional.of(ResNet50Embedder.open(OnnxOptions.ofClassPath()));
    }
    if (bundled.get(1).id().equals(modelId)) {
      return Optional.of(DlibEmbedder.open(OnnxOptions.ofClassPath()));
    }
    if (bundled.get(2).id().equals(modelId)) {
      return Optional.of(MaskAwareEmbedder.open(OnnxOptions.ofClassPath()));
    }
    return Optional.empty();
  }

  @Override
  public Optional<FaceEmbedder> galleryEmbedder() {
    return Optional.of(GalleryEmbedder.open(OnnxOptions.ofClassPath()));
  }

  @Override
  public Optional<Calibration> calibrationOf(String embedderId) {
    return Calibrations.of(embedderId);
  }
}

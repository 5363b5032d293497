package dev.mfr.examples.cli;

import dev.mfr.RoiCropper;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.DlibEmbedder;
import dev.mfr.onnx.GalleryEmbedder;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.ResNet50Embedder;
import java.util.Locale;

/** The bundled embedders, each with the crop that it looks at. */
enum EmbedderChoice {
  /** The ResNet-50 and the mask-aware network, fused. */
  FUSED,
  /** All three networks, as galleries use them. */
  GALLERY,
  /** The whole aligned face, masked or not. */
  MASKAWARE,
  /** The region above a mask. */
  RESNET50,
  /** The whole aligned face. */
  DLIB;

  FaceEmbedder open() {
    return switch (this) {
      case FUSED -> DefaultEmbedder.open();
      case GALLERY -> GalleryEmbedder.open();
      case MASKAWARE -> MaskAwareEmbedder.open();
      case RESNET50 -> ResNet50Embedder.open();
      case DLIB -> DlibEmbedder.open();
    };
  }

  RoiCropper cropper() {
    return switch (this) {
      case FUSED, GALLERY -> PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());
      case RESNET50 -> PeriocularCropper.fourPoint();
      case MASKAWARE, DLIB -> AlignedFaceCropper.dlib();
    };
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

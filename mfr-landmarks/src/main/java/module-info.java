/** Faces: pictures are decoded, faces found and measured, regions cropped, masks drawn. */
module dev.mfr.landmarks {
  requires transitive dev.mfr.core;
  requires com.google.common;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.opencv;

  exports dev.mfr.landmarks;
  exports dev.mfr.landmarks.crop;
  exports dev.mfr.landmarks.dlib;
  exports dev.mfr.landmarks.mask;
  exports dev.mfr.landmarks.mesh;
  exports dev.mfr.landmarks.quality;

  // Model bundles are read by the core.
  opens dev.mfr.landmarks.mesh to
      dev.mfr.core;

  provides dev.mfr.ComponentProvider with
      dev.mfr.landmarks.LandmarkComponents;
  provides dev.mfr.image.ImageDecoder with
      dev.mfr.landmarks.OpenCvImageDecoder;
}

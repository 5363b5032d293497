/** The pipeline of masked face recognition, without native code. */
@SuppressWarnings("module") // the friends are compiled after this module
module dev.mfr.core {
  requires transitive java.desktop;
  requires transitive org.jspecify;
  requires com.google.common;
  requires jdk.jfr;
  requires static org.apache.lucene.core;

  exports dev.mfr;
  exports dev.mfr.cache;
  exports dev.mfr.dataset;
  exports dev.mfr.evaluation;
  exports dev.mfr.evaluation.page;
  exports dev.mfr.face;
  exports dev.mfr.gallery;
  exports dev.mfr.geometry;
  exports dev.mfr.head;
  exports dev.mfr.image;
  exports dev.mfr.inference;
  exports dev.mfr.quality;
  exports dev.mfr.video;
  exports dev.mfr.internal to
      dev.mfr.landmarks,
      dev.mfr.onnx;

  uses dev.mfr.ComponentProvider;
  uses dev.mfr.image.ImageDecoder;
  uses dev.mfr.inference.InferenceRuntime;
}

/** Runs the networks of masked face recognition with ONNX Runtime. */
@SuppressWarnings("opens") // a package of resources only
module dev.mfr.onnx {
  requires transitive dev.mfr.core;
  requires com.google.common;
  requires com.microsoft.onnxruntime;

  exports dev.mfr.onnx;

  opens dev.mfr.onnx.models to
      dev.mfr.core;

  provides dev.mfr.ComponentProvider with
      dev.mfr.onnx.OnnxComponents;
  provides dev.mfr.inference.InferenceRuntime with
      dev.mfr.onnx.OnnxRuntime;
}

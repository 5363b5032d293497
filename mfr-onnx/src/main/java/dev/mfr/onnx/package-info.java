/**
 * ONNX Runtime behind the inference port: sessions, execution providers, the bundled networks and
 * the embedders that use them.
 *
 * <p>Start with {@link dev.mfr.onnx.ResNet50Embedder} and {@link dev.mfr.onnx.DlibEmbedder}, or
 * with {@link dev.mfr.onnx.OnnxEmbedder} for a network of your own.
 */
@NullMarked
package dev.mfr.onnx;

import org.jspecify.annotations.NullMarked;

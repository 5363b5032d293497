package dev.mfr.landmarks.mesh;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.TensorBuffers;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The landmark network: 468 points of each region. Thread-safe as its network is; does not close
 * it.
 */
final class MeshNetwork {
  static final int SIZE = 192;
  private static final int COORDINATES = 3 * LandmarkScheme.FACE_MESH_468.size();

  private final InferenceModel network;
  private final PixelNormalization normalization;

  /**
   * The answer for a region.
   *
   * @param landmarks the points in the picture, or null when the network gave numbers that are none
   * @param presence 0…1
   */
  record Answer(@Nullable Landmarks landmarks, double presence) {}

  MeshNetwork(InferenceModel network, PixelNormalization normalization) {
    this.network = network;
    this.normalization = normalization;
  }

  /** {@return the answer for one region} */
  Answer measure(RgbImage image, MeshRegion region) {
    return measure(image, List.of(region)).get(0);
  }

  /** {@return an answer for each region, in their order; all regions are one batch} */
  List<Answer> measure(RgbImage image, List<MeshRegion> regions) {
    if (regions.isEmpty()) {
      return List.of();
    }
    return network.run(
        regions.size(),
        in -> {
          FloatBuffer input = in.input("input_1");
          for (int i = 0; i < regions.size(); i++) {
            Warp.renderPlanar(
                image,
                regions.get(i).sourceFromNetwork(SIZE),
                SIZE,
                SIZE,
                Border.REPLICATE,
                normalization,
                input,
                i * 3 * SIZE * SIZE);
          }
        },
        out -> {
          List<Answer> answers = new ArrayList<>(regions.size());
          for (int i = 0; i < regions.size(); i++) {
            answers.add(answer(out, i, regions.get(i).sourceFromNetwork(SIZE)));
          }
          return answers;
        });
  }

  private static Answer answer(TensorBuffers out, int item, Affine sourceFromNetwork) {
    double presence = BlazeFace.sigmoid(out.output("conv2d_31").get(item));
    FloatBuffer points = out.output("conv2d_21");
    float[] xyz = new float[COORDINATES];
    for (int i = 0; i < COORDINATES; i++) {
      xyz[i] = points.get(item * COORDINATES + i);
      if (!Float.isFinite(xyz[i])) {
        return new Answer(null, 0);
      }
    }
    Landmarks inRegion = Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
    return new Answer(inRegion.transform(sourceFromNetwork), presence);
  }
}

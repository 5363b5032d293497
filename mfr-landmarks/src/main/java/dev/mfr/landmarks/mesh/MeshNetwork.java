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
import dev.mfr.internal.Spares;
import dev.mfr.internal.StageEvent;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final Spares<Batch> spares = new Spares<>(Batch::new);

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
    Batch batch = take();
    try {
      for (MeshRegion region : regions) {
        batch.add(image, region.sourceFromNetwork(SIZE));
      }
      batch.run();
      List<Answer> answers = new ArrayList<>(regions.size());
      for (int i = 0; i < regions.size(); i++) {
        answers.add(
            batch.hasPoints(i)
                ? new Answer(
                    Landmarks.of(LandmarkScheme.FACE_MESH_468, batch.points(i)), batch.presence(i))
                : new Answer(null, 0));
      }
      return answers;
    } finally {
      give(batch);
    }
  }

  /** {@return memory for a batch, empty; followed by {@link #give} in a finally block} */
  Batch take() {
    return spares.take();
  }

  void give(Batch batch) {
    batch.clear();
    spares.give(batch);
  }

  /** Regions to measure and what the network says of them, in memory that is used again. */
  final class Batch {
    private final List<RgbImage> images = new ArrayList<>();
    private final List<Affine> maps = new ArrayList<>();
    private final List<float[]> points = new ArrayList<>();
    private double[] presences = new double[0];
    private boolean[] finite = new boolean[0];
    private final Consumer<TensorBuffers> fill = this::fill;
    private final Function<TensorBuffers, Boolean> read = this::read;

    private Batch() {}

    private void clear() {
      maps.clear();
      images.clear();
    }

    /** Adds a region of a picture by the map from pixels of the network's input to it. */
    void add(RgbImage image, Affine sourceFromNetwork) {
      images.add(image);
      maps.add(sourceFromNetwork);
    }

    /** Measures all regions at once. */
    void run() {
      int size = maps.size();
      if (size == 0) {
        return;
      }
      while (points.size() < size) {
        points.add(new float[COORDINATES]);
      }
      if (presences.length < size) {
        presences = new double[size];
        finite = new boolean[size];
      }
      StageEvent event = StageEvent.begin(StageEvent.FaceMesh::new);
      network.run(size, fill, read);
      StageEvent.end(event, size);
    }

    private void fill(TensorBuffers buffers) {
      FloatBuffer input = buffers.input("input_1");
      for (int i = 0; i < maps.size(); i++) {
        Warp.renderPlanar(
            images.get(i),
            maps.get(i),
            SIZE,
            SIZE,
            Border.REPLICATE,
            normalization,
            input,
            i * 3 * SIZE * SIZE);
      }
    }

    private Boolean read(TensorBuffers buffers) {
      FloatBuffer presence = buffers.output("conv2d_31");
      FloatBuffer coordinates = buffers.output("conv2d_21");
      for (int i = 0; i < maps.size(); i++) {
        presences[i] = BlazeFace.sigmoid(presence.get(i));
        coordinates.get(i * COORDINATES, points.get(i));
        finite[i] = toPicture(points.get(i), maps.get(i));
      }
      return true;
    }

    private static boolean toPicture(float[] xyz, Affine map) {
      boolean finite = true;
      float scale = (float) map.scale();
      for (int i = 0; i < xyz.length; i += 3) {
        float x = (float) map.applyX(xyz[i], xyz[i + 1]);
        float y = (float) map.applyY(xyz[i], xyz[i + 1]);
        xyz[i] = x;
        xyz[i + 1] = y;
        xyz[i + 2] *= scale;
        finite &= Float.isFinite(x) && Float.isFinite(y) && Float.isFinite(xyz[i + 2]);
      }
      return finite;
    }

    /** {@return whether the network gave numbers} */
    boolean hasPoints(int region) {
      return finite[region];
    }

    /** {@return 0…1} */
    double presence(int region) {
      return presences[region];
    }

    /** {@return x, y and z of the points in the picture, valid until the batch is given back} */
    float[] points(int region) {
      return points.get(region);
    }
  }
}

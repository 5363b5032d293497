package dev.mfr.landmarks.mesh;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.Lists;
import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceBuffer;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelException;
import dev.mfr.internal.Spares;
import dev.mfr.internal.UseCount;
import dev.mfr.video.FaceFollower;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackingOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds every face of a picture and measures the 468 points of its MediaPipe face mesh.
 *
 * <p>A picture without a sure face is looked at a second time, for one face that fills it, as in a
 * tight crop or under a mask; a picture without a face costs five runs of the small network. A
 * picture with 480 pixels or more on its longer side is also looked at in parts, for the faces that
 * are too small in the whole; {@link SmallFaces} says which are found and what that costs.
 *
 * <p>Points are in pixels of the picture given, z on the same scale. Equal pictures give equal
 * results. Both networks travel in the jar.
 *
 * <p>Thread-safe: any number of threads may share one detector. Whoever opened it closes it; calls
 * that are still running then finish first. Memory is the two networks (some 20 MB) and the buffers
 * of as many runs as overlap.
 */
public final class FaceMeshDetector implements LandmarkDetector, AutoCloseable {
  /*
   * 1. BlazeFace looks at the whole picture, letterboxed to 128×128. For each face a square, level with its eyes, goes
   *    to the mesh network as 192×192; all faces are one batch. FaceAcceptance keeps what is a face.
   * 2. Without a sure face the picture may be one face that fills it: BlazeFace looks again, carefully, with a border,
   *    and the one face that it finds must be measured the same twice.
   * 3. A large picture is looked at once more in overlapping tiles, for the faces that are too small in the whole, and
   *    then closely at each of these. What 1 and 2 found stays as it is. Smaller tiles are for pictures in which nothing was
   *    found.
   * Every input is one warp straight from the picture into the network's buffer.
   */

  /** To be raised whenever equal pictures give other faces than before: caches go by it. */
  private static final int VERSION = 2;

  /** The most pictures or faces that a network sees at once. */
  private static final int MAX_BATCH = 16;

  private final String id;
  private final BlazeFace blazeFace;
  private final MeshNetwork mesh;
  private final double minScore;
  private final double minPresence;
  private final int maxFaces;
  private final SmallFaces smallFaces;
  private final UseCount uses;
  private final Spares<FaceBuffer> spareFaces = new Spares<>(FaceBuffer::new);
  private final Spares<Candidates> spareCandidates = new Spares<>(Candidates::new);

  private FaceMeshDetector(
      Builder builder, String id, BlazeFace blazeFace, MeshNetwork mesh, Runnable release) {
    this.id = id;
    this.blazeFace = blazeFace;
    this.mesh = mesh;
    this.minScore = builder.minScore;
    this.minPresence = builder.minPresence;
    this.maxFaces = builder.maxFaces;
    this.smallFaces = builder.smallFaces;
    this.uses = new UseCount("the face mesh detector", release);
  }

  /**
   * {@return a detector with the defaults: the installed runtime, scores from 0.5, any presence, at
   * most 32 faces, small ones searched for in large pictures}
   *
   * @throws InferenceException when no neural-network runtime is installed or it fails
   * @throws ModelException when a network in the jar is damaged
   */
  public static FaceMeshDetector open() {
    return builder().open();
  }

  /** {@return a builder with the defaults of {@link #open()}} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return all faces of a picture by falling score, empty when there is none}
   *
   * @param image the picture; only read during the call
   * @throws IllegalStateException after {@link #close}
   * @throws InferenceException when the runtime fails
   */
  @Override
  public List<DetectedFace> detect(RgbImage image) {
    FaceBuffer faces = spareFaces.take();
    try {
      detectInto(image, faces);
      return faces.toList();
    } finally {
      spareFaces.give(faces);
    }
  }

  /**
   * Writes what {@link #detect} gives into memory of the caller's; for a picture with sure faces
   * and a longer side under 480 pixels it allocates a few dozen bytes.
   *
   * @param image the picture; only read during the call
   * @param faces written over
   * @throws IllegalStateException after {@link #close}
   * @throws InferenceException when the runtime fails
   */
  @Override
  public void detectInto(RgbImage image, FaceBuffer faces) {
    uses.enter();
    try {
      faces.clear();
      lookPlainly(image, faces);
      lookFurther(image, faces);
    } finally {
      uses.exit();
    }
  }

  /**
   * Writes what {@link #detectInto} gives for several pictures; both networks see up to {@value
   * #MAX_BATCH} pictures or faces at once.
   *
   * @param images the pictures; only read during the call
   * @param faces a buffer for each, written over
   * @throws IllegalStateException after {@link #close}
   * @throws InferenceException when the runtime fails
   */
  @Override
  public void detectAllInto(List<RgbImage> images, List<FaceBuffer> faces) {
    uses.enter();
    try {
      faces.forEach(FaceBuffer::clear);
      List<Candidates> candidates = images.stream().map(image -> new Candidates()).toList();
      blazeFace.findAll(images, minScore, candidates);
      measureAll(images, candidates, faces);
      for (int i = 0; i < images.size(); i++) {
        lookFurther(images.get(i), faces.get(i));
      }
    } finally {
      uses.exit();
    }
  }

  /** As {@link #measure}, for several pictures; the order of pictures and of faces stays. */
  private void measureAll(
      List<RgbImage> images, List<Candidates> candidates, List<FaceBuffer> faces) {
    record Region(int picture, int candidate) {}
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      candidates.get(i).truncate(maxFaces);
      for (int k = 0; k < candidates.get(i).size(); k++) {
        regions.add(new Region(i, k));
      }
    }
    for (List<Region> part : Lists.partition(regions, MAX_BATCH)) {
      MeshNetwork.Batch batch = mesh.take();
      try {
        for (Region region : part) {
          batch.add(
              images.get(region.picture),
              MeshRegion.sourceFromNetwork(
                  candidates.get(region.picture), region.candidate, MeshNetwork.SIZE));
        }
        batch.run();
        for (int r = 0; r < part.size(); r++) {
          Region region = part.get(r);
          accept(
              batch,
              r,
              candidates.get(region.picture),
              region.candidate,
              faces.get(region.picture));
        }
      } finally {
        mesh.give(batch);
      }
    }
  }

  private void lookFurther(RgbImage image, FaceBuffer faces) {
    if (faces.size() == 0 || !FaceAcceptance.isSure(faces.score(0))) {
      List<DetectedFace> filling = lookCarefully(image);
      if (!filling.isEmpty()) {
        replace(faces, filling);
      }
    }
    if (smallFaces.whenNothingIsFound > 0 && Tiles.isLarge(image)) {
      replace(faces, lookAtTiles(image, faces.toList()));
    }
  }

  /**
   * {@return a tracker for one video that measures each face where its last mesh was, and detects
   * only when a face is lost or in doubt, and now and then for new ones}
   *
   * <p>While all faces are followed, a frame costs one run of the mesh network. It uses this
   * detector and does not close it.
   *
   * @param options when it detects, and how long it remembers a lost face
   */
  @Override
  public FaceTracker tracker(TrackingOptions options) {
    return FaceTracker.following(this, this::follow, options);
  }

  private List<DetectedFace> follow(RgbImage frame, List<FaceFollower.Place> faces) {
    uses.enter();
    try {
      return MeshFollower.follow(mesh, frame, faces);
    } finally {
      uses.exit();
    }
  }

  private static void replace(FaceBuffer faces, List<DetectedFace> by) {
    faces.clear();
    for (DetectedFace face : by) {
      faces.add(face);
    }
  }

  private void lookPlainly(RgbImage image, FaceBuffer faces) {
    Candidates candidates = spareCandidates.take();
    try {
      blazeFace.find(image, minScore, candidates);
      candidates.truncate(maxFaces);
      measure(image, candidates, faces);
    } finally {
      spareCandidates.give(candidates);
    }
  }

  /** Adds the candidates that their meshes confirm, in their order. */
  private void measure(RgbImage image, Candidates candidates, FaceBuffer faces) {
    MeshNetwork.Batch batch = mesh.take();
    try {
      for (int i = 0; i < candidates.size(); i++) {
        batch.add(image, MeshRegion.sourceFromNetwork(candidates, i, MeshNetwork.SIZE));
      }
      batch.run();
      for (int i = 0; i < candidates.size(); i++) {
        accept(batch, i, candidates, i, faces);
      }
    } finally {
      mesh.give(batch);
    }
  }

  private void accept(
      MeshNetwork.Batch batch, int region, Candidates candidates, int i, FaceBuffer faces) {
    double presence = batch.presence(region);
    if (batch.hasPoints(region)
        && presence >= minPresence
        && FaceAcceptance.accepts(candidates.score(i), presence)) {
      double width = candidates.width(i);
      double height = candidates.height(i);
      int face =
          faces.add(
              LandmarkScheme.FACE_MESH_468,
              candidates.centreX(i) - width / 2,
              candidates.centreY(i) - height / 2,
              width,
              height,
              candidates.score(i),
              presence);
      float[] points = batch.points(region);
      System.arraycopy(points, 0, faces.coordinates(face), 0, points.length);
    }
  }

  /** At most one face: the best that fills the picture, measured twice. */
  private List<DetectedFace> lookCarefully(RgbImage image) {
    for (FaceCandidate candidate :
        blazeFace.findCarefully(
            image, FaceAcceptance.CAREFUL_BORDER, FaceAcceptance.CAREFUL_FLOOR)) {
      if (candidate.score() < minScore || !FaceAcceptance.fills(candidate, image)) {
        continue;
      }
      MeshNetwork.Answer first = mesh.measure(image, MeshRegion.of(candidate));
      Landmarks landmarks = first.landmarks();
      if (landmarks == null
          || first.presence() < minPresence
          || FaceAcceptance.isFaint(candidate, first.presence())) {
        return List.of();
      }
      Landmarks again = mesh.measure(image, MeshRegion.of(landmarks)).landmarks();
      return again != null && FaceAcceptance.isSteady(landmarks, again)
          ? List.of(face(candidate, landmarks, first.presence()))
          : List.of();
    }
    return List.of();
  }

  /** The faces that are known, untouched, and those that only tiles show, by falling score. */
  private List<DetectedFace> lookAtTiles(RgbImage image, List<DetectedFace> known) {
    List<DetectedFace> faces = new ArrayList<>(known);
    for (int level = 1; level <= smallFaces.whenNothingIsFound; level++) {
      if (faces.size() >= maxFaces || (level > smallFaces.always && !faces.isEmpty())) {
        break;
      }
      List<Box> boxes = faces.stream().map(DetectedFace::box).toList();
      List<FaceCandidate> candidates = Tiles.merge(findIn(image, Tiles.of(image, level)), boxes);
      List<List<FaceCandidate>> around =
          blazeFace.findInTiles(image, Tiles.around(candidates), minScore);
      candidates = Tiles.merge(Tiles.confirmed(candidates, around), boxes);
      int room = Math.min(candidates.size(), maxFaces - faces.size());
      FaceBuffer measured = new FaceBuffer();
      measure(image, Candidates.of(candidates.subList(0, room)), measured);
      faces.addAll(measured.toList());
    }
    faces.sort(Comparator.comparingDouble(DetectedFace::score).reversed());
    return List.copyOf(faces);
  }

  private List<FaceCandidate> findIn(RgbImage image, List<Letterbox> tiles) {
    return blazeFace.findInTiles(image, tiles, minScore).stream().flatMap(List::stream).toList();
  }

  private static DetectedFace face(FaceCandidate face, Landmarks landmarks, double presence) {
    return new DetectedFace(face.box(), face.score(), landmarks, presence);
  }

  /** {@return the ids of both networks and the settings} */
  @Override
  public Optional<String> id() {
    return Optional.of(id);
  }

  /** Frees both networks, at once or after the last running call. Safe to call twice. */
  @Override
  public void close() {
    uses.close();
  }

  /** {@return the name, never pictures} */
  @Override
  public String toString() {
    return "FaceMeshDetector[maxFaces=" + maxFaces + "]";
  }

  /** Options of a detector. Not thread-safe. */
  public static final class Builder {
    private @Nullable InferenceRuntime runtime;
    private double minScore = .5;
    private double minPresence;
    private int maxFaces = 32;
    private SmallFaces smallFaces = SmallFaces.LARGE_PICTURES;

    private Builder() {}

    /**
     * Sets the runtime for both networks; {@link InferenceRuntime#installed()} unless called.
     *
     * @param runtime opens the networks; not closed
     * @return this builder
     */
    public Builder runtime(InferenceRuntime runtime) {
      this.runtime = runtime;
      return this;
    }

    /**
     * Sets the least score of the face detector; 0.5 unless called. Below 0.65 a face also needs a
     * high presence, or to fill the picture.
     *
     * @param minScore above 0, at most 1
     * @return this builder
     */
    public Builder minScore(double minScore) {
      checkArgument(minScore > 0 && minScore <= 1, "a least score lies in 0…1, got %s", minScore);
      this.minScore = minScore;
      return this;
    }

    /**
     * Sets the least presence of a face, as the landmark network sees it; 0, which accepts any,
     * unless called. A mask takes presence below 0.5 for one face in six.
     *
     * @param minPresence 0…1
     * @return this builder
     */
    public Builder minPresence(double minPresence) {
      checkArgument(
          minPresence >= 0 && minPresence <= 1, "a presence lies in 0…1, got %s", minPresence);
      this.minPresence = minPresence;
      return this;
    }

    /**
     * Sets how many faces of a picture are measured, the ones with the best scores; 32 unless
     * called. Small faces are searched for while there is room.
     *
     * @param maxFaces at least 1
     * @return this builder
     */
    public Builder maxFaces(int maxFaces) {
      checkArgument(maxFaces >= 1, "the number of faces must be positive, got %s", maxFaces);
      this.maxFaces = maxFaces;
      return this;
    }

    /**
     * Sets how far small faces are searched for; {@link SmallFaces#LARGE_PICTURES} unless called.
     *
     * @param smallFaces what may be missed, against time
     * @return this builder
     */
    public Builder smallFaces(SmallFaces smallFaces) {
      this.smallFaces = requireNonNull(smallFaces, "smallFaces");
      return this;
    }

    /**
     * {@return a detector with these options; the caller closes it}
     *
     * @throws InferenceException when no neural-network runtime is installed or it fails
     * @throws ModelException when a network in the jar is damaged
     */
    public FaceMeshDetector open() {
      InferenceRuntime opener = runtime == null ? InferenceRuntime.installed() : runtime;
      ModelBundle faces = MeshModels.blazeFace();
      ModelBundle meshes = MeshModels.faceMesh();
      InferenceModel faceModel = opener.open(faces);
      InferenceModel meshModel;
      try {
        meshModel = opener.open(meshes);
      } catch (RuntimeException e) {
        faceModel.close();
        throw e;
      }
      String id =
          String.join(
              " ",
              "face-mesh-" + VERSION,
              faces.manifest().id(),
              meshes.manifest().id(),
              "score=" + minScore,
              "presence=" + minPresence,
              "faces=" + maxFaces,
              "small=" + smallFaces.name());
      return new FaceMeshDetector(
          this,
          id,
          new BlazeFace(faceModel, faces.manifest().normalization()),
          new MeshNetwork(meshModel, meshes.manifest().normalization()),
          () -> {
            try {
              meshModel.close();
            } finally {
              faceModel.close();
            }
          });
    }
  }
}

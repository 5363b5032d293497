package dev.mfr.face;

import static java.util.Objects.checkIndex;

import com.google.common.collect.ImmutableList;
import dev.mfr.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The faces of one picture, in memory that is used again for the next: what a detector fills when
 * nothing is to be allocated.
 *
 * <p>After the first pictures it allocates nothing as long as there are not more faces than ever
 * before. Not thread-safe: one a worker.
 */
public final class FaceBuffer {
  private final List<Slot> slots = new ArrayList<>();
  private int size;

  /** An empty buffer; memory comes with the first faces. */
  public FaceBuffer() {}

  private static final class Slot {
    private @Nullable Landmarks landmarks;
    private float[] xyz = new float[0];
    private double x;
    private double y;
    private double width;
    private double height;
    private double score;
    private double presence;
  }

  /** {@return how many faces there are} */
  public int size() {
    return size;
  }

  /** Forgets the faces and keeps the memory. */
  public void clear() {
    size = 0;
  }

  /**
   * Adds a face whose points are to be written into its {@link #coordinates}.
   *
   * @param scheme which points it has
   * @param x left edge of its box, in pixels
   * @param y top edge
   * @param width extent of the box to the right
   * @param height extent of the box downwards
   * @param score how sure the face detector is, 0…1
   * @param presence how sure the landmark network is, 0…1
   * @return its index
   */
  public int add(
      LandmarkScheme scheme,
      double x,
      double y,
      double width,
      double height,
      double score,
      double presence) {
    if (size == slots.size()) {
      slots.add(new Slot());
    }
    Slot slot = slots.get(size);
    if (slot.landmarks == null || slot.landmarks.scheme() != scheme) {
      slot.xyz = new float[3 * scheme.size()];
      slot.landmarks = Landmarks.wrap(scheme, slot.xyz);
    }
    slot.x = x;
    slot.y = y;
    slot.width = width;
    slot.height = height;
    slot.score = score;
    slot.presence = presence;
    return size++;
  }

  /**
   * Adds a copy of a face.
   *
   * @param face a face
   * @return its index
   */
  public int add(DetectedFace face) {
    Box box = face.box();
    Landmarks landmarks = face.landmarks();
    int index =
        add(
            landmarks.scheme(),
            box.x(),
            box.y(),
            box.width(),
            box.height(),
            face.score(),
            face.presence());
    landmarks.copyInto(coordinates(index));
    return index;
  }

  private Slot slot(int face) {
    return slots.get(checkIndex(face, size));
  }

  /**
   * {@return the points of a face themselves: x, y, z of each in the scheme's order, in pixels}
   *
   * <p>Valid until the face is gone; not a copy.
   *
   * @param face its index
   */
  public float[] coordinates(int face) {
    return slot(face).xyz;
  }

  /**
   * {@return which points a face has}
   *
   * @param face its index
   */
  public LandmarkScheme scheme(int face) {
    return landmarks(face).scheme();
  }

  private Landmarks landmarks(int face) {
    Landmarks landmarks = slot(face).landmarks;
    if (landmarks == null) {
      throw new IllegalStateException("a face without landmarks");
    }
    return landmarks;
  }

  /**
   * {@return how sure the face detector is, 0…1}
   *
   * @param face its index
   */
  public double score(int face) {
    return slot(face).score;
  }

  /**
   * {@return how sure the landmark network is, 0…1}
   *
   * @param face its index
   */
  public double presence(int face) {
    return slot(face).presence;
  }

  /**
   * {@return the face's box, in pixels}
   *
   * @param face its index
   */
  public Box box(int face) {
    Slot slot = slot(face);
    return new Box(slot.x, slot.y, slot.width, slot.height);
  }

  /**
   * {@return a face of its own, which stays as it is}
   *
   * @param face its index
   */
  public DetectedFace get(int face) {
    return new DetectedFace(
        box(face), score(face), Landmarks.of(scheme(face), coordinates(face)), presence(face));
  }

  /**
   * {@return a face whose landmarks are those of this buffer, valid until it is gone; some 90
   * bytes}
   *
   * @param face its index
   */
  public DetectedFace borrow(int face) {
    return new DetectedFace(box(face), score(face), landmarks(face), presence(face));
  }

  /** {@return all faces, each of its own, in order} */
  public List<DetectedFace> toList() {
    ImmutableList.Builder<DetectedFace> faces = ImmutableList.builderWithExpectedSize(size);
    for (int i = 0; i < size; i++) {
      faces.add(get(i));
    }
    return faces.build();
  }

  /** {@return how many faces there are, never where} */
  @Override
  public String toString() {
    return "FaceBuffer[" + size + "]";
  }
}

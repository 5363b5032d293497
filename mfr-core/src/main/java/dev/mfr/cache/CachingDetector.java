package dev.mfr.cache;

import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.RgbImage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A detector that looks into a cache first.
 *
 * <p>A picture that is known costs the SHA-256 of its pixels, some tenths of a millisecond at
 * 250×250. Thread-safe where the detector is; it owns neither the detector nor the cache and closes
 * nothing.
 */
public final class CachingDetector implements LandmarkDetector {
  private final LandmarkDetector detector;
  private final String id;
  private final DiskCache cache;

  private CachingDetector(LandmarkDetector detector, String id, DiskCache cache) {
    this.detector = detector;
    this.id = id;
    this.cache = cache;
  }

  /**
   * {@return the detector with a cache; the detector itself when it has no {@link
   * LandmarkDetector#id}}
   *
   * @param detector finds the faces of pictures that are not known
   * @param cache where they are kept
   */
  public static LandmarkDetector of(LandmarkDetector detector, DiskCache cache) {
    return detector
        .id()
        .<LandmarkDetector>map(id -> new CachingDetector(detector, id, cache))
        .orElse(detector);
  }

  @Override
  public Optional<String> id() {
    return Optional.of(id);
  }

  @Override
  public List<DetectedFace> detect(RgbImage image) {
    CacheKey key = CacheKey.builder("faces 1").text(id).pixels(image).build();
    List<DetectedFace> known = cache.get(key).map(CachingDetector::decode).orElse(null);
    if (known != null) {
      return known;
    }
    List<DetectedFace> faces = detector.detect(image);
    cache.put(key, encode(faces));
    return faces;
  }

  private static byte[] encode(List<DetectedFace> faces) {
    int size = Integer.BYTES;
    for (DetectedFace face : faces) {
      size += 6 * Double.BYTES + Integer.BYTES + 3 * Float.BYTES * face.landmarks().size();
    }
    ByteBuffer bytes = ByteBuffer.allocate(size).putInt(faces.size());
    for (DetectedFace face : faces) {
      Box box = face.box();
      bytes.putDouble(box.x()).putDouble(box.y()).putDouble(box.width()).putDouble(box.height());
      bytes.putDouble(face.score()).putDouble(face.presence());
      Landmarks landmarks = face.landmarks();
      bytes.putInt(landmarks.size());
      for (int i = 0; i < landmarks.size(); i++) {
        bytes.putFloat(landmarks.x(i)).putFloat(landmarks.y(i)).putFloat(landmarks.z(i));
      }
    }
    return bytes.array();
  }

  /** The faces, or null for bytes that are none. */
  private static @Nullable List<DetectedFace> decode(byte[] value) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      int count = bytes.getInt();
      List<DetectedFace> faces = new ArrayList<>();
      for (int f = 0; f < count; f++) {
        Box box =
            new Box(bytes.getDouble(), bytes.getDouble(), bytes.getDouble(), bytes.getDouble());
        double score = bytes.getDouble();
        double presence = bytes.getDouble();
        LandmarkScheme scheme = scheme(bytes.getInt());
        float[] xyz = new float[3 * scheme.size()];
        for (int i = 0; i < xyz.length; i++) {
          xyz[i] = bytes.getFloat();
        }
        faces.add(new DetectedFace(box, score, Landmarks.of(scheme, xyz), presence));
      }
      return List.copyOf(faces);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  private static LandmarkScheme scheme(int points) {
    for (LandmarkScheme scheme : LandmarkScheme.values()) {
      if (scheme.size() == points) {
        return scheme;
      }
    }
    throw new IllegalArgumentException("no scheme has " + points + " points");
  }

  /** {@return the detector and the cache} */
  @Override
  public String toString() {
    return "CachingDetector[" + detector + ", " + cache + "]";
  }
}

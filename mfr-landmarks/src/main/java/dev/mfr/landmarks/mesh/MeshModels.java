package dev.mfr.landmarks.mesh;

import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelManifest;
import java.util.List;

/** The networks that travel inside this module's jar. Stateless and thread-safe. */
public final class MeshModels {
  private static final String BLAZEFACE = "blazeface-short-range.properties";
  private static final String FACE_MESH = "face-mesh-468.properties";

  private MeshModels() {}

  /**
   * {@return the manifests of the bundled networks; the networks themselves are not read}
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static List<ModelManifest> bundled() {
    return List.of(
        ModelBundle.manifest(MeshModels.class, BLAZEFACE),
        ModelBundle.manifest(MeshModels.class, FACE_MESH));
  }

  /**
   * {@return the face detector BlazeFace, short range, read and verified: 128×128 RGB in}
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle blazeFace() {
    return ModelBundle.resource(MeshModels.class, BLAZEFACE);
  }

  /**
   * {@return the face mesh with 468 points, read and verified: 192×192 RGB in}
   *
   * @throws dev.mfr.inference.ModelException when the jar is damaged
   */
  public static ModelBundle faceMesh() {
    return ModelBundle.resource(MeshModels.class, FACE_MESH);
  }
}

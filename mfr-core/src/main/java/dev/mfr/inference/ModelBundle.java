package dev.mfr.inference;

import com.google.common.hash.Hashing;
import dev.mfr.image.PixelNormalization;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * A model file in memory together with its manifest, its SHA-256 checked.
 *
 * <p>Immutable as long as nobody changes the array of {@link #bytes()}, which is shared because
 * networks are large. Drop the bundle when the network is open.
 */
public final class ModelBundle {
  private final ModelManifest manifest;
  private final byte[] bytes;

  private ModelBundle(ModelManifest manifest, byte[] bytes) {
    this.manifest = manifest;
    this.bytes = bytes;
  }

  /**
   * {@return a model that travels inside a jar}
   *
   * @param owner a class of the module that holds the resource
   * @param manifestResource the manifest's resource name as {@link Class#getResourceAsStream} takes
   *     it; the model file lies beside it
   * @throws ModelException when a resource is missing or the model's SHA-256 is another one
   */
  public static ModelBundle resource(Class<?> owner, String manifestResource) {
    ModelManifest manifest = manifest(owner, manifestResource);
    String file =
        manifestResource.substring(0, manifestResource.lastIndexOf('/') + 1) + manifest.file();
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new ModelException(
            manifest.name(),
            "its file " + file + " is missing from the jar; the installation is damaged",
            null);
      }
      return verified(manifest, in.readAllBytes(), "in the jar");
    } catch (IOException e) {
      throw new ModelException(manifest.name(), "reading it from the jar failed (" + e + ")", e);
    }
  }

  /**
   * {@return the manifest of a model that travels inside a jar; the model itself is not read}
   *
   * @param owner a class of the module that holds the resource
   * @param manifestResource the manifest's resource name as {@link Class#getResourceAsStream} takes
   *     it
   * @throws ModelException when the resource is missing or wrong
   */
  public static ModelManifest manifest(Class<?> owner, String manifestResource) {
    try (InputStream in = owner.getResourceAsStream(manifestResource)) {
      if (in == null) {
        throw new ModelException(
            manifestResource,
            "its manifest is missing from the jar; the installation is damaged",
            null);
      }
      return ModelManifest.read(
          new InputStreamReader(in, StandardCharsets.UTF_8), manifestResource);
    } catch (IOException e) {
      throw new ModelException(manifestResource, "reading its manifest failed (" + e + ")", e);
    }
  }

  /**
   * {@return a user's own model file}
   *
   * <p>When a manifest lies beside the file ({@code face.onnx} → {@code face.properties}) it is
   * read and the SHA-256 is checked. Otherwise the file's own SHA-256 becomes its id and {@code
   * normalization} tells how pixels enter.
   *
   * @param file the model file
   * @param normalization how channel values enter the network, where no manifest says it
   * @throws ModelException when the file is missing, empty, or not the one of its manifest
   */
  public static ModelBundle file(Path file, PixelNormalization normalization) {
    byte[] bytes;
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelException(
            file.toString(),
            Files.exists(file)
                ? "it is no regular file; give the model file itself"
                : "there is no such file; check the path",
            null);
      }
      bytes = Files.readAllBytes(file);
      String fileName = String.valueOf(file.getFileName());
      int dot = fileName.lastIndexOf('.');
      String stem = dot > 0 ? fileName.substring(0, dot) : fileName;
      Path beside = file.resolveSibling(stem + ".properties");
      if (Files.isRegularFile(beside)) {
        try (Reader in = Files.newBufferedReader(beside, StandardCharsets.UTF_8)) {
          return verified(ModelManifest.read(in, beside.toString()), bytes, file.toString());
        }
      }
      if (bytes.length == 0) {
        throw new ModelException(file.toString(), "it is empty (0 bytes)", null);
      }
      return new ModelBundle(
          new ModelManifest(
              stem,
              "given by the user",
              "1",
              fileName,
              Hashing.sha256().hashBytes(bytes).toString(),
              "unknown",
              "as in the graph",
              normalization,
              "unknown",
              file.toString(),
              OptionalDouble.empty()),
          bytes);
    } catch (IOException e) {
      throw new ModelException(file.toString(), "it cannot be read (" + e + ")", e);
    }
  }

  private static ModelBundle verified(ModelManifest manifest, byte[] bytes, String where) {
    String actual = Hashing.sha256().hashBytes(bytes).toString();
    if (!actual.equals(manifest.sha256())) {
      throw new ModelException(
          manifest.name(),
          "its file ("
              + where
              + ", "
              + bytes.length
              + " bytes) is cut or changed: SHA-256 "
              + actual
              + ", the manifest says "
              + manifest.sha256()
              + "; fetch it again",
          null);
    }
    return new ModelBundle(manifest, bytes);
  }

  /** {@return what is known of the model} */
  public ModelManifest manifest() {
    return manifest;
  }

  /** {@return the model file's content; shared, do not change it} */
  public byte[] bytes() {
    return bytes;
  }

  /** {@return the model's id} */
  @Override
  public String toString() {
    return "ModelBundle[" + manifest.id() + "]";
  }
}

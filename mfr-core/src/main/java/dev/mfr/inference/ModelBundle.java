package dev.mfr.inference;

import com.google.common.base.Suppliers;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import dev.mfr.image.PixelNormalization;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A model file together with its manifest, its SHA-256 checked.
 *
 * <p>Thread-safe, and immutable as long as nobody changes the array of {@link #bytes()}, which is
 * shared because networks are large. Drop the bundle when the network is open.
 */
public final class ModelBundle {
  private final ModelManifest manifest;
  private final Supplier<byte[]> bytes;

  private ModelBundle(ModelManifest manifest, Supplier<byte[]> bytes) {
    this.manifest = manifest;
    this.bytes = bytes;
  }

  /**
   * {@return a model that travels inside a jar}
   *
   * <p>The manifest is read now, the model when {@link #bytes()} is first called: who has something
   * made of the model under its SHA-256 need not read it.
   *
   * @param owner a class of the module that holds the resource
   * @param manifestResource the manifest's resource name as {@link Class#getResourceAsStream} takes
   *     it; the model file lies beside it
   * @throws ModelException when a resource is missing or the manifest is wrong
   */
  public static ModelBundle resource(Class<?> owner, String manifestResource) {
    ModelManifest manifest = manifest(owner, manifestResource);
    String file =
        manifestResource.substring(0, manifestResource.lastIndexOf('/') + 1) + manifest.file();
    URL place = owner.getResource(file);
    if (place == null) {
      throw new ModelException(
          manifest.name(),
          "its file " + file + " is missing from the jar; the installation is damaged",
          null);
    }
    return new ModelBundle(
        manifest,
        Suppliers.memoize(
            () -> {
              byte[] content = read(place, manifest);
              verify(manifest, content, "in the jar");
              return content;
            }));
  }

  /** Into an array of the right size at once: growing and copying 25 MB costs more than reading. */
  private static byte[] read(URL place, ModelManifest manifest) {
    try {
      URLConnection connection = place.openConnection();
      try (InputStream in = connection.getInputStream()) {
        int size = Math.max(0, connection.getContentLength());
        byte[] content = new byte[size];
        int read = in.readNBytes(content, 0, size);
        byte[] rest = in.readAllBytes();
        return read == size && rest.length == 0
            ? content
            : Bytes.concat(Arrays.copyOf(content, read), rest);
      }
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
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelException(
            file.toString(),
            Files.exists(file)
                ? "it is no regular file; give the model file itself"
                : "there is no such file; check the path",
            null);
      }
      byte[] bytes = Files.readAllBytes(file);
      String fileName = String.valueOf(file.getFileName());
      int dot = fileName.lastIndexOf('.');
      String stem = dot > 0 ? fileName.substring(0, dot) : fileName;
      Path beside = file.resolveSibling(stem + ".properties");
      if (Files.isRegularFile(beside)) {
        try (Reader in = Files.newBufferedReader(beside, StandardCharsets.UTF_8)) {
          ModelManifest manifest = ModelManifest.read(in, beside.toString());
          verify(manifest, bytes, file.toString());
          return new ModelBundle(manifest, () -> bytes);
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
          () -> bytes);
    } catch (IOException e) {
      throw new ModelException(file.toString(), "it cannot be read (" + e + ")", e);
    }
  }

  private static void verify(ModelManifest manifest, byte[] bytes, String where) {
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
  }

  /** {@return what is known of the model} */
  public ModelManifest manifest() {
    return manifest;
  }

  /**
   * {@return the model file's content; shared, do not change it}
   *
   * @throws ModelException when it is in a jar and cannot be read, or its SHA-256 is not the
   *     manifest's
   */
  public byte[] bytes() {
    return bytes.get();
  }

  /** {@return the model's id} */
  @Override
  public String toString() {
    return "ModelBundle[" + manifest.id() + "]";
  }
}

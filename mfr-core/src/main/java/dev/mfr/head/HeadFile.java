package dev.mfr.head;

import com.google.common.collect.Ordering;
import com.google.common.hash.Hashing;
import dev.mfr.internal.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file of a head. */
final class HeadFile {
  /*
   * All numbers are big-endian; a text is its length in bytes (int) and UTF-8.
   *
   *   8 bytes   "MFRHEAD\n"
   *   int       format, 2
   *   long      length of the whole file in bytes
   *   text      embedder id
   *   text      view recipe
   *   int ×3    people, features, embedding length
   *   text ×    people, labels in ascending order
   *   float ×   features, mean
   *   int       blocks of features
   *   int ×     blocks, lengths
   *   float ×   blocks, scales
   *   text      kind of head
   *             "linear":
   *   float ×   features × people, weights, feature by feature
   *   float ×   people, bias
   *             "cosine" and "additive angular":
   *   double ×2 scale, margin
   *   float ×   features × people, directions of the length scale, feature by feature
   *             "hidden":
   *   int       units
   *   double    dropout
   *   float ×   features × units, weights of the first layer, feature by feature
   *   float ×   units, bias
   *   float ×   units × people, weights of the second layer, unit by unit
   *   float ×   people, bias
   *             all:
   *   double    temperature
   *   float ×   people × embedding length, mean embeddings
   *   double ×2 least probability, least similarity
   *   text      where the least similarity comes from
   *   int ×2    pictures, epochs
   *   long      seed
   *   int       held-out pictures
   *   double    held-out accuracy
   *   32 bytes  SHA-256 of everything before
   *
   * Format 1 has one float, the scale of all features, in place of blocks, lengths, scales and kind.
   *
   * Lengths are compared with the bytes that are left before anything is allocated for them.
   */
  static final int FORMAT = 2;
  private static final String LINEAR = "linear";
  private static final String COSINE = "cosine";
  private static final String ADDITIVE_ANGULAR = "additive angular";
  private static final String HIDDEN = "hidden";
  static final byte[] MAGIC = "MFRHEAD\n".getBytes(StandardCharsets.US_ASCII);
  static final int PREFIX = MAGIC.length + Integer.BYTES + Long.BYTES;
  static final int CHECKSUM = 32;

  private HeadFile() {}

  static void write(SoftmaxHead head, Path file) {
    byte[] bytes;
    try {
      bytes = bytes(head);
    } catch (IOException e) {
      throw new HeadException("the head does not fit into memory as a file (" + e + ")", e);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new HeadException(
          "cannot write the head to " + file + ": it is a directory; give a file name", null);
    }
    if (!Files.isDirectory(folder)) {
      throw new HeadException(
          "cannot write the head to " + file + ": there is no folder " + folder + "; create it",
          null);
    }
    try {
      WholeFile.write(bytes, file, true);
    } catch (IOException e) {
      throw new HeadException(
          "cannot write the head to "
              + file
              + " ("
              + e
              + "); check the folder's permissions and free space",
          e);
    }
  }

  private static byte[] bytes(SoftmaxHead head) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(payload);
    writeText(out, head.embedderId());
    writeText(out, head.viewRecipe());
    out.writeInt(head.labels().size());
    out.writeInt(head.featureLength());
    out.writeInt(head.embeddingLength());
    for (String label : head.labels()) {
      writeText(out, label);
    }
    writeFloats(out, head.standardization().mean);
    out.writeInt(head.standardization().blocks.length);
    for (int length : head.standardization().blocks) {
      out.writeInt(length);
    }
    writeFloats(out, head.standardization().scales);
    writeLayers(out, head.kind(), head.layers());
    out.writeDouble(head.temperature());
    writeRows(out, head.meanEmbeddings());
    out.writeDouble(head.unknownRule().minProbability());
    out.writeDouble(head.unknownRule().minSimilarity());
    writeText(out, head.thresholdSource().name());
    TrainingSummary summary = head.summary();
    out.writeInt(summary.pictures());
    out.writeInt(summary.epochs());
    out.writeLong(summary.seed());
    out.writeInt(summary.heldOutPictures());
    out.writeDouble(summary.heldOutAccuracy());
    out.flush();

    int length = Math.addExact(PREFIX + CHECKSUM, payload.size());
    ByteBuffer file = ByteBuffer.allocate(length);
    file.put(MAGIC).putInt(FORMAT).putLong(length).put(payload.toByteArray());
    file.put(Hashing.sha256().hashBytes(file.array(), 0, length - CHECKSUM).asBytes());
    return file.array();
  }

  private static void writeLayers(DataOutputStream out, HeadKind kind, HeadLayers layers)
      throws IOException {
    if (kind instanceof HeadKind.Cosine cosine) {
      writeText(out, COSINE);
      out.writeDouble(cosine.scale());
      out.writeDouble(cosine.margin());
    } else if (kind instanceof HeadKind.AdditiveAngular angular) {
      writeText(out, ADDITIVE_ANGULAR);
      out.writeDouble(angular.scale());
      out.writeDouble(angular.margin());
    } else if (kind instanceof HeadKind.Hidden hidden) {
      writeText(out, HIDDEN);
      out.writeInt(hidden.units());
      out.writeDouble(hidden.dropout());
    } else {
      writeText(out, LINEAR);
    }
    if (layers instanceof LinearLayer linear) {
      writeLayer(out, linear);
    } else if (layers instanceof HiddenLayers hidden) {
      writeLayer(out, hidden.first());
      writeLayer(out, hidden.second());
    } else {
      writeRows(out, ((CosineLayer) layers).directions().weights);
    }
  }

  private static void writeLayer(DataOutputStream out, LinearLayer layer) throws IOException {
    writeRows(out, layer.weights);
    writeFloats(out, layer.bias);
  }

  private static void writeRows(DataOutputStream out, float[][] rows) throws IOException {
    for (float[] row : rows) {
      writeFloats(out, row);
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static void writeFloats(DataOutputStream out, float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }

  static SoftmaxHead read(Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "there is no such file; check the path, or train a head", null);
    }
    if (Files.isDirectory(file)) {
      throw unusable(file, "it is a directory; give the head's file", null);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      bytes = verifiedBytes(file, in, size);
    } catch (IOException e) {
      throw unusable(file, "it cannot be read (" + e + "); check its permissions", e);
    }
    try {
      int format = ByteBuffer.wrap(bytes).getInt(MAGIC.length);
      return parse(format, ByteBuffer.wrap(bytes, PREFIX, bytes.length - PREFIX - CHECKSUM));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // The checksum is right, so whoever wrote the file wrote this.
      throw unusable(
          file, "its content makes no sense (" + e.getMessage() + "); train the head again", e);
    }
  }

  /** The whole file, its prefix, length and checksum checked. */
  private static byte[] verifiedBytes(Path file, InputStream in, long size) throws IOException {
    if (size == 0) {
      throw unusable(file, "it is empty (0 bytes); save the head again", null);
    }
    byte[] prefix = in.readNBytes(PREFIX);
    if (!startsAlike(prefix)) {
      throw unusable(file, "it is no head file; give a file that SoftmaxHead.save wrote", null);
    }
    if (prefix.length < PREFIX) {
      throw cut(file, size, "at least " + (PREFIX + CHECKSUM));
    }
    ByteBuffer header = ByteBuffer.wrap(prefix, MAGIC.length, PREFIX - MAGIC.length);
    int format = header.getInt();
    if (format > FORMAT) {
      throw unusable(
          file,
          "it was written by a newer version of mfr (format "
              + format
              + ", this version reads "
              + FORMAT
              + "); update mfr",
          null);
    }
    long length = header.getLong();
    if (format < 1 || length < PREFIX + CHECKSUM || size > length) {
      throw changed(file);
    }
    if (size < length) {
      throw cut(file, size, String.valueOf(length));
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw unusable(file, "it is too large for a head (" + length + " bytes)", null);
    }
    byte[] bytes = Arrays.copyOf(prefix, (int) length);
    new DataInputStream(in).readFully(bytes, PREFIX, bytes.length - PREFIX);
    int end = bytes.length - CHECKSUM;
    byte[] checksum = Hashing.sha256().hashBytes(bytes, 0, end).asBytes();
    if (!Arrays.equals(checksum, Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw changed(file);
    }
    return bytes;
  }

  private static boolean startsAlike(byte[] prefix) {
    int n = Math.min(prefix.length, MAGIC.length);
    return Arrays.equals(prefix, 0, n, MAGIC, 0, n);
  }

  private static SoftmaxHead parse(int format, ByteBuffer in) {
    String embedderId = readText(in);
    String viewRecipe = readText(in);
    int people = count(in.getInt(), "people");
    int features = count(in.getInt(), "features");
    int embeddingLength = count(in.getInt(), "numbers of an embedding");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < people; i++) {
      labels.add(readText(in));
    }
    check(Ordering.natural().isStrictlyOrdered(labels), "labels out of order");
    float[] mean = readFloats(in, features);
    Standardization standardization =
        format == 1 ? new Standardization(mean, readFloats(in, 1)[0]) : readBlocks(in, mean);
    HeadKind kind = format == 1 ? HeadKind.linear() : readKind(in);
    HeadLayers layers = readLayers(in, kind, features, people);
    double temperature = in.getDouble();
    float[][] embeddings = readRows(in, people, embeddingLength);
    UnknownRule rule = new UnknownRule(in.getDouble(), in.getDouble());
    ThresholdSource source = ThresholdSource.valueOf(readText(in));
    int pictures = in.getInt();
    int epochs = in.getInt();
    TrainingSummary summary =
        new TrainingSummary(pictures, people, in.getLong(), epochs, in.getInt(), in.getDouble());
    check(!in.hasRemaining(), in.remaining() + " bytes too many");
    return new SoftmaxHead(
        labels,
        embedderId,
        viewRecipe,
        standardization,
        kind,
        layers,
        temperature,
        embeddings,
        rule,
        source,
        summary);
  }

  private static Standardization readBlocks(ByteBuffer in, float[] mean) {
    int count = count(in.getInt(), "blocks of features");
    check(count <= in.remaining() / Integer.BYTES, count + " blocks of features");
    int[] blocks = new int[count];
    long sum = 0;
    for (int b = 0; b < count; b++) {
      blocks[b] = count(in.getInt(), "features of a block");
      sum += blocks[b];
    }
    check(sum == mean.length, "blocks of " + sum + " features in all");
    return new Standardization(mean, blocks, readFloats(in, count));
  }

  private static HeadKind readKind(ByteBuffer in) {
    String name = readText(in);
    return switch (name) {
      case LINEAR -> HeadKind.linear();
      case COSINE -> new HeadKind.Cosine(in.getDouble(), in.getDouble());
      case ADDITIVE_ANGULAR -> new HeadKind.AdditiveAngular(in.getDouble(), in.getDouble());
      case HIDDEN -> new HeadKind.Hidden(in.getInt(), in.getDouble());
      default -> throw new IllegalArgumentException("a head of an unknown kind");
    };
  }

  private static HeadLayers readLayers(ByteBuffer in, HeadKind kind, int features, int people) {
    if (kind instanceof HeadKind.Linear) {
      return readLayer(in, features, people);
    }
    if (kind instanceof HeadKind.Hidden hidden) {
      LinearLayer first = readLayer(in, features, hidden.units());
      return new HiddenLayers(first, readLayer(in, hidden.units(), people));
    }
    return new CosineLayer(new LinearLayer(readRows(in, features, people), new float[people]));
  }

  private static LinearLayer readLayer(ByteBuffer in, int inputs, int outputs) {
    float[][] weights = readRows(in, inputs, outputs);
    return new LinearLayer(weights, readFloats(in, outputs));
  }

  private static int count(int value, String of) {
    check(value >= 1, value + " " + of);
    return value;
  }

  private static String readText(ByteBuffer in) {
    int length = in.getInt();
    check(length >= 1 && length <= in.remaining(), "a text of " + length + " bytes");
    byte[] utf8 = new byte[length];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static float[][] readRows(ByteBuffer in, int rows, int columns) {
    check((long) rows * columns <= in.remaining() / Float.BYTES, rows + "×" + columns + " numbers");
    float[][] values = new float[rows][];
    for (int r = 0; r < rows; r++) {
      values[r] = readFloats(in, columns);
    }
    return values;
  }

  private static float[] readFloats(ByteBuffer in, int count) {
    check(count <= in.remaining() / Float.BYTES, count + " numbers");
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getFloat();
      check(Float.isFinite(values[i]), "a number that is not finite");
    }
    return values;
  }

  private static void check(boolean right, String found) {
    if (!right) {
      throw new IllegalArgumentException(found);
    }
  }

  private static HeadException cut(Path file, long size, String expected) {
    return unusable(
        file, "it is cut: it has " + size + " bytes of " + expected + "; copy it again", null);
  }

  private static HeadException changed(Path file) {
    return unusable(
        file, "it is damaged or was changed: its checksum does not match; copy it again", null);
  }

  private static HeadException unusable(Path file, String detail, @Nullable Throwable cause) {
    return new HeadException("cannot use the head " + file + ": " + detail, cause);
  }
}

package dev.mfr.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.hash.Hashing;
import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import dev.mfr.face.FeatureMatrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftmaxHeadTest {
  private static final SoftmaxHead TRAINED =
      SoftmaxTrainer.create(TrainingOptions.builder().epochs(3).seed(42).build()).train(fused());

  @TempDir Path folder;

  private static TrainingSet fused() {
    TrainingSet set = Blobs.of(6, 8, 5, .5, 1);
    return new TrainingSet(
        set.labels(),
        set.photographs(),
        set.faces(),
        set.embedderId(),
        set.viewRecipe(),
        set.embedderThreshold(),
        List.of(new FeatureBlock(2, 1), new FeatureBlock(3, 1)));
  }

  /** Logits are the features themselves; the people's mean embeddings are the axes. */
  private static SoftmaxHead identityHead(double temperature, UnknownRule rule) {
    float[][] unit = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    return new SoftmaxHead(
        List.of("Ada", "Bob", "Cid"),
        "e:1",
        "r",
        new Standardization(new float[3], 1),
        HeadKind.linear(),
        new LinearLayer(unit, new float[3]),
        temperature,
        unit,
        rule,
        ThresholdSource.GIVEN,
        new TrainingSummary(3, 3, 0, 1, 0, Double.NaN));
  }

  private static FaceFeatures face(float[] features, float... embedding) {
    return new FaceFeatures(
        FeatureMatrix.of(1, features.length, features),
        FeatureMatrix.of(1, embedding.length, embedding));
  }

  private static float[] logs(double... values) {
    float[] logs = new float[values.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (float) Math.log(values[i]);
    }
    return logs;
  }

  @Test
  void classify_knownFace_ranksEverybody() {
    SoftmaxHead head = identityHead(1, UnknownRule.NEVER);
    Classification answer = head.classify(face(logs(1, 7, 2), 0, 1, 0), 0);
    assertThat(answer.identity()).hasValue("Bob");
    assertThat(answer.explanation()).isEmpty();
    assertThat(answer.ranking())
        .extracting(RankedIdentity::identity)
        .containsExactly("Bob", "Cid", "Ada");
    assertThat(answer.probability()).isCloseTo(.7, within(1e-6));
    assertThat(answer.ranking().get(1).probability()).isCloseTo(.2, within(1e-6));
  }

  @Test
  void classify_temperature_dividesLogits() {
    Classification answer =
        identityHead(2, UnknownRule.NEVER).classify(face(logs(1, 16, 9), 0, 1, 0), 0);
    // Roots of 1, 16, 9.
    assertThat(answer.probability()).isCloseTo(4 / 8., within(1e-6));
  }

  @Test
  void classify_equalProbabilities_ranksByLabel() {
    Classification answer =
        identityHead(1, UnknownRule.NEVER).classify(face(new float[3], 1, 0, 0), 0);
    assertThat(answer.ranking())
        .extracting(RankedIdentity::identity)
        .containsExactly("Ada", "Bob", "Cid");
  }

  @Test
  void classify_belowTheRule_explains() {
    SoftmaxHead head = identityHead(1, new UnknownRule(.5, .3));
    Classification unsure = head.classify(face(logs(3.1, 3, 3.9), 0, 0, 1), 0);
    assertThat(unsure.known()).isFalse();
    assertThat(unsure.explanation()).isEqualTo("probability 0.39 is below 0.50");
    assertThat(unsure.ranking().get(0).identity()).isEqualTo("Cid");
    Classification unlike = head.classify(face(logs(1, 1, 8), .99f, 0, .12f), 0);
    assertThat(unlike.known()).isFalse();
    assertThat(unlike.explanation()).isEqualTo("similarity 0.12 to Cid is below 0.30");
    Classification fine = head.classify(face(logs(1, 1, 8), .9f, 0, .3001f), 0);
    assertThat(fine.known()).isTrue();
    assertThat(head.classify(face(logs(1, 1, 8), Float.NaN, 0, 0), 0).known()).isFalse();
  }

  @Test
  void classify_wrongNumbers_refuses() {
    SoftmaxHead head = identityHead(1, UnknownRule.NEVER);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> head.classify(face(new float[2], 1, 0, 0), 0))
        .withMessageContaining("reads 3 features, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> head.classify(face(new float[3], 1, 0), 0))
        .withMessageContaining("length 3, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> head.classify(face(new float[] {0, Float.NaN, 0}, 1, 0, 0), 0))
        .withMessageContaining("not finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> head.probabilitiesInto(new float[3], new double[2]));
  }

  @Test
  void classifyAll_batch_equalsOneByOne() {
    FaceFeatures faces = Blobs.of(6, 3, 5, 1, 2).faces();
    List<Classification> all = TRAINED.classifyAll(faces);
    assertThat(all).hasSize(18);
    for (int i = 0; i < 18; i++) {
      assertThat(all.get(i)).isEqualTo(TRAINED.classify(faces, i));
    }
  }

  @Test
  void withUnknownRule_changesACopy() {
    UnknownRule before = TRAINED.unknownRule();
    SoftmaxHead strict = TRAINED.withUnknownRule(new UnknownRule(1, 1));
    assertThat(strict.unknownRule()).isEqualTo(new UnknownRule(1, 1));
    assertThat(strict.thresholdSource()).isEqualTo(ThresholdSource.GIVEN);
    assertThat(TRAINED.unknownRule()).isEqualTo(before);
    assertThatIllegalArgumentException().isThrownBy(() -> new UnknownRule(-.1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new UnknownRule(0, Double.NaN));
  }

  @Test
  void toString_neverShowsPeople() {
    assertThat(TRAINED.toString()).isEqualTo("SoftmaxHead[6 people, " + Blobs.EMBEDDER + "]");
  }

  @Test
  void saveAndLoad_trainedHead_isEqualBitForBit() throws IOException {
    Path file = folder.resolve("ada é 名.mfrhead");
    TRAINED.save(file);
    SoftmaxHead loaded = SoftmaxHead.load(file);
    assertThat(loaded.labels()).isEqualTo(TRAINED.labels());
    assertThat(loaded.embedderId()).isEqualTo(TRAINED.embedderId());
    assertThat(loaded.viewRecipe()).isEqualTo(TRAINED.viewRecipe());
    assertThat(((LinearLayer) loaded.layers()).weights)
        .isDeepEqualTo(((LinearLayer) TRAINED.layers()).weights);
    assertThat(((LinearLayer) loaded.layers()).bias)
        .isEqualTo(((LinearLayer) TRAINED.layers()).bias);
    assertThat(loaded.kind()).isEqualTo(HeadKind.linear());
    assertThat(loaded.standardization().mean).isEqualTo(TRAINED.standardization().mean);
    assertThat(loaded.standardization().blocks).containsExactly(2, 3);
    assertThat(loaded.standardization().scales).isEqualTo(TRAINED.standardization().scales);
    assertThat(loaded.temperature()).isEqualTo(TRAINED.temperature());
    assertThat(loaded.meanEmbeddings()).isDeepEqualTo(TRAINED.meanEmbeddings());
    assertThat(loaded.unknownRule()).isEqualTo(TRAINED.unknownRule());
    assertThat(loaded.thresholdSource()).isEqualTo(TRAINED.thresholdSource());
    assertThat(loaded.summary()).isEqualTo(TRAINED.summary());
    Path again = folder.resolve("again");
    loaded.save(again);
    assertThat(again).hasSameBinaryContentAs(file);
    FaceFeatures faces = Blobs.of(6, 3, 5, 1, 2).faces();
    assertThat(loaded.classifyAll(faces)).isEqualTo(TRAINED.classifyAll(faces));
  }

  @Test
  void save_existingFile_isReplacedAndNothingElseIsLeft() throws IOException {
    Path file = Files.writeString(folder.resolve("head"), "old");
    TRAINED.save(file);
    assertThatCode(() -> SoftmaxHead.load(file)).doesNotThrowAnyException();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void save_impossiblePlace_refusesAndLeavesNothing() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> TRAINED.save(notAFolder.resolve("head")))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("there is no folder");
    assertThatThrownBy(() -> TRAINED.save(folder.resolve("none/head")))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("create it");
    assertThatThrownBy(() -> TRAINED.save(folder))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("is a directory");
    // The temporary file cannot be created, because its name is too long.
    assertThatThrownBy(() -> TRAINED.save(folder.resolve("h".repeat(250))))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("cannot write the head");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(notAFolder);
    }
  }

  private byte[] saved() throws IOException {
    Path file = folder.resolve("saved");
    TRAINED.save(file);
    return Files.readAllBytes(file);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("head"), bytes);
  }

  private void assertUnusable(byte[] bytes, String message) throws IOException {
    Path file = write(bytes);
    assertThatThrownBy(() -> SoftmaxHead.load(file))
        .isInstanceOf(HeadException.class)
        .hasMessageStartingWith("cannot use the head " + file)
        .hasMessageContaining(message);
  }

  @Test
  void load_nothingThere_saysWhat() throws IOException {
    assertThatThrownBy(() -> SoftmaxHead.load(folder.resolve("none")))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> SoftmaxHead.load(folder))
        .isInstanceOf(HeadException.class)
        .hasMessageContaining("is a directory");
    assertUnusable(new byte[0], "empty (0 bytes)");
  }

  @Test
  void load_otherFile_saysSo() throws IOException {
    assertUnusable(
        "{\"labels\": []}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "no head file");
    assertUnusable(new byte[1000], "no head file");
  }

  /** Two people, two features, as the first version of the format has them. */
  private static byte[] format1() {
    ByteBuffer file = ByteBuffer.allocate(1000);
    file.put(HeadFile.MAGIC).putInt(1).putLong(0);
    text(file, "e:1");
    text(file, "r");
    file.putInt(2).putInt(2).putInt(1);
    text(file, "Ada");
    text(file, "Bob");
    file.putFloat(10).putFloat(20); // mean
    file.putFloat(.5f); // scale
    file.putFloat(1).putFloat(0).putFloat(0).putFloat(2); // weights, feature by feature
    file.putFloat(.25f).putFloat(0); // bias
    file.putDouble(2); // temperature
    file.putFloat(1).putFloat(-1); // mean embeddings
    file.putDouble(.125).putDouble(.5);
    text(file, "GIVEN");
    file.putInt(7).putInt(3).putLong(5).putInt(0).putDouble(Double.NaN);
    byte[] bytes = Arrays.copyOf(file.array(), file.position() + HeadFile.CHECKSUM);
    ByteBuffer.wrap(bytes).putLong(HeadFile.MAGIC.length + 4, bytes.length);
    return sealed(bytes);
  }

  private static void text(ByteBuffer file, String ascii) {
    file.putInt(ascii.length()).put(ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static byte[] sealed(byte[] bytes) {
    int end = bytes.length - HeadFile.CHECKSUM;
    byte[] checksum = Hashing.sha256().hashBytes(bytes, 0, end).asBytes();
    System.arraycopy(checksum, 0, bytes, end, checksum.length);
    return bytes;
  }

  @Test
  void load_format1_isReadAndWrittenAnew() throws IOException {
    SoftmaxHead head = SoftmaxHead.load(write(format1()));
    assertThat(head.labels()).containsExactly("Ada", "Bob");
    assertThat(head.embedderId()).isEqualTo("e:1");
    assertThat(head.unknownRule()).isEqualTo(new UnknownRule(.125, .5));
    assertThat(head.summary()).isEqualTo(new TrainingSummary(7, 2, 5, 3, 0, Double.NaN));
    double[] p = new double[2];
    head.probabilitiesInto(new float[] {13, 21}, p);
    // Standardised (1.5, 0.5); logits (1.75, 1), halved.
    assertThat(p[0]).isCloseTo(1 / (1 + Math.exp(-.375)), within(1e-6));

    Path file = folder.resolve("anew");
    head.save(file);
    assertThat(ByteBuffer.wrap(Files.readAllBytes(file)).getInt(HeadFile.MAGIC.length))
        .isEqualTo(2);
    double[] again = new double[2];
    SoftmaxHead.load(file).probabilitiesInto(new float[] {13, 21}, again);
    assertThat(again).isEqualTo(p);
  }

  @Test
  void load_newerFormat_saysUpdate() throws IOException {
    byte[] bytes = saved();
    ByteBuffer.wrap(bytes).putInt(HeadFile.MAGIC.length, 3);
    assertUnusable(bytes, "newer version of mfr (format 3, this version reads 2); update mfr");
  }

  @Test
  void load_cutAnywhere_saysCut() throws IOException {
    byte[] bytes = saved();
    for (int length = 1; length < bytes.length; length += 7) {
      assertUnusable(Arrays.copyOf(bytes, length), "is cut");
    }
    assertUnusable(Arrays.copyOf(bytes, bytes.length - 1), "is cut");
    assertUnusable(Arrays.copyOf(bytes, bytes.length + 1), "was changed");
  }

  @Test
  void load_anyByteFlipped_throwsHeadExceptionOnly() throws IOException {
    byte[] bytes = saved();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Path file = write(changed);
      assertThatThrownBy(() -> SoftmaxHead.load(file)).isInstanceOf(HeadException.class);
    }
    byte[] changed = bytes.clone();
    changed[bytes.length / 2]++;
    assertUnusable(changed, "its checksum does not match");
  }

  /**
   * A hostile writer gets the checksum right; each int of the file in turn becomes a wild length.
   */
  @Test
  void load_wildLengthsWithRightChecksum_throwsHeadExceptionOrLoads() throws IOException {
    byte[] bytes = saved();
    int end = bytes.length - HeadFile.CHECKSUM;
    for (int i = HeadFile.PREFIX; i + 4 <= end; i++) {
      for (int wild : new int[] {-1, 0, Integer.MAX_VALUE}) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).putInt(i, wild);
        Path file = write(sealed(changed));
        try {
          assertThat(SoftmaxHead.load(file).labels()).isNotEmpty();
        } catch (HeadException expected) {
          assertThat(expected).hasMessageStartingWith("cannot use the head");
        }
      }
    }
  }
}

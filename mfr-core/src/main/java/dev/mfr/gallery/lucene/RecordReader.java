package dev.mfr.gallery.lucene;

import static dev.mfr.gallery.lucene.TemplateRecord.CHECKSUM;
import static dev.mfr.gallery.lucene.TemplateRecord.checksum;

import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import dev.mfr.gallery.lucene.TemplateRecord.Head;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.nio.BufferUnderflowException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads records one after the other. Neighbours mostly have the same person and model, of which one
 * object is made then. Not thread-safe.
 */
final class RecordReader {
  private final RecordBytes from = new RecordBytes();
  private final Repeated<String> person = new Repeated<>(text -> text);
  private final Repeated<String> name = new Repeated<>(text -> text);
  private final Repeated<String> embedder = new Repeated<>(text -> text);
  private final Repeated<String> recipe = new Repeated<>(text -> text);
  private final Repeated<TemplateOrigin> origin = new Repeated<>(TemplateOrigin::valueOf);
  private final Repeated<MaskState> maskState = new Repeated<>(MaskState::valueOf);
  private final Map<Set<String>, Set<String>> tagSets = new HashMap<>();
  private MaskReading mask = MaskReading.NONE;
  private @Nullable GalleryModel model;
  private float[] numbers = new float[0];

  /**
   * {@return the head of the record at an index, or null when there is none or it is damaged}
   *
   * @param bytes not modified
   * @param start where the record begins
   * @param limit where the bytes end
   */
  @Nullable Head head(byte[] bytes, int start, int limit) {
    from.set(bytes, start, limit);
    if (from.remaining() < TemplateRecord.SHORTEST || from.nextLong() != TemplateRecord.MAGIC) {
      return null;
    }
    int length = from.nextInt();
    long revision = from.nextLong();
    int number = from.nextInt();
    int count = from.nextInt();
    int idLength = RecordBytes.intAt(bytes, from.position());
    if (idLength < 0 || idLength > from.remaining() - 4 - CHECKSUM) {
      return null;
    }
    String whose = person.read(from);
    int size = from.position() - start + CHECKSUM;
    if (from.nextInt() != checksum(bytes, start, size - CHECKSUM)
        || length < size + CHECKSUM
        || number < 0
        || number >= count) {
      return null;
    }
    return new Head(whose, revision, number, count, length, size);
  }

  /**
   * {@return the record at an index, or null when it is damaged}
   *
   * @param head its head
   * @param bytes not modified
   * @param start where the record begins
   * @param limit where the bytes end
   */
  @Nullable TemplateRecord record(Head head, byte[] bytes, int start, int limit) {
    if (head.length() > limit - start) {
      return null;
    }
    int end = start + head.length() - CHECKSUM;
    if (RecordBytes.intAt(bytes, end) != checksum(bytes, start, end - start)) {
      return null;
    }
    from.set(bytes, start + head.size(), end);
    try {
      return body(head);
    } catch (IllegalArgumentException | BufferUnderflowException | DateTimeException e) {
      return null;
    }
  }

  private TemplateRecord body(Head head) {
    String whose = name.read(from);
    Set<String> tags = tags();
    String template = from.nextText();
    String madeBy = embedder.read(from);
    String croppedAs = recipe.read(from);
    TemplateOrigin source = origin.read(from);
    MaskReading reading = mask();
    Optional<FaceQuality> quality = quality();
    Instant created = Instant.ofEpochSecond(from.nextLong(), from.nextInt());
    Embedding embedding = embedding();
    return new TemplateRecord(
        head,
        whose,
        tags,
        new Template(
            template,
            model(madeBy, croppedAs, embedding.length()),
            embedding,
            source,
            reading,
            quality,
            created));
  }

  private Set<String> tags() {
    int count = from.nextInt();
    if (count == 0) {
      return Set.of();
    }
    Set<String> tags = new HashSet<>();
    for (int i = 0; i < count; i++) {
      tags.add(from.nextText());
    }
    return tagSets.computeIfAbsent(Set.copyOf(tags), same -> same);
  }

  private MaskReading mask() {
    MaskState state = maskState.read(from);
    double probability = from.nextDouble();
    if (mask.state() != state || Double.compare(mask.probability(), probability) != 0) {
      mask = new MaskReading(state, probability);
    }
    return mask;
  }

  private GalleryModel model(String madeBy, String croppedAs, int length) {
    GalleryModel last = model;
    if (last == null
        || last.embeddingLength() != length
        || !last.embedderId().equals(madeBy)
        || !last.viewRecipe().equals(croppedAs)) {
      last = new GalleryModel(madeBy, croppedAs, length);
      model = last;
    }
    return last;
  }

  private Embedding embedding() {
    int length = from.nextInt();
    if (length < 0 || length > from.remaining() / Float.BYTES) {
      throw new BufferUnderflowException();
    }
    if (numbers.length != length) {
      numbers = new float[length];
    }
    from.nextFloats(numbers);
    return Embedding.of(numbers);
  }

  private Optional<FaceQuality> quality() {
    if (from.nextByte() == 0) {
      return Optional.empty();
    }
    double eyeDistance = from.nextDouble();
    double sharpness = from.nextDouble();
    double brightness = from.nextDouble();
    double clipped = from.nextDouble();
    double margin = from.nextDouble();
    double presence = from.nextDouble();
    Optional<HeadPose> pose =
        from.nextByte() == 0
            ? Optional.empty()
            : Optional.of(new HeadPose(from.nextDouble(), from.nextDouble(), from.nextDouble()));
    return Optional.of(
        new FaceQuality(eyeDistance, sharpness, brightness, clipped, pose, margin, presence));
  }
}

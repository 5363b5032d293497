package dev.mfr.gallery.lucene;

import com.google.common.base.Utf8;
import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A template as bytes, together with its person's name and tags, so that each record makes sense
 * alone.
 *
 * @param head what it belongs to
 * @param name the person's
 * @param tags the person's
 * @param template one of the person's
 */
record TemplateRecord(Head head, String name, Set<String> tags, Template template) {
  /*
   * Little-endian:
   *   MAGIC 8 · length of the record 4 · revision 8 · number 4 · count 4 · person · CRC-32C of the bytes before 4
   *   · name · how many tags 4 · tags · template id · embedder id · view recipe · origin · mask state · mask probability 8
   *   · has quality 1 [· five measures and presence 48 · has pose 1 [· pose 24]] · seconds 8 · nanoseconds 4
   *   · how many numbers 4 · numbers · CRC-32C of the bytes before 4
   * where a text is its length in bytes, 4, and UTF-8. The head has a checksum of its own, so that the owner of a damaged
   * template is known; the magic makes records recognisable in a file whose structure is lost.
   */
  static final long MAGIC =
      ByteBuffer.wrap("mfrtmpl1".getBytes(StandardCharsets.US_ASCII))
          .order(ByteOrder.LITTLE_ENDIAN)
          .getLong();

  private static final int CHECKSUM = 4;

  /** The bytes of a record without a person: where the shortest head ends. */
  private static final int SHORTEST = 8 + 4 + 8 + 4 + 4 + 4 + CHECKSUM;

  /**
   * What a record belongs to.
   *
   * @param person the person's id
   * @param revision of the gallery when the person was written
   * @param number which of the person's templates, from 0
   * @param count how many templates the person has
   * @param length of the record in bytes
   * @param size of the head in bytes
   */
  record Head(String person, long revision, int number, int count, int length, int size) {}

  /**
   * {@return a person's template as a record}
   *
   * @param person whose
   * @param number which of the templates, from 0
   * @param revision of the gallery
   * @throws IllegalArgumentException when a text is not Unicode
   */
  static byte[] encode(Person person, int number, long revision) {
    Template template = person.templates().get(number);
    GalleryModel model = template.model();
    int texts =
        size(person.id())
            + size(person.name())
            + person.tags().stream().mapToInt(TemplateRecord::size).sum()
            + size(template.id())
            + size(model.embedderId())
            + size(model.viewRecipe())
            + size(template.origin().name())
            + size(template.mask().state().name());
    int measures = template.quality().map(q -> 1 + 48 + (q.pose().isPresent() ? 24 : 0)).orElse(0);
    int length =
        (8 + 4 + 8 + 4 + 4 + CHECKSUM)
            + (texts + 4 + 8 + 1 + measures + 8 + 4 + 4)
            + 4 * model.embeddingLength()
            + CHECKSUM;
    ByteBuffer to = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    to.putLong(MAGIC).putInt(length).putLong(revision);
    to.putInt(number).putInt(person.templates().size());
    put(to, person.id());
    to.putInt(checksum(to, 0, to.position()));
    put(to, person.name());
    to.putInt(person.tags().size());
    person.tags().stream().sorted().forEach(tag -> put(to, tag));
    put(to, template.id());
    put(to, model.embedderId());
    put(to, model.viewRecipe());
    put(to, template.origin().name());
    put(to, template.mask().state().name());
    to.putDouble(template.mask().probability());
    put(to, template.quality());
    Instant created = template.created();
    to.putLong(created.getEpochSecond()).putInt(created.getNano());
    float[] numbers = template.embedding().toArray();
    to.putInt(numbers.length);
    to.asFloatBuffer().put(numbers);
    to.position(to.position() + 4 * numbers.length);
    to.putInt(checksum(to, 0, to.position()));
    return to.array();
  }

  /**
   * {@return the head of the record at an index, or null when there is none or it is damaged}
   *
   * @param bytes not modified
   * @param start where the record begins
   */
  static @Nullable Head head(ByteBuffer bytes, int start) {
    ByteBuffer from = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(start);
    if (from.remaining() < SHORTEST || from.getLong() != MAGIC) {
      return null;
    }
    int length = from.getInt();
    long revision = from.getLong();
    int number = from.getInt();
    int count = from.getInt();
    int id = from.getInt(from.position());
    if (id < 0 || id > from.remaining() - 4 - CHECKSUM) {
      return null;
    }
    String person = text(from);
    int size = from.position() - start + CHECKSUM;
    if (from.getInt() != checksum(bytes, start, size - CHECKSUM)
        || length < size + CHECKSUM
        || number < 0
        || number >= count) {
      return null;
    }
    return new Head(person, revision, number, count, length, size);
  }

  /**
   * {@return the record at an index, or null when it is damaged}
   *
   * @param head its head
   * @param bytes not modified
   * @param start where the record begins
   */
  static @Nullable TemplateRecord decode(Head head, ByteBuffer bytes, int start) {
    if (head.length() > bytes.limit() - start) {
      return null;
    }
    ByteBuffer from = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(start + head.length());
    int end = head.length() - CHECKSUM;
    if (from.getInt(start + end) != checksum(bytes, start, end)) {
      return null;
    }
    try {
      return body(head, from.position(start + head.size()));
    } catch (IllegalArgumentException | BufferUnderflowException | DateTimeException e) {
      return null;
    }
  }

  private static TemplateRecord body(Head head, ByteBuffer from) {
    String name = text(from);
    int tagCount = from.getInt();
    Set<String> tags = new HashSet<>();
    for (int i = 0; i < tagCount; i++) {
      tags.add(text(from));
    }
    String id = text(from);
    String embedder = text(from);
    String recipe = text(from);
    TemplateOrigin origin = TemplateOrigin.valueOf(text(from));
    MaskReading mask = new MaskReading(MaskState.valueOf(text(from)), from.getDouble());
    Optional<FaceQuality> quality = quality(from);
    Instant created = Instant.ofEpochSecond(from.getLong(), from.getInt());
    float[] numbers = new float[from.getInt()];
    from.asFloatBuffer().get(numbers);
    Template template =
        new Template(
            id,
            new GalleryModel(embedder, recipe, numbers.length),
            Embedding.of(numbers),
            origin,
            mask,
            quality,
            created);
    return new TemplateRecord(head, name, tags, template);
  }

  private static void put(ByteBuffer to, Optional<FaceQuality> quality) {
    to.put((byte) (quality.isPresent() ? 1 : 0));
    if (quality.isEmpty()) {
      return;
    }
    FaceQuality q = quality.get();
    to.putDouble(q.eyeDistance()).putDouble(q.sharpness()).putDouble(q.brightness());
    to.putDouble(q.clipped()).putDouble(q.margin()).putDouble(q.presence());
    to.put((byte) (q.pose().isPresent() ? 1 : 0));
    q.pose().ifPresent(p -> to.putDouble(p.yaw()).putDouble(p.pitch()).putDouble(p.roll()));
  }

  private static Optional<FaceQuality> quality(ByteBuffer from) {
    if (from.get() == 0) {
      return Optional.empty();
    }
    double eyeDistance = from.getDouble();
    double sharpness = from.getDouble();
    double brightness = from.getDouble();
    double clipped = from.getDouble();
    double margin = from.getDouble();
    double presence = from.getDouble();
    Optional<HeadPose> pose =
        from.get() == 0
            ? Optional.empty()
            : Optional.of(new HeadPose(from.getDouble(), from.getDouble(), from.getDouble()));
    return Optional.of(
        new FaceQuality(eyeDistance, sharpness, brightness, clipped, pose, margin, presence));
  }

  private static int size(String text) {
    return 4 + Utf8.encodedLength(text);
  }

  private static void put(ByteBuffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.putInt(bytes.length).put(bytes);
  }

  private static String text(ByteBuffer from) {
    int length = from.getInt();
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    String text =
        new String(
            from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
    from.position(from.position() + length);
    return text;
  }

  private static int checksum(ByteBuffer bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset() + start, length);
    return (int) crc.getValue();
  }
}

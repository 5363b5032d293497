package dev.mfr.gallery.lucene;

import com.google.common.base.Utf8;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import dev.mfr.quality.FaceQuality;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

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

  static final int CHECKSUM = 4;

  /** The bytes of a record without a person: where the shortest head ends. */
  static final int SHORTEST = 8 + 4 + 8 + 4 + 4 + 4 + CHECKSUM;

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
    to.putInt(checksum(to.array(), 0, to.position()));
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
    to.putInt(checksum(to.array(), 0, to.position()));
    return to.array();
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

  private static int size(String text) {
    return 4 + Utf8.encodedLength(text);
  }

  private static void put(ByteBuffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.putInt(bytes.length).put(bytes);
  }

  static int checksum(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }
}

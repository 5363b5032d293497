package dev.mfr.gallery.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.People;
import dev.mfr.gallery.Person;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders are opened, which are refused, and with what words. */
class GalleryFolderTest {
  @TempDir Path parent;
  private Path folder;
  private final Person person = People.person("p1", "One", 2, new Random(51));

  @BeforeEach
  void name() {
    folder = parent.resolve("gallery");
  }

  private void enrol() {
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(List.of(person), List.of());
    }
  }

  private static List<Person> read(LuceneGalleryStore store) {
    List<Person> people = new ArrayList<>();
    assertThat(store.read(people::add)).isEmpty();
    return people;
  }

  private void assertRefused(String words) throws IOException {
    Map<String, byte[]> before = Folders.contents(folder);
    assertThatThrownBy(() -> LuceneGalleryStore.open(folder))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining(words);
    assertThatThrownBy(() -> LuceneGalleryStore.openReadOnly(folder))
        .isInstanceOf(GalleryException.class);
    assertThat(Folders.contents(folder).keySet()).isEqualTo(before.keySet());
    Folders.contents(folder)
        .forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
  }

  @Test
  void open_missingFolder_isMadeAndSaysWhatItIs() throws IOException {
    folder = parent.resolve("a/b/gallery");

    LuceneGalleryStore.open(folder).close();

    assertThat(folder.resolve("gallery.properties"))
        .content()
        .contains("gallery of mfr", "biometric data", "format=1");
  }

  private static boolean hasOwners(Path folder) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView("posix");
  }

  @Test
  void open_missingFolder_isItsOwnersAlone() throws IOException {
    assumeTrue(hasOwners(parent));
    folder = parent.resolve("a/gallery");

    LuceneGalleryStore.open(folder).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void open_folderThatIsThere_keepsItsRightsAlsoWhenRepaired() throws IOException {
    assumeTrue(hasOwners(parent));
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));

    enrol();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-x---");
    damageList();
    assertThat(LuceneGalleryStore.repair(folder)).isNotEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-x---");
  }

  /** Overwrites the list of the commit's files. */
  private void damageList() throws IOException {
    for (String name : Folders.contents(folder).keySet()) {
      if (name.startsWith("segments_")) {
        Files.write(folder.resolve(name), new byte[40]);
      }
    }
  }

  @Test
  void open_folderOfOtherFiles_isRefusedAndUntouched() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("letter.txt"), "Dear");

    assertRefused("is not empty and holds no gallery");
  }

  @Test
  void open_indexOfAnotherProgram_isRefusedAndUntouched() throws IOException {
    try (FSDirectory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.addDocument(new Document());
      writer.commit();
    }

    assertRefused("is not empty and holds no gallery");
  }

  @Test
  void open_newerFormat_isRefusedAndUntouched() throws IOException {
    enrol();
    Path label = folder.resolve("gallery.properties");
    Files.writeString(label, Files.readString(label).replace("format=1", "format=2"));

    assertRefused("has the format 2, and this version of mfr knows formats up to 1");
  }

  @Test
  void open_newerFormatInTheCommit_isRefusedAndUntouched() throws IOException {
    enrol();
    Files.delete(folder.resolve("gallery.properties"));
    try (FSDirectory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.setLiveCommitData(Map.of(GalleryIndex.FORMAT_KEY, "7").entrySet());
      writer.commit();
    }

    assertRefused("has the format 7, and this version of mfr knows formats up to 1");
  }

  @Test
  void open_lostLabel_isWrittenAgain() throws IOException {
    enrol();
    Files.delete(folder.resolve("gallery.properties"));

    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThat(read(store)).containsExactly(person);
    }

    assertThat(folder.resolve("gallery.properties")).exists();
  }

  @Test
  void open_killedBeforeTheFirstCommit_begins() throws IOException {
    Files.createDirectories(folder);
    Files.createFile(folder.resolve("write.lock"));
    Files.writeString(folder.resolve("pending_segments_1"), "half");

    enrol();

    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThat(read(store)).containsExactly(person);
    }
  }

  @Test
  void read_filesThatAKilledProcessLeft_areDeleted() throws IOException {
    enrol();
    Set<String> whole = Set.copyOf(Folders.contents(folder).keySet());
    Files.writeString(folder.resolve("pending_segments_9"), "half");
    Files.writeString(folder.resolve("_z.cfs"), "half");

    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThat(read(store)).containsExactly(person);
      assertThat(Folders.contents(folder)).doesNotContainKeys("pending_segments_9", "_z.cfs");
    }
    assertThat(Folders.contents(folder)).containsOnlyKeys(whole);
  }

  @Test
  void read_severalParts_givesPeopleInTheOrderOfTheirEnrolment() {
    List<Person> people = new ArrayList<>();
    Random random = new Random(53);
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      for (int i = 0; i < 6; i++) {
        Person next = People.person("p" + i, "Name " + i, 1 + i % 3, random);
        store.apply(List.of(next), List.of());
        people.add(next);
      }

      assertThat(read(store)).isEqualTo(people);
    }
  }

  @Test
  void read_peopleAcrossParts_areWholeAndInTheirOrder() {
    List<Person> people = new ArrayList<>();
    Random random = new Random(54);
    for (int i = 0; i < PartReader.PART; i++) {
      people.add(People.person("p" + i, "Name " + i, 1 + i % 4, random));
    }
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      store.apply(people, List.of());

      assertThat(read(store)).isEqualTo(people);
    }
  }

  @Test
  void read_consumerThatFails_isToldAndReadsAgain() {
    enrol();
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      IllegalStateException failure = new IllegalStateException("enough");

      assertThatThrownBy(
              () ->
                  store.read(
                      any -> {
                        throw failure;
                      }))
          .isSameAs(failure);
      assertThat(read(store)).containsExactly(person);
    }
  }

  @Test
  void open_file_isRefused() throws IOException {
    Files.writeString(folder, "text");

    assertThatThrownBy(() -> LuceneGalleryStore.open(folder))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("it is a file; name a folder");
    assertThatThrownBy(() -> LuceneGalleryStore.openReadOnly(folder))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("it is a file; name a folder");
  }

  @Test
  void openReadOnly_missingFolder_isRefusedAndNotMade() {
    assertThatThrownBy(() -> LuceneGalleryStore.openReadOnly(folder))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("is missing");
    assertThat(folder).doesNotExist();
  }

  @Test
  void open_twiceInOneProcess_isRefused() {
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThatThrownBy(() -> LuceneGalleryStore.open(folder))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("is open in another process, or once more in this one");
      store.apply(List.of(person), List.of());
      assertThat(read(store)).containsExactly(person);
    }
    LuceneGalleryStore.open(folder).close();
  }

  /** Opens a store and says what happens. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      try {
        LuceneGalleryStore.open(Path.of(args[0])).close();
        System.out.println("opened");
      } catch (GalleryException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String openInAnotherProcess(String classPath) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                Opening.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void open_inAnotherProcess_isRefusedWhileThisOneHasIt() throws IOException {
    String classPath = System.getProperty("java.class.path");
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder)) {
      assertThat(openInAnotherProcess(classPath)).contains("is open in another process");
      store.apply(List.of(person), List.of());
    }
    assertThat(openInAnotherProcess(classPath).strip()).isEqualTo("opened");
  }

  @Test
  void open_withoutLucene_namesTheDependency() throws IOException {
    String withoutLucene =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("lucene"))
            .collect(Collectors.joining(File.pathSeparator));

    assertThat(openInAnotherProcess(withoutLucene))
        .contains("Lucene is missing; add org.apache.lucene:lucene-core");
    assertThat(folder).doesNotExist();
  }

  @Test
  void openReadOnly_whileAnotherStoreWrites_readsTheMoment() {
    try (LuceneGalleryStore store = LuceneGalleryStore.open(folder);
        LuceneGalleryStore reader = LuceneGalleryStore.openReadOnly(folder)) {
      assertThat(read(reader)).isEmpty();

      store.apply(List.of(person), List.of());

      assertThat(read(reader)).containsExactly(person);
      assertThatThrownBy(() -> reader.apply(List.of(person), List.of()))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("was opened read-only");
    }
  }

  @Test
  void open_folderThatCannotBeWritten_isReadReadOnly() throws IOException {
    enrol();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.setPosixFilePermissions(
        folder.resolve("write.lock"), PosixFilePermissions.fromString("r--r--r--"));
    try {
      assumeFalse(Files.isWritable(folder), "this user may write everywhere");

      assertThatThrownBy(() -> LuceneGalleryStore.open(folder))
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("open the gallery read-only");
      try (LuceneGalleryStore store = LuceneGalleryStore.openReadOnly(folder)) {
        assertThat(read(store)).containsExactly(person);
      }
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}

package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
  @TempDir private Path dir;
  private Path data;
  private Path model;

  @BeforeEach
  void nameFiles() {
    data = dir.resolve("people");
    model = dir.resolve("model.mfr");
  }

  private Cli.Run train(Object... more) {
    Object[] args = new Object[5 + more.length];
    System.arraycopy(new Object[] {"train", "--data", data, "--model", model}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    return Cli.run(args);
  }

  @Test
  void run_peopleAndBadPictures_trainsAndNamesEachSkippedPictureWithItsReason() {
    TestPictures.people(data, List.of(0, 1), 2, 1);
    TestPictures.text(data.resolve(TestPictures.label(0)).resolve("text.jpg"));
    TestPictures.landscape(data.resolve(TestPictures.label(1)).resolve("hill.png"));

    Cli.Run run = train("--epochs", 20, "--seed", 3);

    assertThat(run.code()).isZero();
    assertThat(model).isRegularFile();
    assertThat(run.out())
        .contains("4 of 6 used, 2 skipped")
        .contains("people     2")
        .contains("right in the last epoch")
        .contains("held out   none: too few pictures")
        .contains("the embedder's own")
        .contains(model.toString());
    assertThat(run.err()).contains("text.jpg: cannot read").contains("hill.png: no face was found");
  }

  @Test
  void run_equalSeeds_writesEqualModels() throws Exception {
    TestPictures.people(data, List.of(0, 1), 2, 1);
    train("--epochs", 5, "--seed", 9);
    byte[] first = Files.readAllBytes(model);

    train("--epochs", 5, "--seed", 9);

    assertThat(Files.readAllBytes(model)).isEqualTo(first);
  }

  @Test
  void run_masks_addsCopiesOfEachPictureOrEachPerson() {
    TestPictures.people(data, List.of(0, 1), 2, 1);

    assertThat(train("--epochs", 5).out()).contains("masked     4 added, 0 skipped");
    assertThat(train("--epochs", 5, "--masks", 3).out()).contains("masked     12 added, 0 skipped");
    assertThat(train("--epochs", 5, "--masks-per-person", 3).out())
        .contains("masked     6 added, 0 skipped");
    assertThat(train("--epochs", 5, "--masks", 0).out()).doesNotContain("masked ");
    assertThat(train("--masks", 1, "--masks-per-person", 1).code()).isEqualTo(2);
  }

  @Test
  void run_presetPaper_isTheResNet50AloneWithFiveMasksAPerson() {
    TestPictures.people(data, List.of(0, 1), 2, 1);

    Cli.Run run = train("--preset", "paper", "--epochs", 5);

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("masked     10 added, 0 skipped")
        .contains("embedder   resnet50-periocular-int8:")
        .contains("views roi-4-rectangle-100\n");
  }

  @Test
  void run_dlib_usesItsCrop() {
    TestPictures.people(data, List.of(0, 1), 1, 1);

    Cli.Run run = train("--epochs", 5, "--embedder", "dlib");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("dlib-chip-150-0.25");
  }

  @Test
  void run_onePersonWithOnePicture_trainsAndWarns() {
    TestPictures.people(data, List.of(0), 1, 1);

    Cli.Run run = train("--epochs", 5);

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("only one person");
  }

  @Test
  void run_missingFolder_fails() {
    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(data.toString());
  }

  @Test
  void run_folderWithoutPictures_findsNothing() {
    TestPictures.folder(data.resolve("Nobody"));

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("holds no picture");
  }

  @Test
  void run_picturesOfNobody_findsNothingAndWritesNothing() {
    TestPictures.landscape(TestPictures.folder(data.resolve("Hill")).resolve("1.png"));

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(1);
    assertThat(model).doesNotExist();
  }

  @Test
  void run_foldersThatDifferInCase_fails() {
    TestPictures.landscape(TestPictures.folder(data.resolve("Ada")).resolve("1.png"));
    TestPictures.landscape(TestPictures.folder(data.resolve("ada")).resolve("1.png"));

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("Ada").contains("ada");
  }

  @Test
  void run_modelInAMissingFolder_failsBeforeTheWork() {
    model = dir.resolve("nowhere/model.mfr");

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nowhere");
  }

  @Test
  void run_folderInPlaceOfTheModel_fails() {
    model = TestPictures.folder(model);

    assertThat(train().code()).isEqualTo(3);
  }

  @Test
  void run_deviceInPlaceOfTheModel_isRefusedBeforeTheWork() {
    model = Path.of("/dev/null");
    assumeThat(model).exists();

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("/dev/null").contains("it is a device or a pipe");
  }

  @Test
  void run_fileInPlaceOfTheModelsFolder_isRefusedBeforeTheWork() {
    Path file = TestPictures.text(dir.resolve("taken"));
    model = file.resolve("model.mfr");

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(file + " is a file and no folder");
  }

  @Test
  void run_modelNameThatTheFolderRefuses_failsBeforeTheWork() {
    model = dir.resolve("m".repeat(250));

    Cli.Run run = train();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("takes no file of that name").doesNotContain("Exception");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void run_emptyModelName_isWrongUsage() {
    Cli.Run run = Cli.run("train", "--data", data, "--model", "");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--model").contains("the path is empty");
  }

  @ParameterizedTest
  @CsvSource({"--epochs,0", "--epochs,many", "--learning-rate,-1", "--masks,-2", "--embedder,vgg"})
  void run_wrongValue_isWrongUsage(String option, String value) {
    Cli.Run run = train(option, value);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(value);
  }

  @Test
  void run_withoutData_isWrongUsage() {
    assertThat(Cli.run("train", "--model", model).code()).isEqualTo(2);
  }
}

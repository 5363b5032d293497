package dev.mfr.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.MfrException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class SentencesTest {

  private static String told(IOException cause) {
    return Sentences.of(new MfrException("it cannot be read (" + cause + "); see", cause));
  }

  @Test
  void of_failuresOfTheFileSystem_areSaidInWords() {
    assertThat(told(new AccessDeniedException("/a (1)/b.jpg")))
        .isEqualTo("it cannot be read (no permission); see");
    assertThat(told(new NoSuchFileException("b")))
        .isEqualTo("it cannot be read (it is not there); see");
    assertThat(told(new FileAlreadyExistsException("b")))
        .contains("(there is a file in its place)");
    assertThat(told(new FileSystemException("b", null, "File name too long")))
        .isEqualTo("it cannot be read (File name too long); see");
    assertThat(told(new IOException("disk gone"))).isEqualTo("it cannot be read (disk gone); see");
  }

  @Test
  void of_aTextWithoutItsFailure_losesClassNamesToo() {
    assertThat(Sentences.of("refused (java.nio.file.AccessDeniedException: /x/y.png); check"))
        .isEqualTo("refused (no permission); check");
    assertThat(Sentences.of("refused (java.io.IOException: disk gone); check"))
        .isEqualTo("refused (disk gone); check");
    assertThat(Sentences.of("refused (java.io.IOException); check"))
        .isEqualTo("refused (reading or writing failed); check");
  }

  @Test
  void of_curesInJava_becomeOptionsAndCommands() {
    assertThat(Sentences.of("raise the limit with RgbImage.read(path, maxPixels)"))
        .isEqualTo("raise the limit with --max-pixels");
    assertThat(Sentences.of("give a file that SoftmaxHead.save wrote"))
        .isEqualTo("give a file that 'mfr train' wrote");
    assertThat(
            Sentences.of("nothing offers it; give it with builder().embedder(…), or train again"))
        .isEqualTo("nothing offers it; train it again with 'mfr train'");
    assertThat(Sentences.of("a picture in org/people/java.d/Ada.jpg"))
        .isEqualTo("a picture in org/people/java.d/Ada.jpg");
  }
}

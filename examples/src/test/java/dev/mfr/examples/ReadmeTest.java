package dev.mfr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's examples are the programs that the consumer project compiles and runs. */
class ReadmeTest {

  @ParameterizedTest
  @ValueSource(strings = {"FirstResult", "EnrolAndRecognize"})
  void example_isWhatTheConsumerRuns(String name) throws IOException {
    String program =
        Files.readString(Path.of("src", "it", "consumer", "src", "main", "java", name + ".java"))
            .replaceAll("(?m)^ +", "");
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "README.md")));

    assertThat(block.results().map(found -> found.group(1).replaceAll("(?m)^ +", "")))
        .anyMatch(program::contains);
  }

  @Test
  void links_allLeadToFilesOfTheProject() throws IOException {
    Matcher link =
        Pattern.compile("\\]\\(([^)#]+)\\)").matcher(Files.readString(Path.of("..", "README.md")));
    int links = 0;
    while (link.find()) {
      links++;
      assertThat(Path.of("..").resolve(link.group(1))).exists();
    }
    assertThat(links).isPositive();
  }
}

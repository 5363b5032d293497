package dev.mfr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's example is the program that the consumer project compiles and runs. */
class ReadmeTest {

  @Test
  void firstExample_isWhatTheConsumerRuns() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(block.find()).isTrue();
    String program =
        Files.readString(Path.of("src", "it", "consumer", "src", "main", "java", "FirstResult.java"));

    assertThat(program.replaceAll("(?m)^ +", ""))
        .contains(block.group(1).replaceAll("(?m)^ +", ""));
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

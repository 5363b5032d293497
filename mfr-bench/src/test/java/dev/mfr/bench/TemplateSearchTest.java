package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.gallery.Gallery;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TemplateSearchTest {
  @TempDir private Path folder;

  /** Without Lucene no index would ever be built; what was built would be waited for. */
  @Test
  @Timeout(600)
  void templates_smallGallery_isSearchedBothWaysAndKeptInAFolder() {
    int code =
        Benchmarks.commandLine()
            .execute(
                "templates",
                "--sizes",
                "200",
                "--probes",
                "20",
                "--exact-probes",
                "20",
                "--folder",
                folder.toString());

    assertThat(code).isZero();
    try (Gallery gallery = Gallery.openReadOnly(folder.resolve("gallery-200"))) {
      assertThat(gallery.templateCount()).isEqualTo(200);
    }
  }
}

package dev.mfr.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.MfrException;
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
                "202",
                "--probes",
                "20",
                "--exact-probes",
                "20",
                "--folder",
                folder.toString());

    assertThat(code).isZero();
    try (Gallery gallery = Gallery.openReadOnly(folder.resolve("gallery-202"))) {
      assertThat(gallery.templateCount()).isEqualTo(202);
    }
  }

  @Test
  void open_galleryOfAFolder_tellsTheSeconds() {
    try (Gallery gallery = Gallery.open(folder)) {
      new InventedPeople().enrol(gallery, 10);
      assertThat(gallery.size()).isEqualTo(3);
    }

    assertThat(Benchmarks.commandLine().execute("templates", "--open", folder.toString())).isZero();
    assertThat(TemplateSearch.opening(folder)).matches("10 templates opened in \\d+\\.\\d{3} s");
  }

  @Test
  void open_missingFolder_isRefusedAndNotMade() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> TemplateSearch.opening(missing))
        .isInstanceOf(MfrException.class)
        .hasMessageContaining("there is no folder " + missing);
    assertThat(missing).doesNotExist();
  }

  @Test
  void awaitIndex_galleryThatGetsNone_isRefused() {
    try (Gallery gallery = Gallery.open(new NoStore(), 10)) {
      new InventedPeople().enrol(gallery, 10);

      assertThatThrownBy(() -> TemplateSearch.awaitIndex(gallery, 10))
          .isInstanceOf(MfrException.class)
          .hasMessageContaining("a gallery of 10 templates has no index");
    }
  }

  @Test
  void templates_sizeOfNothing_isRefused() {
    assertThat(Benchmarks.commandLine().execute("templates", "--sizes", "0")).isEqualTo(1);
  }
}

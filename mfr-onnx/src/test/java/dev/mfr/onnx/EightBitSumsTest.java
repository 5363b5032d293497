package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EightBitSumsTest {

  /** The oracle is what the kernel says of the processor. */
  @Test
  void areExact_onX86_isWhetherItHasVnni() throws IOException {
    Path told = Path.of("/proc/cpuinfo");
    assumeTrue(Files.isReadable(told), "there is no /proc/cpuinfo");
    List<String> flags =
        Files.readAllLines(told).stream()
            .filter(line -> line.startsWith("flags"))
            .limit(1)
            .toList();
    assumeTrue(!flags.isEmpty() && flags.get(0).contains(" avx2"), "not a processor with AVX2");

    boolean vnni = flags.get(0).contains(" avx512_vnni") || flags.get(0).contains(" avx_vnni");
    assertThat(EightBitSums.areExact()).isEqualTo(vnni);
  }
}

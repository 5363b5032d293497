package dev.mfr.onnx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a graph may have been optimised for. */
final class Processor {
  /** The lines of /proc/cpuinfo that say what instructions there are, on x86 and on ARM. */
  private static final Set<String> FIELDS =
      Set.of("model name", "flags", "Features", "CPU implementer", "CPU part");

  private Processor() {}

  /**
   * {@return a text that differs where the instructions of the processor may differ; where the
   * system does not tell, the name of the machine stands for them}
   */
  static String description() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch") + " ";
    return system
        + ofLinux()
            .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")))
            .orElseGet(Processor::machine);
  }

  private static Optional<String> ofLinux() {
    try {
      // Of all cores: some have fewer instructions than others.
      Set<String> kinds = new TreeSet<>();
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8)) {
        int colon = line.indexOf(':');
        if (colon > 0 && FIELDS.contains(line.substring(0, colon).strip())) {
          kinds.add(line.substring(colon + 1).strip());
        }
      }
      return kinds.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", kinds));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}

package dev.mfr.bench;

import dev.mfr.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Where and with what something was measured.
 *
 * @param cpu the processor's model
 * @param cores how many the JVM may use
 * @param os name and version
 * @param jdk name and version
 * @param onnxRuntime the native library's version
 * @param commit the library's, with {@code -dirty} when files differed from it; or "unknown"
 * @param date when, UTC
 * @param load processes that ran or waited in the last minute; negative when unknown
 */
record Machine(
    String cpu,
    int cores,
    String os,
    String jdk,
    String onnxRuntime,
    String commit,
    String date,
    double load) {

  /** {@return this machine, now} */
  static Machine here() {
    var os = ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        cpuModel(),
        os.getAvailableProcessors(),
        os.getName() + " " + os.getVersion() + " " + os.getArch(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        OnnxRuntime.version(),
        builtFrom(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        os.getSystemLoadAverage());
  }

  /** {@return its parts for people, in order} */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", cpu + ", " + cores + " cores");
    facts.put("system", os);
    facts.put("JVM", jdk);
    facts.put("ONNX Runtime", onnxRuntime);
    facts.put("commit", commit);
    facts.put("date", date);
    facts.put("load average", load < 0 ? "unknown" : Numbers.text(load));
    return facts;
  }

  private static String cpuModel() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      if (Files.isReadable(file)) {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      }
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    return windows == null ? System.getProperty("os.arch") : windows;
  }

  /** What the build wrote down, if there was a git checkout. */
  private static String builtFrom() {
    Properties git = new Properties();
    try (InputStream in = Machine.class.getResourceAsStream("git.properties")) {
      if (in != null) {
        git.load(in);
      }
    } catch (IOException e) {
      return "unknown";
    }
    String commit = git.getProperty("git.commit.id.abbrev", "");
    if (commit.isEmpty()) {
      return "unknown";
    }
    return commit + (git.getProperty("git.dirty", "").equals("true") ? "-dirty" : "");
  }
}

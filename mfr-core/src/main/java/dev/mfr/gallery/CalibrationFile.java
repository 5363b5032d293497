package dev.mfr.gallery;

import com.google.common.base.Splitter;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration.Comparisons;
import dev.mfr.gallery.Calibration.Logistic;
import dev.mfr.gallery.Calibration.Searches;
import dev.mfr.gallery.DecisionThreshold.Interval;
import dev.mfr.internal.WholeFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The text of a calibration. */
final class CalibrationFile {
  static final int FORMAT = 1;

  private static final Splitter FIELDS = Splitter.on(' ').omitEmptyStrings();

  private CalibrationFile() {}

  static void write(Calibration calibration, Path file) {
    try {
      WholeFile.write(text(calibration).getBytes(StandardCharsets.UTF_8), file, true);
    } catch (IOException e) {
      throw new GalleryException(
          "the calibration cannot be written to "
              + file
              + " ("
              + e
              + "); check that its folder exists, is writable and has space",
          e);
    }
  }

  static Calibration read(Path file) {
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(in, file.toString());
    } catch (NoSuchFileException e) {
      throw new GalleryException("there is no calibration " + file + "; check the path", e);
    } catch (IOException e) {
      throw new GalleryException(
          "the calibration " + file + " cannot be read (" + e + "); name a file of text", e);
    }
  }

  static String text(Calibration c) {
    StringBuilder text = new StringBuilder();
    text.append("# Thresholds of face similarities, by mfr. Rates are parts of 1.\n");
    put(text, "format", Integer.toString(FORMAT));
    put(text, "embedder", c.model().embedderId());
    put(text, "views", c.model().viewRecipe());
    put(text, "embeddingLength", Integer.toString(c.model().embeddingLength()));
    put(text, "dataset", c.dataset());
    c.date().ifPresent(day -> put(text, "date", day.toString()));
    put(text, "people", Integer.toString(c.people()));
    put(text, "pictures", Integer.toString(c.pictures()));
    if (c.isSingle()) {
      put(text, "threshold", Double.toString(c.singleThreshold()));
    }
    if (!c.blocks().isEmpty()) {
      text.append("\n# block: numbers, factor for an unmasked probe, for a masked one\n");
      for (int i = 0; i < c.blocks().size(); i++) {
        ProbeBlock block = c.blocks().get(i);
        put(
            text,
            "block." + (i + 1),
            block.length() + " " + block.unmaskedFactor() + " " + block.maskedFactor());
      }
    }
    if (!c.comparisons().isEmpty()) {
      text.append(
          "\n# two pictures: false accept rate, threshold, its 95 % interval, the rate's\n");
    }
    c.comparisons()
        .forEach(
            (pairing, measured) -> {
              String key = key(pairing);
              put(text, key + ".genuine", Long.toString(measured.genuine()));
              put(text, key + ".impostor", Long.toString(measured.impostor()));
              put(
                  text,
                  key + ".probability",
                  measured.logistic().offset() + " " + measured.logistic().slope());
              putCurve(text, key, measured.curve());
            });
    if (!c.searches().isEmpty()) {
      text.append(
          "\n# searches among so many enrolled pictures: false-positive rate, threshold, its 95 %"
              + " interval, the rate's\n");
    }
    c.searches()
        .forEach(
            (state, measured) -> {
              put(text, key(state) + ".probes", Integer.toString(measured.probes()));
              measured
                  .curves()
                  .forEach((size, curve) -> putCurve(text, key(state) + "." + size, curve));
            });
    return text.toString();
  }

  private static void putCurve(StringBuilder text, String key, RateCurve curve) {
    for (int i = 0; i < curve.points().size(); i++) {
      RateCurve.Point p = curve.points().get(i);
      put(
          text,
          key + ".rate." + (i + 1),
          p.rate()
              + " "
              + rounded(p.threshold())
              + " "
              + rounded(p.thresholds().low())
              + " "
              + rounded(p.thresholds().high())
              + " "
              + small(p.rates().low())
              + " "
              + small(p.rates().high()));
    }
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String small(double value) {
    return String.format(Locale.ROOT, "%.3e", value);
  }

  /** Escapes what would end a line or begin an escape; keys need none. */
  private static void put(StringBuilder text, String key, String value) {
    text.append(key)
        .append('=')
        .append(value.strip().replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n"))
        .append('\n');
  }

  private static String key(Enum<?> part) {
    return part.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Calibration read(Reader in, String source) throws IOException {
    Properties p = new Properties();
    try {
      p.load(in);
    } catch (IllegalArgumentException e) {
      throw damaged(source, "it is no properties text (" + e.getMessage() + ")", e);
    }
    String format = text(p, "format", source);
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new GalleryException(
          "the calibration "
              + source
              + " has format "
              + format
              + " and this version reads format "
              + FORMAT
              + "; use a version of the library that fits",
          null);
    }
    try {
      return parse(p, source);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw damaged(source, String.valueOf(e.getMessage()), e);
    }
  }

  private static Calibration parse(Properties p, String source) {
    List<ProbeBlock> blocks = new ArrayList<>();
    for (int i = 1; p.containsKey("block." + i); i++) {
      double[] numbers = numbers(p, "block." + i, 3, source);
      blocks.add(new ProbeBlock(Math.toIntExact(Math.round(numbers[0])), numbers[1], numbers[2]));
    }
    Map<MaskPairing, Comparisons> comparisons = new EnumMap<>(MaskPairing.class);
    for (MaskPairing pairing : MaskPairing.values()) {
      String key = key(pairing);
      if (p.containsKey(key + ".genuine")) {
        double[] logistic = numbers(p, key + ".probability", 2, source);
        comparisons.put(
            pairing,
            new Comparisons(
                whole(p, key + ".genuine", source),
                whole(p, key + ".impostor", source),
                curve(p, key, source),
                new Logistic(logistic[0], logistic[1])));
      }
    }
    Map<MaskState, Searches> searches = new EnumMap<>(MaskState.class);
    for (MaskState state : MaskState.values()) {
      if (p.containsKey(key(state) + ".probes")) {
        searches.put(
            state,
            new Searches(
                small(p, key(state) + ".probes", source), galleries(p, key(state), source)));
      }
    }
    double single = p.containsKey("threshold") ? numbers(p, "threshold", 1, source)[0] : Double.NaN;
    if (Double.isNaN(single) && comparisons.isEmpty()) {
      throw damaged(source, "it has no threshold", null);
    }
    return new Calibration(
        new GalleryModel(
            text(p, "embedder", source),
            text(p, "views", source),
            small(p, "embeddingLength", source)),
        text(p, "dataset", source),
        Optional.ofNullable(p.getProperty("date")).map(LocalDate::parse),
        small(p, "people", source),
        small(p, "pictures", source),
        blocks,
        comparisons,
        searches,
        single);
  }

  /** The curves of all sizes of galleries that the text has. */
  private static NavigableMap<Integer, RateCurve> galleries(
      Properties p, String state, String source) {
    NavigableMap<Integer, RateCurve> curves = new TreeMap<>();
    for (String name : p.stringPropertyNames()) {
      if (name.startsWith(state + ".") && name.endsWith(".rate.1")) {
        String size = name.substring(state.length() + 1, name.length() - ".rate.1".length());
        curves.put(Integer.valueOf(size), curve(p, state + "." + size, source));
      }
    }
    return curves;
  }

  private static RateCurve curve(Properties p, String key, String source) {
    List<RateCurve.Point> points = new ArrayList<>();
    for (int i = 1; p.containsKey(key + ".rate." + i); i++) {
      double[] n = numbers(p, key + ".rate." + i, 6, source);
      points.add(
          new RateCurve.Point(n[0], n[1], new Interval(n[2], n[3]), new Interval(n[4], n[5])));
    }
    if (points.isEmpty()) {
      throw damaged(source, "it lacks \"" + key + ".rate.1\"", null);
    }
    return new RateCurve(points);
  }

  private static double[] numbers(Properties p, String key, int count, String source) {
    List<String> fields = FIELDS.splitToList(text(p, key, source));
    double[] numbers = new double[fields.size()];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Double.parseDouble(fields.get(i));
      } catch (NumberFormatException e) {
        numbers[i] = Double.NaN;
      }
      if (!Double.isFinite(numbers[i])) {
        throw damaged(source, key + " holds \"" + fields.get(i) + "\", which is no number", null);
      }
    }
    if (numbers.length != count) {
      throw damaged(source, key + " has " + numbers.length + " numbers, not " + count, null);
    }
    return numbers;
  }

  private static long whole(Properties p, String key, String source) {
    String value = text(p, key, source);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw damaged(source, key + " holds \"" + value + "\", which is no whole number", e);
    }
  }

  private static int small(Properties p, String key, String source) {
    long value = whole(p, key, source);
    if (value != (int) value) {
      throw damaged(source, key + " is too large: " + value, null);
    }
    return (int) value;
  }

  private static String text(Properties p, String key, String source) {
    String value = p.getProperty(key);
    if (value == null || value.isBlank()) {
      throw damaged(source, "it lacks \"" + key + "\"", null);
    }
    return value.strip();
  }

  private static GalleryException damaged(String source, String why, @Nullable Throwable cause) {
    return new GalleryException(
        "the calibration " + source + " is damaged: " + why + "; calibrate anew, or take a copy",
        cause);
  }
}

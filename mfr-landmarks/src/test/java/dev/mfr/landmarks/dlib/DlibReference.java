package dev.mfr.landmarks.dlib;

import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.landmarks.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What dlib 19.24 itself answers for the reference pictures. */
public final class DlibReference {
  private static final Pattern PICTURE = Pattern.compile("\"([^\"]+\\.jpg)\":");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+");

  private DlibReference() {}

  /**
   * A face.
   *
   * @param box dlib's, from the middle of its first pixel to the middle of its last
   * @param grey its points on dlib's grey conversion
   * @param rgb its points on the coloured picture
   */
  public record Face(Box box, Landmarks grey, Landmarks rgb) {}

  /** {@return the faces by picture; the calling test is skipped without the shared data} */
  public static Map<String, List<Face>> faces() throws IOException {
    String text = Files.readString(SharedData.require("data/reference/dlib-68.json"));
    Map<String, List<Face>> all = new LinkedHashMap<>();
    Matcher picture = PICTURE.matcher(text);
    int end;
    for (boolean more = picture.find(); more; ) {
      String name = picture.group(1);
      int start = picture.end();
      more = picture.find();
      end = more ? picture.start() : text.length();
      List<Face> faces = new ArrayList<>();
      for (int at = text.indexOf("\"rect\"", start);
          at >= 0 && at < end;
          at = text.indexOf("\"rect\"", at + 1)) {
        int[] r = numbers(text, at, 4);
        faces.add(
            new Face(
                new Box(r[0], r[1], r[2] - r[0], r[3] - r[1]),
                points(numbers(text, text.indexOf("\"points_gray\"", at), 2 * 68)),
                points(numbers(text, text.indexOf("\"points_rgb\"", at), 2 * 68))));
      }
      all.put(name, faces);
    }
    return all;
  }

  /** {@return a reference picture} */
  public static Path picture(String name) {
    return SharedData.require("data/reference/images").resolve(name);
  }

  private static int[] numbers(String text, int from, int count) {
    int[] numbers = new int[count];
    Matcher number = NUMBER.matcher(text).region(from, text.length());
    for (int i = 0; i < count; i++) {
      if (!number.find()) {
        throw new AssertionError("the reference ends early");
      }
      numbers[i] = Integer.parseInt(number.group());
    }
    return numbers;
  }

  private static Landmarks points(int[] xy) {
    float[] xyz = new float[3 * 68];
    for (int i = 0; i < 68; i++) {
      xyz[3 * i] = xy[2 * i];
      xyz[3 * i + 1] = xy[2 * i + 1];
    }
    return Landmarks.of(LandmarkScheme.DLIB_68, xyz);
  }
}

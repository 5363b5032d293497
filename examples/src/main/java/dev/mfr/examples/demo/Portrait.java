package dev.mfr.examples.demo;

import dev.mfr.MfrException;
import dev.mfr.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A picture of a person that travels with the examples; SOURCES.md beside it says where it is from.
 *
 * @param person whom it shows
 * @param resource its file
 * @param credit where it is from, in a few words
 */
public record Portrait(String person, String resource, String credit) {

  /** The shipped portraits, all in the public domain. */
  public static final List<Portrait> ALL =
      List.of(
          new Portrait("Eileen Collins", "eileen-collins.png", "NASA"),
          new Portrait("Grace Hopper", "grace-hopper.jpg", "US Navy"),
          new Portrait("Dmitri Mendeleev", "dmitri-mendeleev.jpg", "19th century"),
          new Portrait("Henry Moseley", "henry-moseley.jpg", "before 1915"),
          new Portrait("Marie Curie", "marie-curie.jpg", "about 1912"));

  private static final String FOLDER = "/dev/mfr/examples/portraits/";

  /** {@return the picture} */
  public RgbImage load() {
    try (InputStream in = Portrait.class.getResourceAsStream(FOLDER + resource)) {
      if (in == null) {
        throw new MfrException("the portrait " + resource + " is missing from the jar");
      }
      return RgbImage.read(in);
    } catch (IOException e) {
      throw new MfrException("the portrait " + resource + " cannot be read (" + e + ")", e);
    }
  }
}

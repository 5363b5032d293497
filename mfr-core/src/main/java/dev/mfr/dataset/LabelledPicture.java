package dev.mfr.dataset;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A picture of a known person, not yet loaded.
 *
 * <p>Immutable and thread-safe.
 *
 * @param label the person, not blank
 * @param name what to call the picture in reports, such as its path; not blank
 * @param photograph the name of the photograph that it comes from: its own, or that of the original
 *     where it is a changed copy; copies of one photograph stay on one side of a split
 * @param source gives the pixels
 */
public record LabelledPicture(String label, String name, String photograph, PictureSource source) {

  public LabelledPicture {
    checkArgument(
        !label.isBlank(), "a picture needs a person's label, picture \"%s\" has none", name);
    checkArgument(
        !name.isBlank() && !photograph.isBlank(), "a picture of \"%s\" has no name", label);
  }

  /**
   * A photograph of its own.
   *
   * @param label the person, not blank
   * @param name what to call the picture in reports, such as its path; not blank
   * @param source gives the pixels
   */
  public LabelledPicture(String label, String name, PictureSource source) {
    this(label, name, name, source);
  }

  /**
   * {@return a picture file, read each time it is loaded}
   *
   * @param label the person
   * @param file the picture file; its path as given becomes the name
   */
  public static LabelledPicture ofFile(String label, Path file) {
    return new LabelledPicture(label, file.toString(), () -> RgbImage.read(file));
  }

  /**
   * {@return a changed copy of this picture, of the same person, named {@code name#suffix}}
   *
   * <p>The change is made each time the copy is loaded.
   *
   * @param suffix what was done, such as {@code "surgical-mask"}
   * @param change makes the copy's pixels; thread-safe and the same each time
   */
  public LabelledPicture withVariant(String suffix, UnaryOperator<RgbImage> change) {
    checkArgument(!suffix.isBlank(), "a variant of %s needs a suffix", name);
    return new LabelledPicture(
        label, name + "#" + suffix, photograph, () -> change.apply(source.load()));
  }

  /**
   * {@return the last part of the name: where that is a path, the file without its folders}
   *
   * <p>What is drawn by chance for a picture hangs on its label and on this, so that it is the same
   * wherever a data set lies.
   */
  public String fileName() {
    return name.substring(1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')));
  }

  /** {@return the label and the name} */
  @Override
  public String toString() {
    return "LabelledPicture[" + label + ", " + name + "]";
  }
}

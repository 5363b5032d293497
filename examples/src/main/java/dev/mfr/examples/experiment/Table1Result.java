package dev.mfr.examples.experiment;

import dev.mfr.dataset.LabelledPictures;
import java.util.List;
import java.util.Map;

/**
 * What the experiment found.
 *
 * @param photographs the photographs of the people who took part
 * @param draws what each seed chose, by seed
 * @param perPerson masked pictures a person, in the test and in training B
 * @param leftOut people who had too few photographs, with the reason
 * @param rows the paper's rows, and then our own
 * @param curves by epoch
 * @param detectors by name
 * @param dropouts every picture without features
 * @param missing rows that could not be run, with the reason; empty when all were
 * @param facts ids and settings, for the record
 */
public record Table1Result(
    LabelledPictures photographs,
    Map<Long, Draw> draws,
    int perPerson,
    Map<String, String> leftOut,
    List<Row> rows,
    List<Curve> curves,
    List<DetectorTime> detectors,
    List<Dropout> dropouts,
    String missing,
    Map<String, String> facts) {

  /**
   * A row of the table.
   *
   * @param arm what makes the features
   * @param masks whether masked copies were trained on (training B)
   * @param epochs how long
   * @param cells by protocol
   */
  public record Row(Arm arm, boolean masks, int epochs, Map<Protocol, Cell> cells) {
    /** {@return "A" or "B"} */
    public String training() {
      return masks ? "B" : "A";
    }
  }

  /**
   * A row under a protocol.
   *
   * @param trainPictures trained on, mean over the seeds
   * @param train accuracy on the training pictures
   * @param masked accuracy on the masked test pictures; those without a usable face count as wrong
   * @param unmasked accuracy on the same photographs without masks
   * @param maskedDropouts masked test pictures without a usable face
   */
  public record Cell(
      double trainPictures, Stat train, Stat masked, Stat unmasked, Stat maskedDropouts) {}

  /**
   * One training by epoch.
   *
   * @param arm what makes the features
   * @param protocol who was trained on
   * @param masks whether masked copies were trained on
   * @param seed the seed
   * @param losses mean cross-entropy of each epoch
   * @param accuracies running training accuracy of each epoch
   */
  public record Curve(
      Arm arm,
      Protocol protocol,
      boolean masks,
      long seed,
      List<Double> losses,
      List<Double> accuracies) {}

  /**
   * How long a detector takes for faces and points, on one thread.
   *
   * @param detector its name
   * @param pictures how many were measured
   * @param millis the median
   */
  public record DetectorTime(String detector, int pictures, double millis) {}

  /**
   * A picture that gave no features, or no masked copy.
   *
   * @param detector the detector's name
   * @param embedder the network
   * @param person the label
   * @param picture the picture's name
   * @param kind "photograph" or "masked copy"
   * @param use what it would have been for
   * @param reason why
   */
  public record Dropout(
      String detector,
      String embedder,
      String person,
      String picture,
      String kind,
      String use,
      String reason) {}

  /** {@return the share of right answers of somebody who guesses} */
  public double chance() {
    return 1. / photographs.people().size();
  }

  /** {@return how many masked test pictures each seed has} */
  public int testPictures() {
    return perPerson * photographs.people().size();
  }
}

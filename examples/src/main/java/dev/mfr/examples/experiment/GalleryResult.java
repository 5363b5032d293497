package dev.mfr.examples.experiment;

import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.MaskPairing;
import java.util.List;
import java.util.Map;

/**
 * What the experiment with galleries found.
 *
 * @param people in the galleries' data
 * @param photographs of them
 * @param unseenPeople whom thresholds were measured on; none of them is in the galleries' data
 * @param unseenPhotographs of them
 * @param verified thresholds from half of the unseen people, tried on the others
 * @param transferred thresholds from all unseen people, tried on the galleries' people
 * @param identified searches
 * @param told searches by probes of which nobody says whether they wear a mask
 * @param calibrations by the way's name, on all unseen people
 */
public record GalleryResult(
    int people,
    int photographs,
    int unseenPeople,
    int unseenPhotographs,
    List<Verified> verified,
    List<Verified> transferred,
    List<Identified> identified,
    List<Told> told,
    Map<String, Calibration> calibrations) {

  public GalleryResult {
    verified = List.copyOf(verified);
    transferred = List.copyOf(transferred);
    identified = List.copyOf(identified);
    told = List.copyOf(told);
    calibrations = Map.copyOf(calibrations);
  }

  /**
   * Two pictures compared.
   *
   * @param way the embedder and weights
   * @param pairing who wears a mask
   * @param wanted the false accept rate that the threshold was calibrated for
   * @param measured the rate on people who were not calibrated on, all pairs of two of them, mean
   *     of both halves
   * @param worst the one of the two that differs more
   * @param accepted the part of the pairs of one person that is accepted, likewise; pairs with a
   *     picture without a face are not counted
   */
  public record Verified(
      String way,
      MaskPairing pairing,
      double wanted,
      double measured,
      double worst,
      double accepted) {}

  /**
   * Galleries searched.
   *
   * @param way the embedder and weights
   * @param enrolled photographs a person
   * @param drawn whether templates with drawn masks take part
   * @param probe whether probes wear masks
   * @param usual whether the library does so: with drawn masks for masked probes, without for
   *     unmasked ones
   * @param first everybody enrolled: the part of the probes whose person comes first
   * @param atTenPercent half of the people enrolled: the part of their probes that is given their
   *     name where 10 % of the strangers' are given one
   * @param atOnePercent where 1 % are
   * @param falsePositives the part of the strangers' probes that is given a name at the calibrated
   *     threshold for 1 %
   * @param identified the part of the enrolled people's probes that is given their name there
   */
  public record Identified(
      String way,
      int enrolled,
      boolean drawn,
      MaskState probe,
      boolean usual,
      BootstrapInterval first,
      BootstrapInterval atTenPercent,
      BootstrapInterval atOnePercent,
      double falsePositives,
      double identified) {}

  /**
   * Galleries searched as the library does it: the estimated mask state of each probe chooses the
   * templates, the weights and the threshold.
   *
   * @param way the embedder and weights
   * @param enrolled photographs a person
   * @param probe whether probes wear masks
   * @param right the part of the probes' faces whose state is told rightly
   * @param notSure the part of which it is not told
   * @param first everybody enrolled: the part of the probes whose person comes first
   * @param falsePositives half of the people enrolled: the part of the strangers' probes that is
   *     given a name at the calibrated threshold for 1 %
   * @param identified the part of the enrolled people's probes that is given their name there
   */
  public record Told(
      String way,
      int enrolled,
      MaskState probe,
      double right,
      double notSure,
      BootstrapInterval first,
      double falsePositives,
      BootstrapInterval identified) {}
}

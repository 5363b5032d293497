package dev.mfr.landmarks.mask;

import dev.mfr.landmarks.mask.MaskingOutcome.Status;
import java.util.List;
import java.util.Locale;

/**
 * What became of every picture that was looked at. Immutable.
 *
 * @param outcomes people sorted by name, a person's pictures in the order in which they were tried
 */
public record MaskingReport(List<MaskingOutcome> outcomes) {

  public MaskingReport {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * {@return how many pictures had a status}
   *
   * @param status what became of them
   */
  public int count(Status status) {
    return (int) outcomes.stream().filter(outcome -> outcome.status() == status).count();
  }

  /** {@return the pictures that have no mask in the output, with the reason} */
  public List<MaskingOutcome> notMasked() {
    return outcomes.stream().filter(outcome -> !outcome.masked()).toList();
  }

  /**
   * {@return the report as CSV (RFC 4180, lines end with LF): a header, then a line a picture with
   * person, file, status, kind, pattern, colour, height on the nose, detail}
   */
  public String toCsv() {
    StringBuilder csv =
        new StringBuilder("person,file,status,kind,pattern,colour,nose_height,detail\n");
    for (MaskingOutcome outcome : outcomes) {
      MaskDesign design = outcome.design();
      csv.append(field(outcome.person()))
          .append(',')
          .append(field(outcome.file()))
          .append(',')
          .append(outcome.status());
      if (design == null) {
        csv.append(",,,,");
      } else {
        csv.append(
            String.format(
                Locale.ROOT,
                ",%s,%s,#%06x,%.3f",
                design.kind(),
                design.pattern(),
                design.rgb(),
                design.noseHeight()));
      }
      csv.append(',').append(field(outcome.detail())).append('\n');
    }
    return csv.toString();
  }

  private static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** {@return the counts in one line} */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "MaskingReport[%d masked, %d already there, %d unreadable, %d without a face, %d that no mask fits]",
        count(Status.MASKED),
        count(Status.ALREADY_THERE),
        count(Status.UNREADABLE),
        count(Status.NO_FACE),
        count(Status.NO_FIT));
  }
}

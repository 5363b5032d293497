package dev.mfr.quality;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a picture of a face passes a {@link QualityGate}, and if not why. Immutable.
 *
 * @param issues what is wrong, in the order of {@link QualityIssue.Kind}; empty when the picture
 *     passes
 */
public record QualityVerdict(List<QualityIssue> issues) {

  public QualityVerdict {
    issues = List.copyOf(issues);
  }

  /** {@return whether nothing is wrong} */
  public boolean passed() {
    return issues.isEmpty();
  }

  /**
   * {@return whether a kind of thing is wrong}
   *
   * @param kind the kind
   */
  public boolean has(QualityIssue.Kind kind) {
    return issues.stream().anyMatch(issue -> issue.kind() == kind);
  }

  /** {@return the advice of all issues, a sentence each; empty when the picture passes} */
  public String sentences() {
    return issues.stream().map(QualityIssue::sentence).collect(Collectors.joining(" "));
  }
}

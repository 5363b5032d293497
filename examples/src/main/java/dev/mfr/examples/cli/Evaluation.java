package dev.mfr.examples.cli;

import dev.mfr.Classification;
import dev.mfr.RecognizedFace;
import dev.mfr.evaluation.ClassificationReport;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.geometry.Box;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects what came out of the pictures of a folder of people. */
final class Evaluation {
  private static final int WORST = 30;

  private final ClassificationReport.Builder outcomes = ClassificationReport.builder();
  private final List<Double> rightProbabilities = new ArrayList<>();
  private final List<Wrong> wrong = new ArrayList<>();
  private int unreadable;

  /**
   * A face whose first candidate is somebody else.
   *
   * @param named whether the candidate was believed
   */
  record Wrong(
      Path file, String actual, String answer, double probability, boolean named, Box box) {}

  void add(Path file, String label, RecognizedFace face) {
    Classification answer = face.classification();
    outcomes.add(label, answer);
    if (answer.ranking().isEmpty()) {
      return;
    }
    String first = answer.ranking().get(0).identity();
    if (first.equals(label)) {
      rightProbabilities.add(answer.probability());
    } else {
      wrong.add(new Wrong(file, label, first, answer.probability(), answer.known(), face.box()));
    }
  }

  void addNoFace(String label) {
    outcomes.addNoFace(label);
  }

  /** Left out, the pictures that are hardest to read would raise the accuracy. */
  void addUnreadable(String label) {
    outcomes.addNoFace(label);
    unreadable++;
  }

  ClassificationReport report() {
    return outcomes.build();
  }

  int unreadable() {
    return unreadable;
  }

  /** The wrong answers of the highest probabilities, these first. */
  List<Wrong> worst() {
    return wrong.stream()
        .sorted(Comparator.comparingDouble(Wrong::probability).reversed())
        .limit(WORST)
        .toList();
  }

  /** How well the probability tells right first answers (genuine) from wrong ones. */
  Optional<RocCurve> rightFromWrong() {
    return rightProbabilities.isEmpty() || wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(
            RocCurve.of(
                rightProbabilities.stream().mapToDouble(p -> p).toArray(),
                wrong.stream().mapToDouble(Wrong::probability).toArray()));
  }
}

package dev.mfr.examples.experiment;

import com.google.common.collect.ImmutableMap;
import dev.mfr.head.RateSchedule;
import dev.mfr.head.TrainingOptions;
import java.util.List;

/** What makes the features, and how a head is trained on them. */
public enum Arm {
  /** The paper's choice: the region of four points of MediaPipe's face mesh. */
  MEDIAPIPE(
      "MediaPipe",
      "ResNet-50 on the region of 4 points",
      true,
      ImmutableMap.of("A 100", 97.34, "A 50", 97.0, "B 100", 98.3, "B 50", 98.1)),

  /** The paper's other detector: the same region, estimated from dlib's 68 points. */
  DLIB(
      "Dlib",
      "ResNet-50 on the region of 4 points",
      true,
      ImmutableMap.of("A 100", 96.0, "A 50", 95.2, "B 100", 97.1, "B 50", 97.0)),

  /** Not the paper's: the network of dlib on the whole aligned face. */
  FULL_FACE("MediaPipe", "dlib's network on the whole face", false, ImmutableMap.of()),

  /** Not the paper's: the mask-aware network on the whole aligned face. */
  MASK_AWARE("MediaPipe", "mask-aware network on the whole face", false, ImmutableMap.of()),

  /** Not the paper's: what is fused by default. */
  FUSED("MediaPipe", "ResNet-50 and mask-aware network, fused", false, ImmutableMap.of());

  private static final List<Integer> PAPER_EPOCHS = List.of(100, 50, 10);

  private final String detector;
  private final String embedder;
  private final boolean ofPaper;
  private final ImmutableMap<String, Double> paper;

  Arm(String detector, String embedder, boolean ofPaper, ImmutableMap<String, Double> paper) {
    this.detector = detector;
    this.embedder = embedder;
    this.ofPaper = ofPaper;
    this.paper = paper;
  }

  /** {@return the landmark detector, for people} */
  public String detector() {
    return detector;
  }

  /** {@return the network and what it looks at, for people} */
  public String embedder() {
    return embedder;
  }

  /** {@return whether the row is one of the paper's} */
  public boolean ofPaper() {
    return ofPaper;
  }

  /**
   * {@return the paper's accuracy on the masked test in per cent, NaN where it gives none}
   *
   * @param masks whether masked pictures were trained on (B)
   * @param epochs how long
   */
  public double paper(boolean masks, int epochs) {
    return paper.getOrDefault((masks ? "B " : "A ") + epochs, Double.NaN);
  }

  /** {@return after how many epochs heads are tested, the longest training first} */
  public List<Integer> epochs() {
    return ofPaper ? PAPER_EPOCHS : List.of(TrainingOptions.defaults().epochs());
  }

  /**
   * {@return how a head is trained: the paper's rows at a constant rate of 0.1, the others as
   * {@code mfr train} does}
   *
   * @param epochs how long
   * @param seed of the order of the pictures
   */
  public TrainingOptions options(int epochs, long seed) {
    // Nothing is held out: probabilities are not reported, so no temperature is needed. With a
    // constant rate a shorter training is the beginning of a longer one.
    TrainingOptions.Builder options =
        TrainingOptions.builder().epochs(epochs).seed(seed).heldOutShare(0).threads(1);
    if (ofPaper) {
      options.learningRate(.1).schedule(RateSchedule.CONSTANT);
    }
    return options.build();
  }
}

package dev.mfr.examples.cli;

import dev.mfr.head.RateSchedule;
import dev.mfr.head.TrainingOptions;
import dev.mfr.landmarks.mask.MaskedCopies;
import java.util.Locale;

/** Ways to train. */
enum TrainPreset {
  /** What recognises most people, with and without a mask. */
  DEFAULT,
  /** What the paper did. */
  PAPER;

  EmbedderChoice embedder() {
    return this == PAPER ? EmbedderChoice.RESNET50 : EmbedderChoice.FUSED;
  }

  int masksPerPicture() {
    return this == PAPER ? 0 : MaskedCopies.DEFAULT_COPIES;
  }

  int masksPerPerson() {
    return this == PAPER ? 5 : 0;
  }

  TrainingOptions.Builder training() {
    TrainingOptions.Builder builder = TrainingOptions.builder();
    return this == PAPER
        ? builder.epochs(100).learningRate(.1).schedule(RateSchedule.CONSTANT)
        : builder;
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

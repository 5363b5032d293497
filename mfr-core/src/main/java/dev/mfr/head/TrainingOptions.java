package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * How a head is trained. {@link #defaults()} does for most data.
 *
 * @param epochs how often every picture is looked at, at least 1; 100
 * @param learningRate the step of the gradient descent, more than 0 and at most 10; 0.1. Features
 *     are scaled so that 0.1 suits every embedder
 * @param batchSize pictures a step, at least 1; 32
 * @param momentum the part of the last step that is repeated, 0 to 1 (excluded); 0.9
 * @param l2 the penalty on squared weights, at least 0; 0.0001
 * @param schedule how the rate falls; {@link RateSchedule#COSINE}
 * @param seed of the order of the pictures, of the choice of the held-out ones, and of a hidden
 *     layer's first weights and dropout; 0. Equal seeds give equal heads, bit for bit, on every
 *     machine
 * @param heldOutShare the part of each person's pictures to hold out for the temperature, 0 (none)
 *     to 1 (excluded); 0.2
 * @param patience epochs without a better held-out loss after which training stops; 0, which means
 *     never. Without held-out pictures it has no effect
 * @param unknownFalseAcceptRate the part of strangers that may pass as somebody known, 0…1, where
 *     the unknown rule is fitted; 0.05
 * @param minProbability the probability below which a face is of nobody known, 0…1; 0. It is off
 *     because a probability is a share among the people who are known: strangers get high ones from
 *     a small head, and friends get low ones from a large head. The similarity does not depend on
 *     that
 * @param blockShares the weight of each feature block of the {@link TrainingSet}, positive, of any
 *     sum: a block's part of a row's mean squared length; none, which means those of the set
 * @param headKind what the head computes of the features; {@link HeadKind#linear()}
 * @param threads the most threads to train with, the calling one among them, 1…{@value
 *     #MAX_THREADS}, or 0 for one a processor, at most {@value #MAX_AUTOMATIC_THREADS}; 0. The head
 *     does not depend on it
 */
public record TrainingOptions(
    int epochs,
    double learningRate,
    int batchSize,
    double momentum,
    double l2,
    RateSchedule schedule,
    long seed,
    double heldOutShare,
    int patience,
    double unknownFalseAcceptRate,
    double minProbability,
    List<Double> blockShares,
    HeadKind headKind,
    int threads) {

  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 256;

  /** The most threads that are used unless more are asked for: a step is too small for more. */
  public static final int MAX_AUTOMATIC_THREADS = 8;

  public TrainingOptions {
    checkArgument(epochs >= 1, "training needs 1 epoch or more, got %s", epochs);
    checkArgument(
        learningRate > 0 && learningRate <= 10,
        "the learning rate must lie above 0 and at most at 10, got %s",
        learningRate);
    checkArgument(batchSize >= 1, "a batch needs 1 picture or more, got %s", batchSize);
    checkArgument(
        momentum >= 0 && momentum < 1, "the momentum must lie in 0…1 (excluded), got %s", momentum);
    checkArgument(
        l2 >= 0 && Double.isFinite(l2), "the L2 penalty must not be negative, got %s", l2);
    checkArgument(
        heldOutShare >= 0 && heldOutShare < 1,
        "the held-out share must lie in 0…1 (excluded), got %s",
        heldOutShare);
    checkArgument(patience >= 0, "the patience must not be negative, got %s", patience);
    checkArgument(
        unknownFalseAcceptRate >= 0 && unknownFalseAcceptRate <= 1,
        "the false accept rate must lie in 0…1, got %s",
        unknownFalseAcceptRate);
    checkArgument(
        minProbability >= 0 && minProbability <= 1,
        "the least probability must lie in 0…1, got %s",
        minProbability);
    blockShares = List.copyOf(blockShares);
    checkArgument(
        blockShares.stream().allMatch(share -> share > 0 && Double.isFinite(share)),
        "the blocks' shares must be positive, got %s",
        blockShares);
    checkArgument(
        threads >= 0 && threads <= MAX_THREADS,
        "the number of threads must lie in 0…%s, got %s",
        MAX_THREADS,
        threads);
  }

  /**
   * {@return the defaults: 100 epochs at rate 0.1 that falls as a cosine, batches of 32, momentum
   * 0.9, L2 0.0001, seed 0, a held-out share of 0.2, no early stop, an unknown false accept rate of
   * 0.05, no least probability, the training set's block shares, a linear head, a thread a
   * processor}
   */
  public static TrainingOptions defaults() {
    return builder().build();
  }

  /** {@return a builder that starts from the {@link #defaults()}} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts from these options} */
  public Builder toBuilder() {
    return new Builder()
        .epochs(epochs)
        .learningRate(learningRate)
        .batchSize(batchSize)
        .momentum(momentum)
        .l2(l2)
        .schedule(schedule)
        .seed(seed)
        .heldOutShare(heldOutShare)
        .patience(patience)
        .unknownFalseAcceptRate(unknownFalseAcceptRate)
        .minProbability(minProbability)
        .blockShares(blockShares)
        .headKind(headKind)
        .threads(threads);
  }

  /** Collects options; what is not set keeps its default. Not thread-safe. */
  public static final class Builder {
    private int epochs = 100;
    private double learningRate = .1;
    private int batchSize = 32;
    private double momentum = .9;
    private double l2 = 1e-4;
    private RateSchedule schedule = RateSchedule.COSINE;
    private long seed;
    private double heldOutShare = .2;
    private int patience;
    private double unknownFalseAcceptRate = .05;
    private double minProbability;
    private List<Double> blockShares = List.of();
    private HeadKind headKind = HeadKind.linear();
    private int threads;

    private Builder() {}

    /**
     * {@return this builder}
     *
     * @param value how often every picture is looked at, at least 1
     */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the step of the gradient descent, more than 0
     */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value pictures a step, at least 1
     */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the part of the last step that is repeated, 0 to 1 (excluded)
     */
    public Builder momentum(double value) {
      momentum = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the penalty on squared weights, at least 0
     */
    public Builder l2(double value) {
      l2 = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value how the rate falls
     */
    public Builder schedule(RateSchedule value) {
      schedule = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value of the order of the pictures, of the choice of the held-out ones, and of a
     *     hidden layer's first weights and dropout
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the part of each person's pictures to hold out, 0 (none) to 1 (excluded)
     */
    public Builder heldOutShare(double value) {
      heldOutShare = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value epochs without a better held-out loss after which training stops; 0 for never
     */
    public Builder patience(int value) {
      patience = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the part of strangers that may pass as somebody known, 0…1
     */
    public Builder unknownFalseAcceptRate(double value) {
      unknownFalseAcceptRate = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the probability below which a face is of nobody known, 0…1
     */
    public Builder minProbability(double value) {
      minProbability = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the weight of each feature block, positive, of any sum; none for equal ones
     */
    public Builder blockShares(List<Double> value) {
      blockShares = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value what the head computes of the features
     */
    public Builder headKind(HeadKind value) {
      headKind = value;
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param value the most threads to train with, or 0 for one a processor
     */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          epochs,
          learningRate,
          batchSize,
          momentum,
          l2,
          schedule,
          seed,
          heldOutShare,
          patience,
          unknownFalseAcceptRate,
          minProbability,
          blockShares,
          headKind,
          threads);
    }
  }
}

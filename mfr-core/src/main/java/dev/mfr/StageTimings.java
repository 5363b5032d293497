package dev.mfr;

import java.time.Duration;

/**
 * How long the stages of one recognition took, by the wall clock.
 *
 * <p>Where several pictures were classified in one batch, each carries its share of that stage, by
 * its number of faces.
 *
 * @param decode reading and decoding the file; zero when a decoded picture was given
 * @param detect finding faces and landmarks
 * @param crop choosing the views; they are rendered while classifying
 * @param classify rendering the views, embedding and classifying
 */
public record StageTimings(Duration decode, Duration detect, Duration crop, Duration classify) {

  /** Nothing took any time. */
  public static final StageTimings NONE =
      new StageTimings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** {@return the sum of the stages} */
  public Duration total() {
    return decode.plus(detect).plus(crop).plus(classify);
  }
}

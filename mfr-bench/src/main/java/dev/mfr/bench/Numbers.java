package dev.mfr.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Figures for people. */
final class Numbers {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private Numbers() {}

  /** {@return four significant digits without an exponent; "–" for NaN} */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    BigDecimal exact = BigDecimal.valueOf(value);
    BigDecimal rounded =
        Math.abs(value) < 1000 ? exact.round(DIGITS) : exact.setScale(0, RoundingMode.HALF_EVEN);
    return rounded.stripTrailingZeros().toPlainString();
  }
}

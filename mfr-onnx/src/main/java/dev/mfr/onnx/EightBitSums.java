package dev.mfr.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.base.Suppliers;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whether sums of products of unsigned and signed bytes are right on this processor as ONNX Runtime
 * adds them up. Without VNNI instructions it does so in 16 bits on x86, where they overflow; it
 * then has a slower way, which takes twice as long where nobody needs it.
 */
final class EightBitSums {
  private static final System.Logger LOG = System.getLogger(EightBitSums.class.getName());

  /**
   * One operator: MatMulInteger of {@code a}, unsigned, and {@code b}, signed, gives {@code sums}.
   */
  private static final String PRODUCT =
      "CAgSA21mcjpjChsKAWEKAWISBHN1bXMiDU1hdE11bEludGVnZXISDmVpZ2h0LWJpdC1zdW1zWg8KAWESCgoICAISBAoA"
          + "CgBaDwoBYhIKCggIAxIECgAKAGISCgRzdW1zEgoKCAgGEgQKAAoAQgQKABAN";

  private static final int LENGTH = 64;
  private static final int ROWS = 4;
  private static final int COLUMNS = 16;
  private static final Supplier<Boolean> EXACT = Suppliers.memoize(EightBitSums::measure);

  private EightBitSums() {}

  /** {@return whether they are right; found out once, in some milliseconds} */
  static boolean areExact() {
    return EXACT.get();
  }

  private static boolean measure() {
    try {
      return measure(OrtEnvironment.getEnvironment());
    } catch (OrtException e) {
      LOG.log(Level.DEBUG, "8-bit sums are added up in the slow way: they cannot be tried", e);
      return false;
    }
  }

  /** The largest products there are, many of them. */
  private static boolean measure(OrtEnvironment environment) throws OrtException {
    byte[] a = new byte[ROWS * LENGTH];
    byte[] b = new byte[LENGTH * COLUMNS];
    Arrays.fill(a, (byte) 255);
    Arrays.fill(b, (byte) 127);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session =
              environment.createSession(Base64.getDecoder().decode(PRODUCT), options);
          OnnxTensor left = tensor(environment, a, OnnxJavaType.UINT8, ROWS, LENGTH);
          OnnxTensor right = tensor(environment, b, OnnxJavaType.INT8, LENGTH, COLUMNS);
          OrtSession.Result result = session.run(Map.of("a", left, "b", right))) {
        int[][] sums = (int[][]) result.get(0).getValue();
        return Arrays.stream(sums)
            .flatMapToInt(Arrays::stream)
            .allMatch(s -> s == LENGTH * 255 * 127);
      }
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, byte[] values, OnnxJavaType type, int rows, int columns)
      throws OrtException {
    ByteBuffer direct = ByteBuffer.allocateDirect(values.length).put(values).flip();
    return OnnxTensor.createTensor(environment, direct, new long[] {rows, columns}, type);
  }
}

package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LeakReportTest {

  @Test
  void lostModel_isReportedOnceCollected() throws Exception {
    Logger logger = Logger.getLogger("dev.mfr.onnx");
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      TinyModels.open("two").close();
      lose();
      for (int i = 0; i < 100 && records.isEmpty(); i++) {
        System.gc();
        Thread.sleep(50);
      }
      assertThat(records)
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.getLevel()).isEqualTo(Level.WARNING);
                assertThat(record.getMessage()).contains("lost without close()");
                assertThat(record.getParameters()).containsExactly("line");
              });
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }

  private static void lose() {
    assertThat(TinyModels.open("line").inputs()).hasSize(1);
  }
}

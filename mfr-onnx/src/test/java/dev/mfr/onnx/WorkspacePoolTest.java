package dev.mfr.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.inference.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkspacePoolTest {

  @Test
  void take_sameBatch_givesTheLastOneBack() throws Exception {
    try (WorkspacePool pool = new WorkspacePool(2)) {
      Workspace one = workspace(1);
      Workspace two = workspace(2);
      pool.give(one);
      pool.give(two);
      assertThat(pool.take(3)).isNull();
      assertThat(pool.take(1)).isSameAs(one);
      assertThat(pool.take(1)).isNull();
      pool.give(one);
    }
  }

  @Test
  void give_beyondTheLimit_dropsTheOneOutOfUse() throws Exception {
    try (WorkspacePool pool = new WorkspacePool(2)) {
      for (int batch = 1; batch <= 5; batch++) {
        pool.give(workspace(batch));
      }
      assertThat(pool.size()).isEqualTo(2);
      assertThat(pool.take(3)).isNull();
      Workspace five = pool.take(5);
      assertThat(five).isNotNull();
      five.close();
    }
  }

  private static Workspace workspace(int batch) throws Exception {
    List<TensorSpec> tensors = List.of(new TensorSpec("x", List.of(3)));
    return new Workspace(NativeRuntime.environment(), batch, true, tensors, tensors);
  }
}

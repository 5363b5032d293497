package dev.mfr.evaluation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against Jackson as the reader. */
class JsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static Object read(Object value) throws JsonProcessingException {
    return MAPPER.readValue(Json.text(value), Object.class);
  }

  @Test
  void text_everyCharacterOfTheBasicPlane_isReadBack() throws JsonProcessingException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      all.append(c);
    }
    all.appendCodePoint(0x1F637);

    String text = Json.text(all.toString());

    assertThat(MAPPER.readValue(text, String.class)).isEqualTo(all.toString());
    assertThat(text).doesNotContain("<");
  }

  @Test
  void text_randomTrees_areReadBack() throws JsonProcessingException {
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      Object tree = tree(random, 4);
      assertThat(read(tree)).isEqualTo(tree);
    }
  }

  private static Object tree(Random random, int depth) {
    return switch (depth == 0 ? random.nextInt(4) : random.nextInt(6)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 2 -> random.nextBoolean();
      case 3 -> "\"\\</script>\n" + random.nextInt();
      case 4 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(tree(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put("key \"" + i, tree(random, depth - 1));
        }
        yield map;
      }
    };
  }

  @Test
  void text_numbers_areWrittenWholeWhereTheyAreAndNullWhereThereAreNone() {
    assertThat(
            Json.text(List.of(1., -3., .25, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 7, true)))
        .isEqualTo("[1,-3,0.25,1.0E300,null,null,7,true]");
  }

  @Test
  void text_somethingElse_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.text(List.of(new Object())));
  }
}

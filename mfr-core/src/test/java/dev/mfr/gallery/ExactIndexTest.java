package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.gallery.TemplateIndex.Hits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: {@link NaiveIndex}, to the last bit, and properties under concurrency. */
class ExactIndexTest {
  private final Random random = new Random(7);
  private final Hits hits = new Hits();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 128, 513})
  void search_anyLengthOfVectors_equalsTheNaiveLoop(int dimensions) {
    ExactIndex index = new ExactIndex(dimensions);
    NaiveIndex naive = new NaiveIndex();
    for (int i = 0; i < 3000; i++) {
      add(index, naive, 2 * i, NaiveIndex.vector(random, dimensions));
    }

    for (int count : new int[] {1, 2, 10, 2999, 5000}) {
      float[] probe = NaiveIndex.vector(random, dimensions);
      index.search(probe, NaiveIndex::all, count, hits);
      assertThat(NaiveIndex.found(hits)).isEqualTo(naive.search(probe, NaiveIndex::all, count));
    }
  }

  @Test
  void search_equalScores_lowerSlotFirst() {
    ExactIndex index = new ExactIndex(2);
    NaiveIndex naive = new NaiveIndex();
    for (int i = 0; i < 500; i++) {
      add(index, naive, i, new float[] {random.nextInt(3), 0});
    }

    float[] probe = {1, 1};
    for (int count : new int[] {1, 7, 200, 500}) {
      index.search(probe, NaiveIndex::all, count, hits);
      assertThat(NaiveIndex.found(hits)).isEqualTo(naive.search(probe, NaiveIndex::all, count));
    }
  }

  @Test
  void search_filter_findsTheBestOfTheAcceptedAndAsksOnlyOfNearOnes() {
    ExactIndex index = new ExactIndex(16);
    NaiveIndex naive = new NaiveIndex();
    for (int i = 0; i < 5000; i++) {
      add(index, naive, i, NaiveIndex.vector(random, 16));
    }
    float[] probe = NaiveIndex.vector(random, 16);
    AtomicInteger asked = new AtomicInteger();
    IntPredicate third =
        slot -> {
          asked.incrementAndGet();
          return slot % 3 == 0;
        };

    index.search(probe, third, 5, hits);

    // The expected number of records among n in random order grows with log n: some 100 here.
    assertThat(asked).hasValueLessThan(500);
    assertThat(NaiveIndex.found(hits)).isEqualTo(naive.search(probe, third, 5));
    index.search(probe, slot -> false, 5, hits);
    assertThat(hits.size).isZero();
  }

  @Test
  void search_emptyIndex_findsNothing() {
    ExactIndex index = new ExactIndex(3);
    index.search(new float[3], NaiveIndex::all, 1, hits);
    assertThat(hits.size).isZero();
    index.add(0, new float[] {1, 2, 3});
    index.remove(0);
    index.search(new float[3], NaiveIndex::all, 1, hits);
    assertThat(hits.size).isZero();
  }

  @Test
  void changes_atRandom_equalTheNaiveIndex() {
    ExactIndex index = new ExactIndex(5);
    NaiveIndex naive = new NaiveIndex();
    List<Integer> there = new ArrayList<>();
    int slot = 0;
    for (int step = 0; step < 30_000; step++) {
      // Grows to some 6000, then shrinks to nothing.
      boolean adding = random.nextInt(10) < (step < 12_000 ? 8 : 2);
      if (adding || there.isEmpty()) {
        slot += 1 + random.nextInt(3);
        there.add(slot);
        add(index, naive, slot, NaiveIndex.vector(random, 5));
      } else {
        Collections.swap(there, random.nextInt(there.size()), there.size() - 1);
        Integer gone = there.remove(there.size() - 1);
        index.remove(gone);
        naive.vectors.remove(gone);
        assertThat(index.contains(gone)).isFalse();
      }
      if (step % 500 == 0) {
        float[] probe = NaiveIndex.vector(random, 5);
        index.search(probe, NaiveIndex::all, 20, hits);
        assertThat(NaiveIndex.found(hits)).isEqualTo(naive.search(probe, NaiveIndex::all, 20));
        assertThat(index.size()).isEqualTo(naive.vectors.size());
      }
    }
    float[] copy = new float[5];
    float[] probe = NaiveIndex.vector(random, 5);
    naive.vectors.forEach(
        (kept, vector) -> {
          assertThat(index.copyInto(kept, copy)).isTrue();
          assertThat(copy).containsExactly(vector);
          assertThat(index.score(kept, probe)).isEqualTo(NaiveIndex.dot(probe, vector));
        });
  }

  @Test
  void room_endlessAddAndRemove_staysFlat() {
    ExactIndex index = new ExactIndex(4);
    ArrayDeque<Integer> there = new ArrayDeque<>();
    int most = 0;
    for (int slot = 0; slot < 100_000; slot++) {
      index.add(slot, NaiveIndex.vector(random, 4));
      there.add(slot);
      if (there.size() > 2000) {
        // Oldest and newest in turn.
        index.remove(slot % 2 == 0 ? there.removeFirst() : there.removeLast());
      }
      most = Math.max(most, index.room());
    }
    assertThat(most).isLessThan(3 * 2000 + (2 * VectorBlock.MOST));
    there.forEach(index::remove);
    assertThat(index.room()).isEqualTo(VectorBlock.LEAST);
  }

  @Test
  void room_randomRemovalOfMost_isGivenBack() {
    ExactIndex index = new ExactIndex(4);
    List<Integer> there = new ArrayList<>();
    for (int slot = 0; slot < 50_000; slot++) {
      index.add(slot, NaiveIndex.vector(random, 4));
      there.add(slot);
    }
    Collections.shuffle(there, random);
    there.subList(0, 45_000).forEach(index::remove);
    assertThat(index.room()).isLessThan(5000 * 3);
  }

  @Test
  void wrongUse_isRefused() {
    ExactIndex index = new ExactIndex(2);
    index.add(5, new float[] {1, 0});
    assertThatThrownBy(() -> index.add(5, new float[2])).hasMessageContaining("5 cannot follow 5");
    assertThatThrownBy(() -> index.add(6, new float[3])).hasMessageContaining("got one of 3");
    assertThatThrownBy(() -> index.remove(4)).hasMessageContaining("slot 4 is not in use");
    assertThat(index.copyInto(6, new float[2])).isFalse();
    index.remove(5);
    assertThatThrownBy(() -> index.remove(5)).hasMessageContaining("slot 5 is not in use");
    assertThatThrownBy(() -> index.search(new float[2], NaiveIndex::all, 0, hits))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Each slot's vector is a function of the slot, so that a mixed answer shows itself; slots that
   * stay must be found in every search, slots gone before a search began in none.
   */
  @Test
  void search_whileOneWrites_everyHitIsOneVector() throws Exception {
    int dimensions = 24;
    ExactIndex index = new ExactIndex(dimensions);
    for (int slot = 0; slot < 50; slot++) {
      index.add(slot, vectorOf(slot, dimensions));
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicInteger searches = new AtomicInteger();
    ConcurrentHashMap.KeySetView<Integer, Boolean> gone = ConcurrentHashMap.newKeySet();
    List<Thread> readers = new ArrayList<>();
    for (int r = 0; r < 3; r++) {
      int seed = r;
      Thread reader =
          new Thread(
              () -> {
                try {
                  Random own = new Random(seed);
                  Hits mine = new Hits();
                  while (!done.get() || searches.get() < 50) {
                    float[] probe = NaiveIndex.vector(own, dimensions);
                    List<Integer> goneBefore = List.copyOf(gone);
                    index.search(probe, NaiveIndex::all, 5000, mine);
                    List<Integer> slots = new ArrayList<>();
                    for (int i = 0; i < mine.size; i++) {
                      float right = NaiveIndex.dot(probe, vectorOf(mine.slots[i], dimensions));
                      assertThat(mine.scores[i]).isEqualTo(right);
                      slots.add(mine.slots[i]);
                    }
                    assertThat(slots).doesNotHaveDuplicates().contains(0, 10, 20, 30, 40);
                    assertThat(goneBefore).doesNotContainAnyElementsOf(slots);
                    searches.incrementAndGet();
                  }
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              });
      reader.start();
      readers.add(reader);
    }
    ArrayDeque<Integer> there = new ArrayDeque<>();
    int slot = 50;
    long end = System.nanoTime() + 1_000_000_000L;
    while (System.nanoTime() < end && failure.get() == null) {
      index.add(slot, vectorOf(slot, dimensions));
      there.add(slot++);
      if (there.size() > 300) {
        int leaving = slot % 3 == 0 ? there.removeLast() : there.removeFirst();
        index.remove(leaving);
        if (leaving % 50 == 0) {
          gone.add(leaving);
        }
      }
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(slot).isGreaterThan(1000);
  }

  private static float[] vectorOf(int slot, int dimensions) {
    return NaiveIndex.vector(new Random(slot), dimensions);
  }

  private static void add(ExactIndex index, NaiveIndex naive, int slot, float[] vector) {
    index.add(slot, vector);
    naive.vectors.put(slot, vector.clone());
  }
}

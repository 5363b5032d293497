package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mfr.gallery.TemplateIndex.Hits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Oracle: {@link NaiveIndex}; a search of the graph may miss one in a hundred. */
class GrowingIndexTest {
  private static final int DIMENSIONS = 32;
  private static final int PEOPLE = 600;

  private final SyntheticPeople people = new SyntheticPeople(DIMENSIONS, 3);
  private final List<float[]> centres = new ArrayList<>();
  private final NaiveIndex naive = new NaiveIndex();
  private final Hits hits = new Hits();
  private final GrowingIndex index = new GrowingIndex(DIMENSIONS, 2000);
  private int next;

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void search_upToTheExactSize_staysExact() throws Exception {
    enrol(400);
    Thread.sleep(50);
    assertThat(index.isApproximate()).isFalse();
    assertThat(misses(50)).isZero();
  }

  @Test
  void search_beyondTheExactSize_findsTheNearest() throws Exception {
    enrol(PEOPLE * 5);
    assertThat(misses(20)).as("while the graph is built").isLessThanOrEqualTo(1);
    awaitGraph();
    assertThat(misses(300)).isLessThanOrEqualTo(3);
  }

  @Test
  void search_everyHit_hasItsExactScoreInOrder() throws Exception {
    enrol(PEOPLE * 5);
    awaitGraph();
    float[] probe = people.picture(centres.get(0));
    index.search(probe, NaiveIndex::all, 10, hits);
    assertThat(hits.size).isEqualTo(10);
    for (int i = 0; i < hits.size; i++) {
      assertThat(hits.scores[i])
          .isEqualTo(NaiveIndex.dot(probe, naive.vectors.get(hits.slots[i])))
          .isLessThanOrEqualTo(hits.scores[Math.max(0, i - 1)]);
    }
  }

  @Test
  void add_besideTheGraph_isFoundAtOnce() throws Exception {
    enrol(PEOPLE * 5);
    awaitGraph();
    for (int i = 0; i < 200; i++) { // enough for the graph to take them up meanwhile
      float[] late = people.picture(people.person());
      add(late);
      index.search(late, NaiveIndex::all, 1, hits);
      assertThat(hits.slots[0]).isEqualTo(next - 1);
    }
  }

  @Test
  void remove_fromTheGraph_isNotFoundFromThenOn() throws Exception {
    enrol(PEOPLE * 5);
    awaitGraph();
    for (int slot = 0; slot < 120; slot++) {
      float[] vector = naive.vectors.remove(slot);
      index.remove(slot);
      index.search(vector, NaiveIndex::all, 5, hits);
      assertThat(NaiveIndex.found(hits)).extracting(NaiveIndex.Hit::slot).doesNotContain(slot);
      assertThat(hits.size).isEqualTo(5);
    }
    assertThat(misses(200)).isLessThanOrEqualTo(2);
  }

  @Test
  void remove_manyMoreThanTheLimitLeaves_freesTheGraphAndGrowsAgain() throws Exception {
    enrol(PEOPLE * 5);
    awaitGraph();
    for (int slot = 0; slot < 1300; slot++) {
      naive.vectors.remove(slot);
      index.remove(slot);
    }
    for (int i = 0; i < 6000 && index.isApproximate(); i++) {
      Thread.sleep(10);
    }
    assertThat(index.isApproximate()).isFalse();
    assertThat(misses(50)).isZero();

    enrol(PEOPLE * 2);
    awaitGraph();
    assertThat(misses(200)).isLessThanOrEqualTo(2);
  }

  @Test
  void search_filterThatAcceptsFew_isExact() throws Exception {
    enrol(PEOPLE * 5);
    awaitGraph();
    IntPredicate few = slot -> slot % 601 == 7;
    for (int i = 0; i < 30; i++) {
      float[] probe = people.picture(centres.get(i));
      index.search(probe, few, 3, hits);
      assertThat(NaiveIndex.found(hits)).isEqualTo(naive.search(probe, few, 3));
    }
    index.search(people.picture(centres.get(0)), slot -> false, 3, hits);
    assertThat(hits.size).isZero();
  }

  @Test
  void close_whileTheGraphIsBuilt_leavesSearchesExact() {
    enrol(PEOPLE * 5);
    index.close();
    assertThat(misses(20)).isLessThanOrEqualTo(1);
  }

  private void enrol(int templates) {
    for (int i = 0; i < templates; i++) {
      if (centres.size() < PEOPLE) {
        centres.add(people.person());
      }
      add(people.picture(centres.get(i % PEOPLE)));
    }
  }

  private void add(float[] vector) {
    naive.vectors.put(next, vector);
    index.add(next++, vector);
  }

  private int misses(int probes) {
    int misses = 0;
    for (int i = 0; i < probes; i++) {
      float[] probe = people.picture(centres.get(i % centres.size()));
      index.search(probe, NaiveIndex::all, 1, hits);
      if (!NaiveIndex.found(hits).equals(naive.search(probe, NaiveIndex::all, 1))) {
        misses++;
      }
    }
    return misses;
  }

  private void awaitGraph() throws InterruptedException {
    for (int i = 0; i < 6000 && !index.isApproximate(); i++) {
      Thread.sleep(10);
    }
    assertThat(index.isApproximate()).isTrue();
  }
}

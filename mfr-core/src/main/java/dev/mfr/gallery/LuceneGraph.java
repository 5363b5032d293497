package dev.mfr.gallery;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Near neighbours by Lucene's graphs (HNSW) over numbers of a byte, in memory.
 *
 * <p>One thread writes, any number search what was last published. It says which vectors may be
 * near; how near they are is the caller's to compute.
 */
final class LuceneGraph implements Closeable {
  private static final String SLOT = "slot";
  private static final String VECTOR = "vector";
  private static final int NEIGHBOURS = 32;
  private static final int BUILDING_CANDIDATES = 100;

  /** So many that a million vectors come into one segment: joining segments builds graphs anew. */
  private static final int RAM_MEGABYTES = 1900;

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final IndexWriter writer;
  private volatile @Nullable Published published;

  LuceneGraph() throws IOException {
    KnnVectorsFormat format =
        new Lucene99HnswScalarQuantizedVectorsFormat(
            NEIGHBOURS, BUILDING_CANDIDATES, 1, 7, false, null, null);
    // Everything happens in the thread that writes, which is one of low priority.
    writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig(null)
                .setCodec(
                    new Lucene912Codec() {
                      @Override
                      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return format;
                      }
                    })
                .setMergeScheduler(new SerialMergeScheduler())
                .setRAMBufferSizeMB(RAM_MEGABYTES)
                .setUseCompoundFile(false));
  }

  void add(int slot, float[] vector) throws IOException {
    Document document = new Document();
    document.add(new IntField(SLOT, slot, Field.Store.NO));
    // The only one of Lucene's measures that orders vectors of any length by their dot products.
    document.add(
        new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    writer.addDocument(document);
  }

  /**
   * Removes a vector, if it is there. Its numbers go when a {@link #publish} finds that a tenth of
   * their segment is removed: a segment is built anew then, so sooner would cost too much.
   */
  void remove(int slot) throws IOException {
    writer.deleteDocuments(IntField.newExactQuery(SLOT, slot));
  }

  /** Lets searches see what was written. */
  void publish() throws IOException {
    if (writer.hasDeletions()) {
      writer.forceMergeDeletes();
    }
    Published before = published;
    published = new Published(DirectoryReader.open(writer));
    if (before != null) {
      before.reader.decRef();
    }
    writer.commit(); // frees what only the reader before needed
  }

  /**
   * Looks for near vectors.
   *
   * @param accepted which slots may be found; asked of those that the search meets
   * @param candidates how many to keep in view, which is also how many it finds at most; more find
   *     better and take longer
   * @param found hears of slots, the nearest of each segment first
   * @return false when so few were accepted that the search gave up
   */
  boolean search(float[] probe, IntPredicate accepted, int candidates, IntConsumer found) {
    Published now = acquire();
    if (now == null) {
      return false;
    }
    try {
      // Some twenty neighbours are met for each candidate; a filter that asks for much more is one
      // for a plain scan.
      int limit = 100 * candidates;
      for (int i = 0; i < now.leaves.size(); i++) {
        LeafReader leaf = now.leaves.get(i).reader();
        TopKnnCollector collector = new TopKnnCollector(candidates, limit);
        int[] slots = now.slots.get(i);
        leaf.searchNearestVectors(
            VECTOR, probe, collector, new Accepted(leaf.getLiveDocs(), slots, accepted));
        TopDocs top = collector.topDocs();
        if (collector.earlyTerminated()) {
          return false;
        }
        for (ScoreDoc hit : top.scoreDocs) {
          found.accept(slots[hit.doc]);
        }
      }
      return true;
    } catch (IOException e) {
      throw new GalleryException("the graph in memory cannot be read (" + e + ")", e);
    } finally {
      release(now);
    }
  }

  private @Nullable Published acquire() {
    while (true) {
      Published now = published;
      if (now == null || now.reader.tryIncRef()) {
        return now;
      }
    }
  }

  private static void release(Published published) {
    try {
      published.reader.decRef();
    } catch (IOException e) {
      throw new GalleryException("the graph in memory cannot be freed (" + e + ")", e);
    }
  }

  /** Frees the memory when the last search has ended; called by the thread that writes. */
  @Override
  public void close() throws IOException {
    Published last = published;
    published = null;
    writer.rollback();
    if (last != null) {
      last.reader.decRef();
    }
    directory.close();
  }

  /** What searches see, and the slots of each segment's documents. */
  private static final class Published {
    final DirectoryReader reader;
    final List<LeafReaderContext> leaves;
    final List<int[]> slots = new ArrayList<>();

    Published(DirectoryReader reader) throws IOException {
      this.reader = reader;
      leaves = reader.leaves();
      for (LeafReaderContext leaf : leaves) {
        int[] numbers = new int[leaf.reader().maxDoc()];
        SortedNumericDocValues values = DocValues.getSortedNumeric(leaf.reader(), SLOT);
        for (int document = values.nextDoc();
            document < numbers.length;
            document = values.nextDoc()) {
          numbers[document] = (int) values.nextValue();
        }
        slots.add(numbers);
      }
    }
  }

  /** The documents of a segment that may be found. */
  private static final class Accepted implements Bits {
    private final @Nullable Bits live;
    private final int[] slots;
    private final IntPredicate accepted;

    Accepted(@Nullable Bits live, int[] slots, IntPredicate accepted) {
      this.live = live;
      this.slots = slots;
      this.accepted = accepted;
    }

    @Override
    public boolean get(int document) {
      return (live == null || live.get(document)) && accepted.test(slots[document]);
    }

    @Override
    public int length() {
      return slots.length;
    }
  }
}

package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import dev.mfr.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Recognises many pictures at once: a fixed number of workers, and threads beside them that decode
 * the next files meanwhile, also with one worker.
 *
 * <p>What is handed in faster than it is recognised waits at the door: {@link #submit(Path)} blocks
 * while the pool is full. Each worker takes as many pictures as are ready, up to a limit, as one
 * batch. Memory is bounded: no file is decoded while {@link Builder#pixelsAhead} decoded pixels
 * wait or are worked on, so that at most as many pixels and one picture for each decoding thread
 * are held. Idle threads sleep.
 *
 * <p>Thread-safe. It does not own the recognizer, which must stay open. Its threads are daemons
 * whose names begin with {@code mfr-}; close it to end them.
 */
public final class RecognitionPool implements AutoCloseable {
  /*
   * One lock guards all: what waits is a picture's work, milliseconds each, so that the lock is idle.
   *
   *   submit ──► files ──► decoding threads ──► pictures ──► workers ──► futures
   *          └─────────────── a decoded picture ──┘
   *
   * A submitter waits for room, a decoding thread for a file and for pixels that may be held, a worker for a picture. A
   * thread of the pool that submits, as a future's follower may, never waits for room: it is the one who makes it.
   */
  private static final int WAITING_BATCHES = 2;

  private final MaskedFaceRecognizer recognizer;
  private final Function<Path, RgbImage> reader;
  private final int workers;
  private final int batch;
  private final int capacity;
  private final int picturesAhead;
  private final long pixelsAhead;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition fileReady = lock.newCondition();
  private final Condition pictureReady = lock.newCondition();
  private final Deque<Task> files = new ArrayDeque<>();
  private final Deque<Task> pictures = new ArrayDeque<>();

  /** Tasks that were accepted and whose futures are not complete, or not yet dropped. */
  private int open;

  /** Files that are being decoded, and pixels of those that were and are not yet done. */
  private int decoding;

  private long pixelsHeld;
  private boolean closed;

  private static final class Task {
    final @Nullable Path file;
    final CompletableFuture<Recognition> result = new CompletableFuture<>();
    @Nullable RgbImage image;
    long decodeNanos;

    /** Counted in {@link #pixelsHeld}; 0 for a picture that the caller holds anyway. */
    long pixels;

    /** Why the file could not be read. */
    @Nullable MfrException unreadable;

    Task(@Nullable Path file, @Nullable RgbImage image) {
      this.file = file;
      this.image = image;
    }
  }

  private RecognitionPool(Builder builder) {
    this.recognizer = builder.recognizer;
    this.reader = builder.reader;
    this.workers = builder.workers;
    this.batch = builder.batch;
    this.pixelsAhead = builder.pixelsAhead;
    this.picturesAhead = WAITING_BATCHES * builder.workers * batch;
    this.capacity = 2 * picturesAhead;
    for (int i = 1; i <= builder.workers; i++) {
      threads.add(new Thread(this::work, "mfr-recognize-" + i));
    }
    for (int i = 1; i <= (builder.workers + 1) / 2; i++) {
      threads.add(new Thread(this::decode, "mfr-decode-" + i));
    }
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * {@return a pool with the defaults of {@link #builder}}
   *
   * @param recognizer recognises; not closed
   * @param workers how many pictures are worked on at once, 1 or more
   */
  public static RecognitionPool of(MaskedFaceRecognizer recognizer, int workers) {
    return builder(recognizer).workers(workers).build();
  }

  /**
   * {@return a builder: as many workers as processors, batches of up to 8 pictures, 24 million
   * pixels ahead}
   *
   * @param recognizer recognises; not closed
   */
  public static Builder builder(MaskedFaceRecognizer recognizer) {
    return new Builder(recognizer);
  }

  /**
   * Hands in a decoded picture; waits while the pool is full.
   *
   * <p>The future fails with what the recognizer throws. Cancelling it drops the picture if no
   * worker has it yet. Its followers run on a worker unless they are asynchronous: keep them short.
   *
   * @param image the picture; not to be changed until the future is complete
   * @return its recognition
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when the thread is interrupted while it waits; it stays interrupted
   */
  public CompletableFuture<Recognition> submit(RgbImage image) {
    return accept(new Task(null, requireNonNull(image, "image"))).result;
  }

  /**
   * Hands in a picture file; waits while the pool is full.
   *
   * <p>The future fails with a {@link dev.mfr.image.ImageDecodeException} when the file cannot be
   * read, and otherwise as that of {@link #submit(RgbImage)}.
   *
   * @param file JPEG, PNG, WebP or BMP of at most as many pixels as {@link
   *     MaskedFaceRecognizer.Builder#maxPixels} allows
   * @return its recognition
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when the thread is interrupted while it waits; it stays interrupted
   */
  public CompletableFuture<Recognition> submit(Path file) {
    return accept(new Task(requireNonNull(file, "file"), null)).result;
  }

  /**
   * Recognises files and tells of them in the order given. A file that cannot be read is reported
   * and the rest goes on.
   *
   * <p>When the consumer or the recognizer throws, or the thread is interrupted, the files that no
   * worker has yet are dropped and the pool can be used further. Several threads may call this at
   * once.
   *
   * @param files picture files; may be endless
   * @param consumer hears of each file, on the calling thread; while it is slow the pool does not
   *     run far ahead
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails, or the thread is interrupted while it waits; it
   *     stays interrupted
   * @throws java.util.concurrent.CancellationException when another thread calls {@link
   *     #cancelWaiting} meanwhile
   */
  public void recognizeFiles(Iterable<Path> files, Consumer<PictureOutcome> consumer) {
    Deque<Task> window = new ArrayDeque<>();
    try {
      for (Path file : files) {
        while (window.size() >= capacity
            || (!window.isEmpty() && window.element().result.isDone())) {
          consumer.accept(outcome(window.remove()));
        }
        window.add(accept(new Task(file, null)));
      }
      while (!window.isEmpty()) {
        consumer.accept(outcome(window.remove()));
      }
    } finally {
      if (!window.isEmpty()) {
        window.forEach(task -> task.result.cancel(false));
        dropCancelled();
      }
    }
  }

  private static PictureOutcome outcome(Task task) {
    Path file = requireNonNull(task.file);
    try {
      return new PictureOutcome.Recognized(file, task.result.get());
    } catch (InterruptedException e) {
      task.result.cancel(false);
      throw interrupted("waiting for " + file, e);
    } catch (ExecutionException e) {
      if (task.unreadable != null) {
        return new PictureOutcome.Failed(file, task.unreadable);
      }
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
  }

  private static MfrException interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new MfrException("the thread was interrupted while " + what, e);
  }

  private Task accept(Task task) {
    boolean own = threads.contains(Thread.currentThread());
    lock.lock();
    try {
      checkOpen();
      while (open >= capacity && !own) {
        room.await();
        checkOpen();
      }
      open++;
      if (task.image == null) {
        files.add(task);
        fileReady.signal();
      } else {
        pictures.add(task);
        pictureReady.signal();
      }
      return task;
    } catch (InterruptedException e) {
      throw interrupted("waiting for room in the pool", e);
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this recognition pool is closed");
    }
  }

  private void decode() {
    for (Task task = nextFile(); task != null; task = nextFile()) {
      RgbImage image = null;
      if (!task.result.isDone()) {
        long start = System.nanoTime();
        try {
          image =
              requireNonNull(reader.apply(requireNonNull(task.file)), "the reader gave no picture");
        } catch (MfrException e) {
          task.unreadable = e;
          task.result.completeExceptionally(e);
        } catch (Throwable t) {
          task.result.completeExceptionally(t);
        }
        task.decodeNanos = System.nanoTime() - start;
      }
      decoded(task, image);
    }
  }

  private @Nullable Task nextFile() {
    lock.lock();
    try {
      while (files.isEmpty()
          || pixelsHeld >= pixelsAhead
          || pictures.size() + decoding >= picturesAhead) {
        if (closed && open == 0) {
          return null;
        }
        fileReady.awaitUninterruptibly();
      }
      decoding++;
      return files.remove();
    } finally {
      lock.unlock();
    }
  }

  private void decoded(Task task, @Nullable RgbImage image) {
    lock.lock();
    try {
      decoding--;
      if (image == null) {
        done(task);
      } else {
        task.image = image;
        task.pixels = (long) image.width() * image.height();
        pixelsHeld += task.pixels;
        pictures.add(task);
        pictureReady.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (List<Task> tasks = nextPictures(); !tasks.isEmpty(); tasks = nextPictures()) {
      List<Task> wanted = tasks.stream().filter(task -> !task.result.isDone()).toList();
      if (wanted.size() == 1 || !recognizeTogether(wanted)) {
        wanted.forEach(this::recognizeAlone);
      }
      lock.lock();
      try {
        tasks.forEach(this::done);
      } finally {
        lock.unlock();
      }
    }
  }

  private List<Task> nextPictures() {
    lock.lock();
    try {
      while (pictures.isEmpty()) {
        if (closed && open == 0) {
          return List.of();
        }
        pictureReady.awaitUninterruptibly();
      }
      // What is ready is shared out, so that no worker is idle while another has a long batch.
      int share = Math.min(batch, (pictures.size() + workers - 1) / workers);
      List<Task> tasks = new ArrayList<>(share);
      while (tasks.size() < share) {
        tasks.add(pictures.remove());
      }
      fileReady.signalAll();
      return tasks;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it went well; a batch that fails says nothing of its single pictures. */
  private boolean recognizeTogether(List<Task> tasks) {
    List<Recognition> recognitions;
    try {
      recognitions =
          recognizer.recognizeAll(tasks.stream().map(t -> requireNonNull(t.image)).toList());
    } catch (Throwable t) {
      return false;
    }
    for (int i = 0; i < tasks.size(); i++) {
      complete(tasks.get(i), recognitions.get(i));
    }
    return true;
  }

  private void recognizeAlone(Task task) {
    try {
      complete(task, recognizer.recognize(requireNonNull(task.image)));
    } catch (Throwable t) {
      task.result.completeExceptionally(t);
    }
  }

  private static void complete(Task task, Recognition recognition) {
    task.result.complete(
        task.file == null
            ? recognition
            : MaskedFaceRecognizer.withDecode(recognition, task.decodeNanos));
  }

  /** Under the lock: the task is out of the pool. */
  private void done(Task task) {
    pixelsHeld -= task.pixels;
    task.image = null;
    open--;
    room.signal();
    fileReady.signalAll();
    if (open == 0) {
      pictureReady.signalAll();
    }
  }

  private void dropCancelled() {
    lock.lock();
    try {
      for (Deque<Task> queue : List.of(files, pictures)) {
        List<Task> dropped = queue.stream().filter(task -> task.result.isDone()).toList();
        queue.removeAll(dropped);
        dropped.forEach(this::done);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels everything that no thread of the pool has yet; its futures throw {@link
   * CancellationException}. What is running goes on. The pool can be used further.
   */
  public void cancelWaiting() {
    List<Task> waiting = new ArrayList<>();
    lock.lock();
    try {
      waiting.addAll(files);
      waiting.addAll(pictures);
    } finally {
      lock.unlock();
    }
    // Followers of the futures run here, so not under the lock.
    waiting.forEach(task -> task.result.cancel(false));
    dropCancelled();
  }

  /**
   * Takes nothing more, waits until everything that was handed in is done, and ends the threads;
   * call {@link #cancelWaiting} before if it need not be done. If the calling thread is
   * interrupted, what no thread has yet is cancelled, the rest waited for, and the thread stays
   * interrupted. Called by a thread of the pool, as from a future's follower, it does not wait. A
   * second call waits as the first does.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      room.signalAll();
      fileReady.signalAll();
      pictureReady.signalAll();
    } finally {
      lock.unlock();
    }
    if (threads.contains(Thread.currentThread())) {
      return;
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          cancelWaiting();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return the number of threads and how much waits or is worked on} */
  @Override
  public String toString() {
    lock.lock();
    try {
      return "RecognitionPool[threads=" + threads.size() + ", open=" + open + "]";
    } finally {
      lock.unlock();
    }
  }

  /** Options of a pool. Not thread-safe. */
  public static final class Builder {
    private final MaskedFaceRecognizer recognizer;
    private Function<Path, RgbImage> reader;
    private int workers = Runtime.getRuntime().availableProcessors();
    private int batch = 8;
    private long pixelsAhead = 24_000_000;

    private Builder(MaskedFaceRecognizer recognizer) {
      this.recognizer = recognizer;
      this.reader = recognizer::read;
    }

    /**
     * {@return this builder, with a width}
     *
     * @param workers how many batches are worked on at once, 1 or more; default: the number of
     *     processors. Half as many further threads decode, rounded up
     */
    public Builder workers(int workers) {
      checkArgument(workers >= 1, "a pool has one worker or more, got %s", workers);
      this.workers = workers;
      return this;
    }

    /**
     * {@return this builder, with a batch size}
     *
     * @param pictures the most pictures that a worker takes at once if they are ready, 1 or more; 1
     *     takes each alone; default 8
     */
    public Builder batch(int pictures) {
      checkArgument(pictures >= 1, "a batch has one picture or more, got %s", pictures);
      this.batch = pictures;
      return this;
    }

    /**
     * {@return this builder, with a bound for memory}
     *
     * @param pixels from how many decoded pixels on, of files that are not done, no further file is
     *     decoded, 1 or more; default 24 million, 72 MB
     */
    public Builder pixelsAhead(long pixels) {
      checkArgument(pixels >= 1, "the number of pixels must be positive, got %s", pixels);
      this.pixelsAhead = pixels;
      return this;
    }

    /**
     * {@return this builder, with a way to read files}
     *
     * @param reader gives a file's picture; called by several threads. An {@link MfrException} from
     *     it says that the file cannot be read. Default: {@link RgbImage#read(Path, long)} with the
     *     recognizer's limit
     */
    public Builder reader(Function<Path, RgbImage> reader) {
      this.reader = requireNonNull(reader, "reader");
      return this;
    }

    /** {@return the pool, with its threads started; the caller closes it} */
    public RecognitionPool build() {
      return new RecognitionPool(this);
    }
  }
}

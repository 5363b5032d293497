package dev.mfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Oracle: the recogniser itself, one picture after another. Pictures carry a number. */
@Timeout(60)
class RecognitionPoolTest {
  private static final int SIDE = 10;

  /** How many files were read, and the most that were read and not yet recognised. */
  private final AtomicInteger reads = new AtomicInteger();

  private final AtomicInteger recognised = new AtomicInteger();
  private final AtomicInteger mostAlive = new AtomicInteger();

  private static Path file(int number) {
    return Path.of(number + ".jpg");
  }

  private static List<Path> files(int count) {
    return IntStream.range(0, count).mapToObj(RecognitionPoolTest::file).toList();
  }

  private static int number(Path file) {
    return Integer.parseInt(file.toString().replace(".jpg", ""));
  }

  private static int number(RgbImage image) {
    return image.rgb(0, 0) & 0xffff;
  }

  private static RgbImage picture(int number) {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    rgb[1] = (byte) (number >> 8);
    rgb[2] = (byte) number;
    return RgbImage.wrap(rgb, 0, SIDE, SIDE, 3 * SIDE, PixelFormat.RGB);
  }

  private RgbImage read(Path file) {
    int alive = reads.incrementAndGet() - recognised.get();
    mostAlive.accumulateAndGet(alive, Math::max);
    return picture(number(file));
  }

  /** Says "p" and the picture's number, after doing what is asked for that number. */
  private MaskedFaceRecognizer recognizer(IntConsumer before) {
    DetectedFace face =
        new DetectedFace(
            new Box(1, 1, 5, 5),
            .9,
            Landmarks.of(LandmarkScheme.FACE_MESH_468, new float[3 * 468]),
            .9);
    return MaskedFaceRecognizer.builder()
        .detector(image -> List.of(face))
        .cropper((image, f) -> FaceViews.of(FaceView.of("roi", "" + number(image), image)))
        .classifier(
            faces ->
                faces.stream()
                    .map(
                        views -> {
                          String number = views.list().get(0).recipe();
                          before.accept(Integer.parseInt(number));
                          recognised.incrementAndGet();
                          return Classification.known(List.of(new RankedIdentity("p" + number, 1)));
                        })
                    .toList())
        .build();
  }

  private RecognitionPool.Builder pool(MaskedFaceRecognizer recognizer, int workers) {
    return RecognitionPool.builder(recognizer).workers(workers).reader(this::read);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(int tenthsOfAMillisecond) {
    LockSupport.parkNanos(100_000L * tenthsOfAMillisecond);
  }

  private static List<String> names(List<PictureOutcome> outcomes) {
    return outcomes.stream()
        .map(o -> ((PictureOutcome.Recognized) o).recognition().identities().get(0))
        .toList();
  }

  @Test
  void recognizeFiles_workersOfUnequalSpeed_orderAndResultsOfOneAfterAnother() {
    IntConsumer unequal =
        number -> {
          pause(number * 7919 % 11);
        };
    List<PictureOutcome> outcomes = new ArrayList<>();
    try (MaskedFaceRecognizer recognizer = recognizer(unequal);
        RecognitionPool pool = pool(recognizer, 4).build()) {
      pool.recognizeFiles(files(500), outcomes::add);

      assertThat(outcomes).extracting(PictureOutcome::file).isEqualTo(files(500));
      assertThat(names(outcomes))
          .isEqualTo(
              IntStream.range(0, 500)
                  .mapToObj(i -> recognizer.recognize(picture(i)).identities().get(0))
                  .toList());
    }
  }

  @Test
  void recognizeFiles_unreadableFiles_areReportedAndTheRestGoesOn() {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool =
            RecognitionPool.builder(recognizer)
                .workers(2)
                .reader(
                    file -> {
                      if (number(file) % 10 == 3) {
                        throw new ImageDecodeException(
                            file.toString(), ImageDecodeException.Reason.CORRUPT, "torn", null);
                      }
                      return read(file);
                    })
                .build()) {
      List<PictureOutcome> outcomes = new ArrayList<>();
      pool.recognizeFiles(files(40), outcomes::add);

      assertThat(outcomes).extracting(PictureOutcome::file).isEqualTo(files(40));
      for (int i = 0; i < 40; i++) {
        if (i % 10 == 3) {
          assertThat(((PictureOutcome.Failed) outcomes.get(i)).failure())
              .isInstanceOf(ImageDecodeException.class)
              .hasMessageContaining(i + ".jpg");
        } else {
          Recognition recognition = ((PictureOutcome.Recognized) outcomes.get(i)).recognition();
          assertThat(recognition.identities()).containsExactly("p" + i);
          assertThat(recognition.timings().decode()).isPositive();
        }
      }
    }
  }

  @Test
  void recognizeFiles_networkFails_thatIsThrownAndThePoolGoesOn() {
    try (MaskedFaceRecognizer recognizer =
            recognizer(
                number -> {
                  if (number == 20) {
                    throw new InferenceException("the network broke", null);
                  }
                });
        RecognitionPool pool = pool(recognizer, 2).build()) {
      List<PictureOutcome> outcomes = new ArrayList<>();

      assertThatThrownBy(() -> pool.recognizeFiles(files(100), outcomes::add))
          .isInstanceOf(InferenceException.class)
          .hasMessage("the network broke");

      assertThat(outcomes).extracting(PictureOutcome::file).isEqualTo(files(20));
      outcomes.clear();
      pool.recognizeFiles(files(5), outcomes::add);
      assertThat(names(outcomes)).containsExactly("p0", "p1", "p2", "p3", "p4");
    }
  }

  @Test
  void recognizeFiles_consumerThrows_endlessFilesStop() throws Exception {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool = pool(recognizer, 2).batch(2).build()) {
      Iterable<Path> endless =
          () -> Stream.iterate(0, i -> i + 1).map(RecognitionPoolTest::file).iterator();

      assertThatThrownBy(
              () ->
                  pool.recognizeFiles(
                      endless,
                      outcome -> {
                        if (number(outcome.file()) == 50) {
                          throw new IllegalArgumentException("enough");
                        }
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("enough");

      // Nothing of that call is worked on after one that was handed in later is done, on every
      // worker.
      pool.submit(file(1)).get();
      pool.submit(file(2)).get();
      assertThat(reads.get()).isLessThan(50 + 2 * capacity(2, 2));
    }
  }

  /** As documented in the pool: twice as many as may wait decoded. */
  private static int capacity(int workers, int batch) {
    return 4 * workers * batch;
  }

  @Test
  void recognizeFiles_interrupted_stopsAndStaysInterrupted() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (MaskedFaceRecognizer recognizer = recognizer(number -> await(goOn));
        RecognitionPool pool = pool(recognizer, 1).build()) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> interrupted = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  pool.recognizeFiles(files(1000), outcome -> {});
                } catch (MfrException e) {
                  thrown.set(e);
                  interrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      caller.interrupt();
      caller.join();

      assertThat(thrown.get()).hasMessageContaining("interrupted");
      assertThat(interrupted.get()).isTrue();
      goOn.countDown();
      assertThat(pool.submit(picture(7)).get().identities()).containsExactly("p7");
      assertThat(reads.get()).isLessThan(100);
    }
  }

  @Test
  void recognizeFiles_oneWorker_decodesTheNextFileMeanwhile() {
    CountDownLatch secondRead = new CountDownLatch(1);
    try (MaskedFaceRecognizer recognizer =
            recognizer(
                number -> {
                  if (number == 0) {
                    await(secondRead);
                  }
                });
        RecognitionPool pool =
            RecognitionPool.builder(recognizer)
                .workers(1)
                .reader(
                    file -> {
                      if (number(file) == 1) {
                        secondRead.countDown();
                      }
                      return picture(number(file));
                    })
                .batch(1)
                .build()) {
      List<PictureOutcome> outcomes = new ArrayList<>();
      pool.recognizeFiles(files(2), outcomes::add);

      assertThat(names(outcomes)).containsExactly("p0", "p1");
    }
  }

  @Test
  void recognizeFiles_slowWorkers_decodedPicturesAreBounded() {
    int workers = 2;
    int batch = 3;
    try (MaskedFaceRecognizer recognizer =
            recognizer(
                number -> {
                  pause(5);
                });
        RecognitionPool pool = pool(recognizer, workers).batch(batch).build()) {
      pool.recognizeFiles(files(400), outcome -> {});

      // Two batches a worker wait, one is worked on, and one picture is being decoded.
      assertThat(mostAlive.get()).isLessThanOrEqualTo(3 * workers * batch + 1);
      assertThat(reads.get()).isEqualTo(400);
    }
  }

  @Test
  void recognizeFiles_largePictures_areNotHeldTogether() {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool = pool(recognizer, 1).pixelsAhead(SIDE * SIDE).build()) {
      pool.recognizeFiles(files(50), outcome -> {});

      // With one decoding thread: the next is read when the one before is done.
      assertThat(mostAlive.get()).isEqualTo(1);
    }
  }

  @Test
  void submit_fullPool_waitsForRoom() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (MaskedFaceRecognizer recognizer = recognizer(number -> await(goOn));
        RecognitionPool pool = pool(recognizer, 1).batch(1).build()) {
      AtomicInteger accepted = new AtomicInteger();
      Thread submitter =
          new Thread(
              () -> {
                for (int i = 0; i < 100; i++) {
                  CompletableFuture<Recognition> unused = pool.submit(picture(i));
                  accepted.incrementAndGet();
                }
              });
      submitter.start();
      while (submitter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }

      assertThat(accepted).hasValue(capacity(1, 1));
      goOn.countDown();
      submitter.join();
      assertThat(accepted).hasValue(100);
    }
    assertThat(recognised).hasValue(100);
  }

  @Test
  void submit_followerThatSubmitsIntoAFullPool_doesNotBlockTheWorker() throws Exception {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool = pool(recognizer, 1).batch(1).build()) {
      List<CompletableFuture<Recognition>> chains = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int next = 100 + i;
        chains.add(pool.submit(picture(i)).thenCompose(first -> pool.submit(picture(next))));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(chains.get(i).get().identities()).containsExactly("p" + (100 + i));
      }
    }
  }

  @Test
  void submit_oneOfABatchFails_theOthersAreRecognised() throws Exception {
    CountDownLatch allIn = new CountDownLatch(1);
    try (MaskedFaceRecognizer recognizer =
            recognizer(
                number -> {
                  if (number == 0) {
                    await(allIn);
                  }
                  if (number == 3) {
                    throw new InferenceException("three", null);
                  }
                });
        RecognitionPool pool = pool(recognizer, 1).batch(4).build()) {
      List<CompletableFuture<Recognition>> futures = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        futures.add(pool.submit(picture(i)));
      }
      allIn.countDown();

      for (int i = 0; i < 6; i++) {
        CompletableFuture<Recognition> future = futures.get(i);
        if (i == 3) {
          assertThatThrownBy(future::get)
              .isInstanceOf(ExecutionException.class)
              .hasCauseInstanceOf(InferenceException.class);
        } else {
          assertThat(future.get().identities()).containsExactly("p" + i);
        }
      }
    }
  }

  @Test
  void submit_unreadableFile_failsWithTheReason() {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool = RecognitionPool.of(recognizer, 1)) {
      CompletableFuture<Recognition> future = pool.submit(Path.of("no-such-file.jpg"));

      assertThatThrownBy(future::get)
          .hasCauseInstanceOf(ImageDecodeException.class)
          .hasMessageContaining("no-such-file.jpg");
    }
  }

  @Test
  void close_whileRunning_waitsForAllThatWasHandedIn() {
    MaskedFaceRecognizer recognizer = recognizer(number -> pause(1));
    RecognitionPool pool = pool(recognizer, 2).build();
    List<CompletableFuture<Recognition>> futures = files(30).stream().map(pool::submit).toList();

    pool.close();

    assertThat(futures).allMatch(CompletableFuture::isDone);
    assertThat(recognised).hasValue(30);
    assertThatThrownBy(() -> pool.submit(picture(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    pool.close();
    recognizer.close();
  }

  @Test
  void close_interrupted_cancelsWhatWaitsAndFinishesWhatRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    MaskedFaceRecognizer recognizer =
        recognizer(
            number -> {
              started.countDown();
              await(goOn);
            });
    RecognitionPool pool = pool(recognizer, 1).batch(1).build();
    CompletableFuture<Recognition> running = pool.submit(picture(0));
    await(started);
    CompletableFuture<Recognition> waiting = pool.submit(picture(1));
    Thread closer = new Thread(pool::close);
    closer.start();
    closer.interrupt();
    assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
    goOn.countDown();
    closer.join();

    assertThat(running.get().identities()).containsExactly("p0");
    recognizer.close();
  }

  @Test
  void close_byAFollower_doesNotWaitForItself() throws Exception {
    MaskedFaceRecognizer recognizer = recognizer(number -> {});
    RecognitionPool pool = pool(recognizer, 1).build();

    pool.submit(picture(0)).thenRun(pool::close).get();

    assertThatThrownBy(() -> pool.submit(picture(1))).isInstanceOf(IllegalStateException.class);
    pool.close();
    recognizer.close();
  }

  @Test
  void cancelWaiting_dropsWhatNoWorkerHasAndThePoolGoesOn() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (MaskedFaceRecognizer recognizer =
            recognizer(
                number -> {
                  started.countDown();
                  await(goOn);
                });
        RecognitionPool pool = pool(recognizer, 1).batch(1).build()) {
      CompletableFuture<Recognition> running = pool.submit(picture(0));
      await(started);
      CompletableFuture<Recognition> waiting = pool.submit(picture(1));

      pool.cancelWaiting();

      assertThat(waiting).isCancelled();
      goOn.countDown();
      assertThat(running.get().identities()).containsExactly("p0");
      assertThat(pool.submit(picture(2)).get().identities()).containsExactly("p2");
      assertThat(recognised).hasValue(2);
    }
  }

  private static List<Thread> poolThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("mfr-recognize-")
                    || thread.getName().startsWith("mfr-decode-"))
        .toList();
  }

  @Test
  void threads_idle_sleepAreDaemonsAndEndWithThePool() throws Exception {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {});
        RecognitionPool pool = pool(recognizer, 3).build()) {
      pool.submit(file(1)).get();

      List<Thread> threads = poolThreads();
      assertThat(threads).hasSize(5).allMatch(Thread::isDaemon);
      for (Thread thread : threads) {
        while (thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
    }
    assertThat(poolThreads()).isEmpty();
  }

  @Test
  void recognizeFiles_ofTheRecognizer_endsItsThreads() {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {})) {
      List<PictureOutcome> outcomes = new ArrayList<>();
      recognizer.recognizeFiles(files(2), outcomes::add);

      assertThat(outcomes).hasSize(2).allMatch(o -> o instanceof PictureOutcome.Failed);
      assertThat(poolThreads()).isEmpty();
    }
  }

  @Test
  void builder_nonsense_saysWhat() {
    try (MaskedFaceRecognizer recognizer = recognizer(number -> {})) {
      RecognitionPool.Builder builder = RecognitionPool.builder(recognizer);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.workers(0))
          .withMessageContaining("one worker");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.batch(0))
          .withMessageContaining("one picture");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.pixelsAhead(0))
          .withMessageContaining("positive");
    }
  }
}

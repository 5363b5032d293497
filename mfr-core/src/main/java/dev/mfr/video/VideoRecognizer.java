package dev.mfr.video;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import dev.mfr.Classification;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.Recognition;
import dev.mfr.RecognizedFace;
import dev.mfr.RejectedFace;
import dev.mfr.StageTimings;
import dev.mfr.face.DetectedFace;
import dev.mfr.image.RgbImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Recognises people in one video: faces are followed from frame to frame, and the frames of one
 * face vote on who it is.
 *
 * <p>Until its vote is settled a face is classified in every frame, then in every tenth, unless
 * built otherwise. A face that was lost and comes back keeps its vote, and is classified in every
 * frame until that is settled again.
 *
 * <p>One stream, one thread at a time; several streams may share the {@link MaskedFaceRecognizer},
 * which must stay open. Memory is one vote a track.
 */
public final class VideoRecognizer implements AutoCloseable {
  private final MaskedFaceRecognizer recognizer;
  private final FaceTracker tracker;
  private final Supplier<IdentityVote> votes;
  private final int classifyEvery;
  private final int classifyEveryWhenSettled;
  private final Map<Long, Track> tracks = new HashMap<>();

  private static final class Track {
    final IdentityVote vote;
    boolean lost;

    /** Frames in which it was seen. */
    long age;

    String rejection = "";

    Track(IdentityVote vote) {
      this.vote = vote;
    }

    Classification verdict() {
      return vote.looks() == 0 && !rejection.isEmpty()
          ? Classification.unknown(List.of(), rejection)
          : vote.verdict();
    }
  }

  private VideoRecognizer(Builder builder) {
    this.recognizer = builder.recognizer;
    this.tracker =
        builder.tracker != null ? builder.tracker : builder.recognizer.tracker(builder.tracking);
    this.votes = builder.votes;
    this.classifyEvery = builder.classifyEvery;
    this.classifyEveryWhenSettled = builder.classifyEveryWhenSettled;
  }

  /**
   * {@return a builder with the defaults; {@link MaskedFaceRecognizer#video} builds with them}
   *
   * @param recognizer says who a face is; not closed
   */
  public static Builder builder(MaskedFaceRecognizer recognizer) {
    return new Builder(recognizer);
  }

  /**
   * {@return the faces of the next frame and who they are}
   *
   * @param frame the next frame, as large as the one before; another size begins a new stream. Only
   *     read during the call
   * @throws IllegalStateException when the recognizer is closed
   * @throws dev.mfr.MfrException when a network fails
   */
  public VideoFrame recognize(RgbImage frame) {
    long start = System.nanoTime();
    List<TrackedFace> tracked = tracker.track(frame);
    Duration detect = Duration.ofNanos(System.nanoTime() - start);
    List<TrackedFace> due = begin(tracked);
    Map<Long, Classification> looks = new HashMap<>();
    StageTimings stages = StageTimings.NONE;
    if (!due.isEmpty()) {
      Recognition recognition =
          recognizer.recognize(frame, due.stream().map(TrackedFace::face).toList());
      stages = recognition.timings();
      vote(due, recognition, looks);
    }
    return new VideoFrame(
        tracked.stream().filter(TrackedFace::isVisible).map(face -> result(face, looks)).toList(),
        tracked.stream().filter(face -> !face.isVisible()).toList(),
        new StageTimings(Duration.ZERO, detect, stages.crop(), stages.classify()));
  }

  /** Brings the votes up to the frame's tracks; the faces whose turn it is to be classified. */
  private List<TrackedFace> begin(List<TrackedFace> tracked) {
    Set<Long> alive = new HashSet<>();
    List<TrackedFace> due = new ArrayList<>();
    for (TrackedFace face : tracked) {
      alive.add(face.track());
      Track track = tracks.computeIfAbsent(face.track(), number -> new Track(votes.get()));
      if (!face.isVisible()) {
        track.lost = true;
        continue;
      }
      if (track.lost) {
        track.lost = false;
        track.vote.unsettle();
      }
      int every = track.vote.isSettled() ? classifyEveryWhenSettled : classifyEvery;
      if (track.age % every == 0 || track.vote.looks() == 0) {
        due.add(face);
      }
      track.age++;
    }
    tracks.keySet().retainAll(alive);
    return due;
  }

  private void vote(
      List<TrackedFace> due, Recognition recognition, Map<Long, Classification> looks) {
    IdentityHashMap<DetectedFace, Long> numbers = new IdentityHashMap<>();
    due.forEach(face -> numbers.put(face.face(), face.track()));
    for (RecognizedFace face : recognition.faces()) {
      long number = requireNonNull(numbers.get(face.face()));
      track(number).vote.add(face.classification());
      looks.put(number, face.classification());
    }
    for (RejectedFace face : recognition.rejected()) {
      track(requireNonNull(numbers.get(face.face()))).rejection = face.reason();
    }
  }

  private Track track(long number) {
    return requireNonNull(tracks.get(number));
  }

  private VideoFace result(TrackedFace face, Map<Long, Classification> looks) {
    Track track = track(face.track());
    return new VideoFace(
        face,
        track.verdict(),
        track.vote.looks(),
        track.vote.isSettled(),
        Optional.ofNullable(looks.get(face.track())));
  }

  /** Forgets all tracks and votes, as for a new stream or after a jump. */
  public void reset() {
    tracker.reset();
    tracks.clear();
  }

  /** Closes the tracker; the recognizer stays open. */
  @Override
  public void close() {
    tracker.close();
  }

  /** {@return the tracker} */
  @Override
  public String toString() {
    return "VideoRecognizer[" + tracker + "]";
  }

  /** Options of a video recognizer. Not thread-safe. */
  public static final class Builder {
    private final MaskedFaceRecognizer recognizer;
    private @Nullable FaceTracker tracker;
    private TrackingOptions tracking = TrackingOptions.defaults();
    private Supplier<IdentityVote> votes = IdentityVote::new;
    private int classifyEvery = 1;
    private int classifyEveryWhenSettled = 10;

    private Builder(MaskedFaceRecognizer recognizer) {
      this.recognizer = recognizer;
    }

    /**
     * {@return this builder, with a tracker}
     *
     * @param tracker follows the faces; closed by {@link VideoRecognizer#close}. Default: the one
     *     of the recognizer's detector
     */
    public Builder tracker(FaceTracker tracker) {
      this.tracker = tracker;
      return this;
    }

    /**
     * {@return this builder, with options for the tracker of the recognizer's detector}
     *
     * @param tracking when to detect, and how long to remember; default {@link
     *     TrackingOptions#defaults}
     */
    public Builder tracking(TrackingOptions tracking) {
      this.tracking = tracking;
      return this;
    }

    /**
     * {@return this builder, with a way to count}
     *
     * @param votes gives a new vote for each track; default {@link IdentityVote#IdentityVote()}
     */
    public Builder votes(Supplier<IdentityVote> votes) {
      this.votes = votes;
      return this;
    }

    /**
     * {@return this builder, with how often a face is classified}
     *
     * @param frames while its vote is not settled every so many frames, 1 or more; default 1
     * @param framesWhenSettled afterwards; default 10
     */
    public Builder classifyEvery(int frames, int framesWhenSettled) {
      checkArgument(
          frames >= 1 && framesWhenSettled >= 1,
          "a face is classified every frame or more seldom, got every %s and every %s",
          frames,
          framesWhenSettled);
      this.classifyEvery = frames;
      this.classifyEveryWhenSettled = framesWhenSettled;
      return this;
    }

    /** {@return the video recognizer; the caller closes it} */
    public VideoRecognizer build() {
      return new VideoRecognizer(this);
    }
  }
}

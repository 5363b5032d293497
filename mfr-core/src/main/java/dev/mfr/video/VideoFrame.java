package dev.mfr.video;

import dev.mfr.StageTimings;
import java.util.List;

/**
 * What a video recognizer says of one frame.
 *
 * @param faces the faces that are seen in it, by track number
 * @param lost the faces that are not seen in it and may come back, by track number
 * @param timings how long it took; detect is following and detecting
 */
public record VideoFrame(List<VideoFace> faces, List<TrackedFace> lost, StageTimings timings) {

  public VideoFrame {
    faces = List.copyOf(faces);
    lost = List.copyOf(lost);
  }
}

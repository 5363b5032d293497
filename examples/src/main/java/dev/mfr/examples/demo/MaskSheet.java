package dev.mfr.examples.demo;

import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mask.MaskingOutcome;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A sheet of masked pictures, for people who would rather look. Stateless and thread-safe. */
public final class MaskSheet {
  private static final int COLUMNS = 10;
  private static final int MOST = 60;
  private static final int CELL = 160;

  private MaskSheet() {}

  /**
   * {@return up to sixty of the pictures, evenly spread over the list, 160×160 pixels each}
   *
   * @param folder the output of a {@link dev.mfr.landmarks.mask.DatasetMasker}
   * @param masked outcomes with a mask, at least one
   */
  public static RgbImage of(Path folder, List<MaskingOutcome> masked) {
    int shown = Math.min(MOST, masked.size());
    int columns = Math.min(COLUMNS, shown);
    int rows = (shown + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(columns * CELL, rows * CELL, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D g = sheet.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int i = 0; i < shown; i++) {
      MaskingOutcome outcome = masked.get((int) ((long) i * masked.size() / shown));
      BufferedImage picture = RgbImage.read(file(folder, outcome)).toBufferedImage();
      double scale = (CELL - 4.0) / Math.max(picture.getWidth(), picture.getHeight());
      int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
      int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
      g.drawImage(
          picture,
          i % columns * CELL + (CELL - width) / 2,
          i / columns * CELL + (CELL - height) / 2,
          width,
          height,
          null);
    }
    g.dispose();
    return RgbImage.copyOf(sheet);
  }

  /** What is no JPEG became PNG. */
  private static Path file(Path folder, MaskingOutcome outcome) {
    Path same = folder.resolve(outcome.person()).resolve(outcome.file());
    return Files.exists(same) ? same : same.resolveSibling(outcome.file() + ".png");
  }
}

package dev.mfr.examples.demo;

import dev.mfr.Recognition;
import dev.mfr.RecognizedFace;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.FaceAnnotator;
import dev.mfr.landmarks.crop.PeriocularCropper;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One picture that shows the demo: a row a person, from the portrait to the verdicts. */
public final class ContactSheet {
  private static final int MARGIN = 28;
  private static final int GAP = 16;
  private static final int HEADER = 92;
  private static final int TILE_WIDTH = 230;
  private static final int TILE_HEIGHT = 264;
  private static final int CROP = 150;
  private static final int THUMB_WIDTH = 104;
  private static final int THUMB_HEIGHT = 119;
  private static final int VERDICT = Demo.PROBES * (THUMB_WIDTH + 12) - 12;
  private static final int ROW = TILE_HEIGHT + 2 * GAP;

  private static final int ORIGINAL_X = MARGIN;
  private static final int CROP_X = ORIGINAL_X + TILE_WIDTH + GAP;
  private static final int MASKED_X = CROP_X + CROP + 2 * GAP;
  private static final int MASKED_CROP_X = MASKED_X + TILE_WIDTH + GAP;
  private static final int VERDICT_X = MASKED_CROP_X + CROP + 2 * GAP;
  private static final int WIDTH = VERDICT_X + VERDICT + MARGIN;

  private static final Color PAPER = new Color(0xF5F6F8);
  private static final Color CARD = Color.WHITE;
  private static final Color INK = new Color(0x1D2530);
  private static final Color FAINT = new Color(0x6A7482);
  private static final Color GOOD = new Color(0x17803D);
  private static final Color BAD = new Color(0xC02B2B);
  private static final Color BOX = new Color(0x2F7BFF);
  private static final Color MESH = new Color(40, 215, 255, 190);
  private static final Color REGION = new Color(0xFFC83D);

  private final Graphics2D g;
  private boolean fonts = true;

  private ContactSheet(Graphics2D g) {
    this.g = g;
  }

  /**
   * {@return the sheet}
   *
   * @param results what the demo found out
   */
  public static RgbImage draw(List<PersonResult> results) {
    BufferedImage canvas =
        new BufferedImage(
            WIDTH, HEADER + results.size() * (ROW + GAP) + GAP, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D g = canvas.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      g.setColor(PAPER);
      g.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
      ContactSheet sheet = new ContactSheet(g);
      sheet.header();
      for (int i = 0; i < results.size(); i++) {
        sheet.row(results.get(i), HEADER + i * (ROW + GAP));
      }
    } finally {
      g.dispose();
    }
    return RgbImage.copyOf(canvas);
  }

  private void header() {
    text("Enrolled without a mask, recognised with one", MARGIN, 36, Font.BOLD, 22, INK);
    int y = HEADER - 14;
    text("portrait: box, mesh, region", ORIGINAL_X, y, Font.PLAIN, 14, FAINT);
    text("its crop", CROP_X, y, Font.PLAIN, 14, FAINT);
    text("masked: box, mesh, region", MASKED_X, y, Font.PLAIN, 14, FAINT);
    text("its crop", MASKED_CROP_X, y, Font.PLAIN, 14, FAINT);
    text("verdicts", VERDICT_X, y, Font.PLAIN, 14, FAINT);
  }

  private void row(PersonResult result, int y) {
    g.setColor(CARD);
    g.fillRoundRect(MARGIN - GAP, y, WIDTH - 2 * (MARGIN - GAP), ROW, 14, 14);
    int top = y + GAP;
    portrait(result.original(), Optional.of(result.face()), ORIGINAL_X, CROP_X, top);
    RgbImage masked = result.masked().get(0);
    portrait(
        masked,
        result.enrolled().get(0).mainFace().map(RecognizedFace::face),
        MASKED_X,
        MASKED_CROP_X,
        top);
    text(result.portrait().person(), CROP_X, top + CROP + 34, Font.BOLD, 16, INK);
    text(result.portrait().credit(), CROP_X, top + CROP + 54, Font.PLAIN, 13, FAINT);
    verdictOn(result.enrolled().get(0), result, MASKED_CROP_X, top + CROP + 34);
    verdicts(result, top);
  }

  /** A picture around its face, with what was found in it; and the crop beside it. */
  private void portrait(RgbImage image, Optional<DetectedFace> found, int x, int cropX, int y) {
    Affine tileFromImage = closeUp(image, found.map(DetectedFace::box), TILE_WIDTH, TILE_HEIGHT);
    FaceAnnotator annotator =
        FaceAnnotator.of(
            Warp.render(image, tileFromImage.inverse(), TILE_WIDTH, TILE_HEIGHT, Border.REPLICATE));
    if (found.isPresent()) {
      DetectedFace face = found.get();
      annotator
          .mesh(face.landmarks().transform(tileFromImage), MESH)
          .box(moved(face.box(), tileFromImage), BOX);
      FaceViews views = PeriocularCropper.fourPoint().crop(image, face);
      if (!views.isRejected()) {
        annotator.outline(
            views.list().get(0).outline().stream().map(tileFromImage::apply).toList(), REGION);
        g.drawImage(views.list().get(0).render().toBufferedImage(), cropX, y, CROP, CROP, null);
        frame(cropX, y, CROP, CROP, REGION, 2);
      }
    }
    g.drawImage(annotator.image().toBufferedImage(), x, y, null);
  }

  private void verdicts(PersonResult result, int y) {
    sentence(
        String.format(
            Locale.ROOT,
            "with a mask: %d of %d recognised, mean probability %.0f %%",
            result.recognised(),
            result.enrolled().size(),
            100 * result.meanProbability()),
        result.recognised() == result.enrolled().size(),
        y + 14);
    for (int i = 0; i < result.masked().size(); i++) {
      int x = VERDICT_X + i * (THUMB_WIDTH + 12);
      Recognition recognition = result.enrolled().get(i);
      RgbImage image = result.masked().get(i);
      Affine thumb =
          closeUp(
              image, recognition.mainFace().map(RecognizedFace::box), THUMB_WIDTH, THUMB_HEIGHT);
      g.drawImage(
          Warp.render(image, thumb.inverse(), THUMB_WIDTH, THUMB_HEIGHT, Border.REPLICATE)
              .toBufferedImage(),
          x,
          y + 28,
          null);
      boolean right = result.isRight(recognition);
      frame(x, y + 28, THUMB_WIDTH, THUMB_HEIGHT, right ? GOOD : BAD, 3);
      text(
          recognition
              .mainFace()
              .map(
                  face ->
                      face.identity()
                          .map(
                              name ->
                                  String.format(
                                      Locale.ROOT,
                                      "%s %.0f %%",
                                      surname(name),
                                      100 * face.probability()))
                          .orElse("unknown"))
              .orElse("no face"),
          x,
          y + 28 + THUMB_HEIGHT + 17,
          Font.PLAIN,
          11,
          right ? GOOD : BAD);
    }
    int below = y + 28 + THUMB_HEIGHT + 50;
    text("left out of the enrolment", VERDICT_X, below, Font.BOLD, 14, INK);
    sentence(
        String.format(
            Locale.ROOT,
            "with a mask: %d of %d unknown%s",
            result.unknownMasked(),
            result.leftOutMasked().size(),
            names(result.leftOutMasked())),
        result.unknownMasked() == result.leftOutMasked().size(),
        below + 22);
    sentence(
        String.format(
            Locale.ROOT,
            "without: %d of %d unknown%s",
            result.unknownUnmasked(),
            result.leftOutUnmasked().size(),
            names(result.leftOutUnmasked())),
        result.unknownUnmasked() == result.leftOutUnmasked().size(),
        below + 44);
  }

  /** Whom the unknown person was taken for, if for anybody. */
  private static String names(List<Recognition> recognitions) {
    List<String> names = new ArrayList<>();
    recognitions.forEach(
        r ->
            r.mainFace()
                .flatMap(RecognizedFace::identity)
                .ifPresent(name -> names.add(surname(name))));
    return names.isEmpty() ? "" : "; taken for " + String.join(", ", names);
  }

  private static String surname(String person) {
    return person.substring(person.lastIndexOf(' ') + 1);
  }

  private void verdictOn(Recognition recognition, PersonResult result, int x, int y) {
    boolean right = result.isRight(recognition);
    Optional<RecognizedFace> face = recognition.mainFace();
    text(
        face.map(f -> f.identity().orElse("unknown")).orElse("no face"),
        x,
        y,
        Font.BOLD,
        16,
        right ? GOOD : BAD);
    face.ifPresent(
        f ->
            text(
                String.format(Locale.ROOT, "%.1f %%", 100 * f.probability()),
                x,
                y + 22,
                Font.PLAIN,
                15,
                right ? GOOD : BAD));
  }

  private void sentence(String sentence, boolean good, int y) {
    g.setColor(good ? GOOD : BAD);
    g.fillOval(VERDICT_X, y - 10, 10, 10);
    text(sentence, VERDICT_X + 17, y, Font.PLAIN, 14, good ? GOOD : BAD);
  }

  /** The map from a picture to a tile that shows the face and some of its surroundings. */
  private static Affine closeUp(RgbImage image, Optional<Box> face, int width, int height) {
    Box box = face.orElse(new Box(0, 0, image.width(), image.height()));
    Point centre = box.centre();
    double scale =
        face.isPresent()
            ? width / (1.75 * Math.max(box.width(), box.height()))
            : Math.max(width / box.width(), height / box.height());
    return Affine.translation(-centre.x(), -centre.y())
        .then(Affine.scaling(scale, scale))
        .then(Affine.translation(width / 2.0, height * .53));
  }

  private static Box moved(Box box, Affine map) {
    Point corner = map.apply(new Point(box.x(), box.y()));
    return new Box(corner.x(), corner.y(), box.width() * map.scale(), box.height() * map.scale());
  }

  private void frame(int x, int y, int width, int height, Color color, int thickness) {
    g.setColor(color);
    g.setStroke(new BasicStroke(thickness));
    g.drawRect(x, y, width - 1, height - 1);
  }

  private void text(String text, int x, int y, int style, int size, Color color) {
    if (!fonts) {
      return;
    }
    try {
      g.setFont(new Font(Font.SANS_SERIF, style, size));
      g.setColor(color);
      g.drawString(text, x, y);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A Java without any font, as in slim containers, fails in ways that differ by version.
      fonts = false;
    }
  }
}

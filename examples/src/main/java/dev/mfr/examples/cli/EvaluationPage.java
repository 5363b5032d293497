package dev.mfr.examples.cli;

import dev.mfr.MfrException;
import dev.mfr.evaluation.RocCurve;
import dev.mfr.evaluation.page.LinePlot;
import dev.mfr.evaluation.page.Mistake;
import dev.mfr.evaluation.page.ReportPage;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.ImageFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An evaluation as a page, with the faces of the worst mistakes. */
final class EvaluationPage {
  private static final int THUMBNAIL = 160;
  private static final double AROUND = 1.5;
  private static final int QUALITY = 85;

  private EvaluationPage() {}

  static ReportPage.Builder of(
      Evaluation evaluation, Path data, PictureReader reader, Console console) {
    ReportPage.Builder page =
        ReportPage.builder("Evaluation of " + data.toAbsolutePath().normalize().getFileName())
            .text(
                "This page holds names and faces of people, which are biometric data: keep it as you"
                    + " would keep the pictures.")
            .classification(evaluation.report());
    evaluation.rightFromWrong().ifPresent(curve -> addRoc(page, curve));
    List<Mistake> mistakes = mistakes(evaluation.worst(), reader, console);
    if (!mistakes.isEmpty()) {
      page.heading("Mistakes")
          .text(
              "Wrong first answers, those of the highest probability first. An answer in brackets was"
                  + " not believed: the face was taken for nobody known.")
          .mistakes("The worst " + mistakes.size(), mistakes);
    }
    return page;
  }

  private static void addRoc(ReportPage.Builder page, RocCurve curve) {
    page.heading("Right answers told from wrong ones")
        .text(
            "If a first answer were accepted from some probability on: the share of the "
                + curve.genuineCount()
                + " right ones that would be accepted, over that of the "
                + curve.impostorCount()
                + " wrong ones.")
        .plot(
            LinePlot.roc(
                "Receiver operating characteristic of the probability",
                Map.of("probability", curve)));
  }

  private static List<Mistake> mistakes(
      List<Evaluation.Wrong> worst, PictureReader reader, Console console) {
    List<Mistake> mistakes = new ArrayList<>();
    for (Evaluation.Wrong wrong : worst) {
      try {
        mistakes.add(
            Mistake.of(
                wrong.actual(),
                wrong.named() ? wrong.answer() : "(" + wrong.answer() + ")",
                wrong.probability(),
                Text.printable(String.valueOf(wrong.file().getFileName())),
                thumbnail(reader.read(wrong.file()), wrong.box()),
                "image/jpeg"));
      } catch (MfrException e) {
        console.remark("not on the page: " + Sentences.of(e));
      }
    }
    return mistakes;
  }

  /** The face with a little around it. */
  private static byte[] thumbnail(RgbImage image, Box face) {
    double side = AROUND * Math.max(face.width(), face.height());
    Affine imageFromThumbnail =
        Affine.scaling(side / THUMBNAIL, side / THUMBNAIL)
            .then(Affine.translation(face.centre().x() - side / 2, face.centre().y() - side / 2));
    return ImageFiles.encodeJpeg(
        Warp.render(image, imageFromThumbnail, THUMBNAIL, THUMBNAIL, Border.REPLICATE), QUALITY);
  }
}

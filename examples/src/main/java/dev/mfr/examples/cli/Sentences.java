package dev.mfr.examples.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The library's sentences in the words of the command line: options instead of Java methods. */
final class Sentences {
  private static final Pattern JAVA_FAILURE =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|dev|ai|org)\\.(?:\\w+\\.)*(\\w+(?:Exception|Error))\\b(?:: ([^)]*))?");

  private static final String FALLBACK = "reading or writing failed";

  private Sentences() {}

  /** The message of a failure, with a cure that this program has. */
  static String of(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io) {
        text = text.replace(io.toString(), reason(io));
      }
    }
    return of(text);
  }

  /** The same for a message whose failure is not at hand. */
  static String of(String message) {
    String text =
        message
            .replace("RgbImage.read(path, maxPixels)", "--max-pixels")
            .replace("that SoftmaxHead.save wrote", "that 'mfr train' wrote")
            .replace("give it with builder().embedder(…), or enrol", "enrol")
            .replace("open that embedder, or enrol everybody", "enrol everybody")
            .replace("; calibrate with this embedder", "; measure others with 'mfr calibrate'")
            .replaceAll(
                "^(nobody of the name \".*\" is enrolled)$",
                "$1; 'mfr gallery list' names everybody")
            .replace(", or open the gallery read-only if it has only to be read", "")
            .replaceAll(
                "give (it|the cropper) with builder\\(\\)\\.\\w+\\(…\\), or train again",
                "train it again with 'mfr train'");
    return JAVA_FAILURE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(reason(found.group(1), found.group(2))));
  }

  /** The same where there is no pixel limit to raise. */
  static String ofMask(String message) {
    return of(
        message.replace(
            "if it can be trusted, raise the limit with RgbImage.read(path, maxPixels)",
            "make it smaller"));
  }

  /** What is wrong with the command line; its parser speaks of Java's types of numbers. */
  static String ofUsage(String message) {
    return message
        .replaceAll(" is not an? (?:int|long)$", " is not a whole number")
        .replaceAll(" is not a (?:float|double)$", " is not a number")
        .strip();
  }

  /** What went wrong with a file or a folder, such as "no permission". */
  static String reason(IOException e) {
    String detail = e instanceof FileSystemException refused ? refused.getReason() : e.getMessage();
    return reason(e.getClass().getSimpleName(), detail);
  }

  private static String reason(String type, @Nullable String detail) {
    if (type.equals(AccessDeniedException.class.getSimpleName())) {
      return "no permission";
    }
    if (type.equals(NoSuchFileException.class.getSimpleName())
        || type.equals(FileNotFoundException.class.getSimpleName())) {
      return "it is not there";
    }
    if (type.equals(FileAlreadyExistsException.class.getSimpleName())) {
      return "there is a file in its place";
    }
    if (type.equals(NotDirectoryException.class.getSimpleName())) {
      return "it is no folder";
    }
    if (type.equals(FileSystemLoopException.class.getSimpleName())) {
      return "a link leads back to a folder above it";
    }
    return detail != null && !detail.isBlank() ? detail : FALLBACK;
  }
}

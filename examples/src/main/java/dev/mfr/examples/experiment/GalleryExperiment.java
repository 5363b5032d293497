package dev.mfr.examples.experiment;

import dev.mfr.dataset.LabelledPicture;
import dev.mfr.evaluation.BootstrapInterval;
import dev.mfr.evaluation.OpenSetReport;
import dev.mfr.examples.experiment.GalleryFaces.Face;
import dev.mfr.examples.experiment.GalleryFaces.Look;
import dev.mfr.examples.experiment.GalleryFaces.Resolved;
import dev.mfr.examples.experiment.GalleryResult.Identified;
import dev.mfr.examples.experiment.GalleryResult.Told;
import dev.mfr.examples.experiment.GalleryResult.Verified;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.MaskPairing;
import dev.mfr.gallery.TemplateOrigin;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Galleries: who is on a picture, masked or not, when people were enrolled from one photograph or
 * three? And do calibrated thresholds hold on other people?
 *
 * <p>Equal pictures, names and seeds give equal results. Immutable.
 */
public final class GalleryExperiment {
  /** The false accept rates that thresholds are tried at. */
  static final List<Double> FARS = List.of(1e-2, 1e-3);

  private static final List<Integer> ENROLLED = List.of(1, 3);
  private static final int MOST_ENROLLED = 3;
  private static final double FPIR = .01;
  private static final int RESAMPLES = 1000;

  private final List<GalleryWay> ways;
  private final int draws;
  private final long seed;
  private final LocalDate date;
  private final Consumer<String> progress;

  /**
   * An experiment.
   *
   * @param ways what is tried, of different names
   * @param draws how often people and photographs to enrol are drawn, at least 1
   * @param seed decides what is drawn
   * @param date the day, for calibrations
   * @param progress hears how far it is
   */
  public GalleryExperiment(
      List<GalleryWay> ways, int draws, long seed, LocalDate date, Consumer<String> progress) {
    this.ways = List.copyOf(ways);
    this.draws = draws;
    this.seed = seed;
    this.date = date;
    this.progress = progress;
  }

  /**
   * {@return what was found}
   *
   * @param enrolled people to enrol and to search for, with four photographs or more each
   * @param unseen other people, whom thresholds are measured on
   * @param unseenName what to call the latter
   */
  public GalleryResult run(GalleryFaces enrolled, GalleryFaces unseen, String unseenName) {
    List<Verified> verified = new ArrayList<>();
    List<Verified> transferred = new ArrayList<>();
    List<Identified> identified = new ArrayList<>();
    List<Told> told = new ArrayList<>();
    Map<String, Calibration> calibrations = new LinkedHashMap<>();
    for (GalleryWay way : ways) {
      progress.accept(way.name());
      Resolved resolved = unseen.resolve(way);
      verified.addAll(verify(resolved, unseen, unseenName));
      Calibration calibration = GalleryCalibration.of(resolved, unseen, unseenName, date);
      calibrations.put(way.name(), calibration);
      Resolved searched = enrolled.resolve(way);
      for (MaskPairing pairing : MaskPairing.values()) {
        transferred.addAll(verify(searched, enrolled, calibration, pairing));
      }
      identified.addAll(identify(searched, enrolled, calibration));
      if (way.shipped()) {
        told.addAll(tell(searched, enrolled, calibration));
      }
    }
    return new GalleryResult(
        enrolled.people().size(),
        enrolled.pictures().size(),
        unseen.people().size(),
        unseen.pictures().size(),
        verified,
        transferred,
        identified,
        told,
        calibrations);
  }

  /** A threshold from each half of the people, tried on the other. */
  private List<Verified> verify(Resolved way, GalleryFaces faces, String name) {
    List<String> people = new ArrayList<>(faces.people());
    Collections.sort(people);
    Collections.shuffle(people, new Random(seed));
    Set<String> first = new HashSet<>(people.subList(0, people.size() / 2));
    Predicate<String> inFirst = first::contains;
    List<GalleryFaces> halves = List.of(faces.of(inFirst), faces.of(inFirst.negate()));
    Map<String, List<Verified>> both = new LinkedHashMap<>();
    for (int half = 0; half < 2; half++) {
      Calibration calibration = GalleryCalibration.of(way, halves.get(half), name, date);
      for (MaskPairing pairing : MaskPairing.values()) {
        for (Verified one : verify(way, halves.get(1 - half), calibration, pairing)) {
          both.computeIfAbsent(pairing + " " + one.wanted(), k -> new ArrayList<>()).add(one);
        }
      }
    }
    return both.values().stream().map(GalleryExperiment::mean).toList();
  }

  private static Verified mean(List<Verified> halves) {
    Verified a = halves.get(0);
    Verified b = halves.get(1);
    double offA = Math.abs(Math.log(a.measured() / a.wanted()));
    double offB = Math.abs(Math.log(b.measured() / b.wanted()));
    return new Verified(
        a.way(),
        a.pairing(),
        a.wanted(),
        (a.measured() + b.measured()) / 2,
        offA > offB ? a.measured() : b.measured(),
        (a.accepted() + b.accepted()) / 2);
  }

  private static List<Verified> verify(
      Resolved way, GalleryFaces faces, Calibration calibration, MaskPairing pairing) {
    List<Face> left = faces.all(pairing == MaskPairing.BOTH_MASKED ? Look.MASKED : Look.UNMASKED);
    List<Face> right =
        faces.all(pairing == MaskPairing.BOTH_UNMASKED ? Look.UNMASKED : Look.MASKED);
    boolean same = pairing != MaskPairing.ONE_MASKED;
    double[] thresholds =
        FARS.stream().mapToDouble(r -> calibration.verification(r, pairing).threshold()).toArray();
    long[] falseAccepts = new long[thresholds.length];
    long[] trueAccepts = new long[thresholds.length];
    long impostors = 0;
    long genuine = 0;
    for (int a = 0; a < left.size(); a++) {
      Face one = left.get(a);
      for (int b = 0; b < (same ? a : right.size()); b++) {
        Face other = right.get(b);
        boolean person = one.person().equals(other.person());
        if (person && one.photograph().equals(other.photograph())) {
          continue;
        }
        float score = way.similarity(one, other, pairing.weighedAs());
        impostors += person ? 0 : 1;
        genuine += person ? 1 : 0;
        long[] accepts = person ? trueAccepts : falseAccepts;
        for (int t = 0; t < thresholds.length; t++) {
          accepts[t] += score >= thresholds[t] ? 1 : 0;
        }
      }
    }
    List<Verified> found = new ArrayList<>();
    for (int t = 0; t < thresholds.length; t++) {
      double far = (double) falseAccepts[t] / impostors;
      found.add(
          new Verified(
              way.way().name(),
              pairing,
              FARS.get(t),
              far,
              far,
              (double) trueAccepts[t] / Math.max(1, genuine)));
    }
    return found;
  }

  private List<Identified> identify(Resolved way, GalleryFaces faces, Calibration calibration) {
    List<Identified> found = new ArrayList<>();
    for (int enrolled : ENROLLED) {
      for (MaskState probe : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
        for (boolean drawn : new boolean[] {false, true}) {
          Asking asking = Asking.of(probe, drawn);
          found.add(new Searches(way, faces, enrolled, probe, asking).run(drawn, calibration));
        }
      }
    }
    return found;
  }

  private List<Told> tell(Resolved way, GalleryFaces faces, Calibration calibration) {
    List<Told> found = new ArrayList<>();
    for (int enrolled : ENROLLED) {
      for (MaskState probe : List.of(MaskState.UNMASKED, MaskState.MASKED)) {
        found.add(new Searches(way, faces, enrolled, probe, Asking.told()).tell(calibration));
      }
    }
    return found;
  }

  /** As what a face searches, and which templates answer. */
  private interface Asking {
    MaskState state(Face probe);

    boolean answers(Enrolled template, MaskState state);

    /** The truth is known, and templates with drawn masks all answer, or none. */
    static Asking of(MaskState truth, boolean drawn) {
      return new Asking() {
        @Override
        public MaskState state(Face probe) {
          return truth;
        }

        @Override
        public boolean answers(Enrolled template, MaskState state) {
          return drawn || template.origin == TemplateOrigin.PHOTOGRAPH;
        }
      };
    }

    /** As the library does it. */
    static Asking told() {
      return new Asking() {
        @Override
        public MaskState state(Face probe) {
          return probe.state();
        }

        @Override
        public boolean answers(Enrolled template, MaskState state) {
          return template.origin.answers(state)
              && (state != MaskState.UNMASKED || template.face.state() != MaskState.MASKED);
        }
      };
    }
  }

  /** A template. */
  private record Enrolled(Face face, TemplateOrigin origin) {}

  /** The galleries of all draws, searched in one manner. */
  private final class Searches {
    private final Resolved way;
    private final GalleryFaces faces;
    private final int enrolled;
    private final MaskState probe;
    private final Asking asking;

    Searches(Resolved way, GalleryFaces faces, int enrolled, MaskState probe, Asking asking) {
      this.way = way;
      this.faces = faces;
      this.enrolled = enrolled;
      this.probe = probe;
      this.asking = asking;
    }

    private record Hit(String person, double score, MaskState state) {}

    Identified run(boolean drawn, Calibration calibration) {
      Values first = new Values();
      Values atTen = new Values();
      Values atOne = new Values();
      double falsePositives = 0;
      double identified = 0;
      for (int draw = 0; draw < draws; draw++) {
        Map<String, List<String>> photographs = shuffled(new Random(seed + draw));
        first(photographs, first);
        OpenSetReport.Builder open = OpenSetReport.builder();
        Map<String, List<@Nullable Hit>> known = new LinkedHashMap<>();
        half(
            photographs,
            calibration,
            (person, enrolled, hit, accepted) -> {
              if (enrolled) {
                known.computeIfAbsent(person, p -> new ArrayList<>()).add(hit);
                if (hit == null) {
                  open.addKnownNoFace();
                } else {
                  open.addKnown(person, hit.person, hit.score, accepted);
                }
              } else if (hit == null) {
                open.addStrangerNoFace();
              } else {
                open.addStranger(hit.score, accepted);
              }
            });
        OpenSetReport report = open.build();
        double ten = report.thresholdAt(.1);
        double one = report.thresholdAt(.01);
        known.forEach(
            (person, hits) -> {
              for (Hit hit : hits) {
                boolean right = hit != null && hit.person.equals(person);
                atTen.add(person, right && hit.score >= ten);
                atOne.add(person, right && hit.score >= one);
              }
            });
        falsePositives += report.byRule().falsePositiveRate() / draws;
        identified += report.byRule().identificationRate() / draws;
      }
      return new Identified(
          way.way().name(),
          enrolled,
          drawn,
          probe,
          drawn == (probe == MaskState.MASKED),
          first.interval(),
          atTen.interval(),
          atOne.interval(),
          falsePositives,
          identified);
    }

    Told tell(Calibration calibration) {
      Values first = new Values();
      Values identified = new Values();
      Map<MaskState, Integer> states = new EnumMap<>(MaskState.class);
      int[] strangers = new int[2];
      for (int draw = 0; draw < draws; draw++) {
        Map<String, List<String>> photographs = shuffled(new Random(seed + draw));
        first(photographs, first);
        half(
            photographs,
            calibration,
            (person, enrolled, hit, accepted) -> {
              if (hit != null) {
                states.merge(hit.state, 1, Integer::sum);
              }
              if (enrolled) {
                identified.add(person, hit != null && accepted && hit.person.equals(person));
              } else {
                strangers[0]++;
                strangers[1] += accepted ? 1 : 0;
              }
            });
      }
      double seen = states.values().stream().mapToInt(Integer::intValue).sum();
      return new Told(
          way.way().name(),
          enrolled,
          probe,
          states.getOrDefault(probe, 0) / seen,
          states.getOrDefault(MaskState.NOT_SURE, 0) / seen,
          first.interval(),
          (double) strangers[1] / strangers[0],
          identified.interval());
    }

    /** Everybody is enrolled: does the right person come first? */
    private void first(Map<String, List<String>> photographs, Values first) {
      Map<String, List<Enrolled>> all = gallery(photographs, List.copyOf(photographs.keySet()));
      photographs.forEach(
          (person, own) -> {
            for (String photograph : own.subList(MOST_ENROLLED, own.size())) {
              Hit hit = search(all, photograph);
              first.add(person, hit != null && hit.person.equals(person));
            }
          });
    }

    private interface Answers {
      /**
       * A probe was searched for.
       *
       * @param person whom it shows
       * @param enrolled whether that person is in the gallery
       * @param hit what came first; null when no face was found
       * @param accepted whether that is above the calibrated threshold
       */
      void add(String person, boolean enrolled, @Nullable Hit hit, boolean accepted);
    }

    /** The first half of the people is enrolled. */
    private void half(
        Map<String, List<String>> photographs, Calibration calibration, Answers answers) {
      List<String> people = List.copyOf(photographs.keySet());
      Map<String, List<Enrolled>> some = gallery(photographs, people.subList(0, people.size() / 2));
      Map<MaskState, Double> thresholds = new EnumMap<>(MaskState.class);
      for (MaskState state : MaskState.values()) {
        thresholds.put(
            state, calibration.identification(FPIR, enrolled * some.size(), state).threshold());
      }
      photographs.forEach(
          (person, own) -> {
            for (String photograph : own.subList(MOST_ENROLLED, own.size())) {
              Hit hit = search(some, photograph);
              boolean accepted = hit != null && hit.score >= thresholds.getOrDefault(hit.state, 2.);
              answers.add(person, some.containsKey(person), hit, accepted);
            }
          });
    }

    /** Those with enough photographs; the first ones of each are enrolled. */
    private Map<String, List<String>> shuffled(Random random) {
      Map<String, List<String>> own = new TreeMap<>();
      for (LabelledPicture picture : faces.pictures()) {
        if (faces.of(Look.UNMASKED, picture.photograph()) != null) {
          own.computeIfAbsent(picture.label(), p -> new ArrayList<>()).add(picture.photograph());
        }
      }
      own.values().removeIf(photographs -> photographs.size() <= MOST_ENROLLED);
      List<String> people = new ArrayList<>(own.keySet());
      Collections.shuffle(people, random);
      Map<String, List<String>> shuffled = new LinkedHashMap<>();
      for (String person : people) {
        List<String> photographs = own.get(person);
        if (photographs != null) {
          Collections.sort(photographs);
          Collections.shuffle(photographs, random);
          shuffled.put(person, photographs);
        }
      }
      return shuffled;
    }

    private Map<String, List<Enrolled>> gallery(
        Map<String, List<String>> photographs, List<String> people) {
      Map<String, List<Enrolled>> gallery = new LinkedHashMap<>();
      for (String person : people) {
        List<Enrolled> templates = new ArrayList<>();
        List<String> own = photographs.getOrDefault(person, List.of());
        for (String photograph : own.subList(0, enrolled)) {
          Face plain = faces.of(Look.UNMASKED, photograph);
          Face masked = faces.of(Look.ENROLLED_MASK, photograph);
          if (plain != null) {
            templates.add(new Enrolled(plain, TemplateOrigin.PHOTOGRAPH));
          }
          if (masked != null) {
            templates.add(new Enrolled(masked, TemplateOrigin.SYNTHETIC_MASK));
          }
        }
        gallery.put(person, templates);
      }
      return gallery;
    }

    private @Nullable Hit search(Map<String, List<Enrolled>> gallery, String photograph) {
      Face face = faces.of(probe == MaskState.MASKED ? Look.MASKED : Look.UNMASKED, photograph);
      if (face == null) {
        return null;
      }
      MaskState state = asking.state(face);
      String best = "";
      double score = Double.NEGATIVE_INFINITY;
      for (Map.Entry<String, List<Enrolled>> person : gallery.entrySet()) {
        for (Enrolled template : person.getValue()) {
          if (asking.answers(template, state)) {
            double similarity = way.similarity(face, template.face, state);
            if (similarity > score) {
              score = similarity;
              best = person.getKey();
            }
          }
        }
      }
      return new Hit(best, score, state);
    }
  }

  /** Rights and wrongs, by person. */
  private final class Values {
    private final List<String> people = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();

    void add(String person, boolean right) {
      people.add(person);
      values.add(right ? 1. : 0.);
    }

    BootstrapInterval interval() {
      return BootstrapInterval.ofMean(
          values.stream().mapToDouble(v -> v).toArray(), people, .95, RESAMPLES, seed);
    }
  }
}

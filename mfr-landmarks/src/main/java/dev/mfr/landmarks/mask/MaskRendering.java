package dev.mfr.landmarks.mask;

import dev.mfr.landmarks.grey.Blur;
import dev.mfr.landmarks.mesh.FaceMeshTopology;
import dev.mfr.landmarks.mesh.FaceMeshTopology.Triangle;
import dev.mfr.landmarks.pose.CanonicalFace;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** One mask on one picture, from the surface to the blended pixels. Not thread-safe; used once. */
final class MaskRendering {
  private static final CanonicalFace FACE = CanonicalFace.instance();
  private static final double LARGE = 900;

  private final byte[] rgb;
  private final int width;
  private final int height;
  private final FaceFit fit;
  private final MaskDesign design;
  private final SplittableRandom random;
  private final List<double[]> eyes;
  private final double eyeMargin;
  private float[] covered = {};
  private int[] coveredBox = {0, 0, 0, 0};

  /**
   * @param rgb the picture, packed; written by {@link #draw}
   */
  MaskRendering(byte[] rgb, int width, int height, FaceFit fit, MaskDesign design, long seed) {
    this.rgb = rgb;
    this.width = width;
    this.height = height;
    this.fit = fit;
    this.design = design;
    this.random = new SplittableRandom(seed);
    this.eyes = fit.eyes();
    this.eyeMargin = Math.max(1.5, .3 * fit.scale());
  }

  void draw() {
    MaskSurface surface = surface();
    double[] places = placed(surface);
    int[] box = box(places);
    int columns = box[2] - box[0];
    int rows = box[3] - box[1];
    if (columns <= 0 || rows <= 0) {
      return;
    }
    LightField light = new LightField(rgb, width, height, fit);
    PictureGrain grain = grain();
    int fine = Math.max(columns, rows) > LARGE ? 1 : 2;

    double blur = grain.blur * (.8 + .4 * random.nextDouble());
    MaskTexture texture =
        MaskTexture.paint(design, .95 * fine * fit.scale(), light.colorfulness, random.split());
    Raster cloth = new Raster(box[0], box[1], columns, rows, fine);
    hideBehindNose(cloth, surface);
    drawCloth(cloth, surface, places, light, texture);
    float[][] layer = cloth.reduced();
    // Averaging the finer places has blurred by about 0.3 pixels.
    double left = Math.sqrt(Math.max(0, blur * blur - .09));
    for (float[] plane : layer) {
      Blur.gaussian(plane, columns, rows, left);
    }
    float[] guard = guard(box[0], box[1], columns, rows);
    if (design.straps()) {
      blendStraps(surface, light, box, fine, left, guard);
    }
    blendShadow(layer[3], box, guard);
    blend(layer, box, guard, grain);
    for (int i = 0; i < guard.length; i++) {
      guard[i] *= layer[3][i];
    }
    covered = guard;
    coveredBox = box;
  }

  /** {@return how much of a pixel the drawn mask covers, 0…1, straps and shadow apart} */
  double coverage(int x, int y) {
    int[] box = coveredBox;
    boolean inside = x >= box[0] && y >= box[1] && x < box[2] && y < box[3];
    return inside ? covered[(y - box[1]) * (box[2] - box[0]) + x - box[0]] : 0;
  }

  /** The surface, its upper edge beside the nose lowered until it keeps off the eyes. */
  private MaskSurface surface() {
    SplittableRandom folds = random.split();
    SplittableRandom same = folds.split();
    long seed = same.nextLong();
    double[] place = new double[3];
    double clear = eyeMargin + Math.max(1.5, .3 * fit.scale());
    for (int step = 0; ; step++) {
      MaskSurface surface = new MaskSurface(design, .25 * step, new SplittableRandom(seed));
      if (step == 7) {
        return surface;
      }
      boolean free = true;
      for (int c = 0; c < MaskSurface.COLUMNS && free; c++) {
        int i = 3 * c;
        fit.map(surface.places[i], surface.places[i + 1], surface.places[i + 2], place, 0);
        for (double[] eye : eyes) {
          free &= Polygons.distance(eye, place[0], place[1]) >= clear;
        }
      }
      if (free) {
        return surface;
      }
    }
  }

  private double[] placed(MaskSurface surface) {
    double[] placed = new double[surface.places.length];
    for (int i = 0; i < placed.length; i += 3) {
      fit.map(surface.places[i], surface.places[i + 1], surface.places[i + 2], placed, i);
    }
    return placed;
  }

  /** The rectangle that the mask, its straps and its shadow need: left, top, right, bottom. */
  private int[] box(double[] places) {
    double x0 = Double.POSITIVE_INFINITY;
    double y0 = Double.POSITIVE_INFINITY;
    double x1 = Double.NEGATIVE_INFINITY;
    double y1 = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < places.length; i += 3) {
      x0 = Math.min(x0, places[i]);
      x1 = Math.max(x1, places[i]);
      y0 = Math.min(y0, places[i + 1]);
      y1 = Math.max(y1, places[i + 1]);
    }
    double margin = (design.straps() ? 4 : 1.5) * fit.scale() + 4;
    return new int[] {
      (int) Math.max(0, Math.floor(x0 - margin)),
      (int) Math.max(0, Math.floor(y0 - margin)),
      (int) Math.min(width, Math.ceil(x1 + margin)),
      (int) Math.min(height, Math.ceil(y1 + margin))
    };
  }

  private PictureGrain grain() {
    double[] p = new double[3];
    double x0 = width;
    double y0 = height;
    double x1 = 0;
    double y1 = 0;
    for (int v : new int[] {10, 152, 234, 454, 4}) {
      fit.vertex(v, p, 0);
      x0 = Math.min(x0, p[0]);
      x1 = Math.max(x1, p[0]);
      y0 = Math.min(y0, p[1]);
      y1 = Math.max(y1, p[1]);
    }
    return new PictureGrain(
        rgb,
        width,
        (int) Math.max(0, x0),
        (int) Math.max(0, y0),
        (int) Math.max(0, Math.min(width, x1)),
        (int) Math.max(0, Math.min(height, y1)));
  }

  /** The bare nose hides what lies behind it on a turned head. */
  private void hideBehindNose(Raster raster, MaskSurface surface) {
    double[] mesh = new double[3 * 468];
    for (int v = 0; v < 468; v++) {
      if (Math.abs(FACE.x(v)) < 2.6 && FACE.y(v) > -2) {
        fit.vertex(v, mesh, 3 * v);
      }
    }
    double behind = -.5 * fit.scale();
    for (Triangle t : FaceMeshTopology.triangles()) {
      if (bare(t.a(), surface) && bare(t.b(), surface) && bare(t.c(), surface)) {
        raster.triangle(mesh, mesh, t.a(), t.b(), t.c(), behind, null, false);
      }
    }
  }

  private static boolean bare(int v, MaskSurface surface) {
    double x = FACE.x(v);
    double y = FACE.y(v);
    return Math.abs(x) < 2.2 && y < 5 && y > surface.upperEdge(x) + .15;
  }

  private void drawCloth(
      Raster raster, MaskSurface surface, double[] places, LightField light, MaskTexture texture) {
    int columns = MaskSurface.COLUMNS;
    double[] uvs = new double[places.length];
    for (int r = 0; r < MaskSurface.ROWS; r++) {
      for (int c = 0; c < columns; c++) {
        int i = 3 * (r * columns + c);
        uvs[i] = c / (columns - 1.0);
        uvs[i + 1] = r / (MaskSurface.ROWS - 1.0);
        uvs[i + 2] =
            light.at(
                surface.normals[i],
                surface.normals[i + 1],
                surface.normals[i + 2],
                surface.places[i],
                surface.places[i + 1]);
      }
    }
    float[] gain = new float[3];
    for (int k = 0; k < 3; k++) {
      gain[k] = (float) (light.white * light.cast[k]);
    }
    Raster.Ink ink =
        (u, v, shade, out, at) -> {
          texture.sample(u, v, out, at);
          for (int k = 0; k < 3; k++) {
            out[at + k] *= shade * gain[k];
          }
        };
    for (int r = 0; r + 1 < MaskSurface.ROWS; r++) {
      for (int c = 0; c + 1 < columns; c++) {
        int i = r * columns + c;
        raster.triangle(places, uvs, i, i + 1, i + columns, 0, ink, true);
        raster.triangle(places, uvs, i + 1, i + columns + 1, i + columns, 0, ink, true);
      }
    }
  }

  /** 0 on the eyes and close to them, 1 away from them. */
  private float[] guard(int x0, int y0, int columns, int rows) {
    float[] guard = new float[columns * rows];
    Arrays.fill(guard, 1);
    double soft = Math.max(1.5, .25 * fit.scale());
    for (double[] eye : eyes) {
      double reach = eyeMargin + soft + 1;
      double left = Double.POSITIVE_INFINITY;
      double right = Double.NEGATIVE_INFINITY;
      double top = Double.POSITIVE_INFINITY;
      double bottom = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < eye.length; i += 2) {
        left = Math.min(left, eye[i] - reach);
        right = Math.max(right, eye[i] + reach);
        top = Math.min(top, eye[i + 1] - reach);
        bottom = Math.max(bottom, eye[i + 1] + reach);
      }
      for (int y = (int) Math.max(0, top - y0); y < Math.min(rows, bottom - y0); y++) {
        for (int x = (int) Math.max(0, left - x0); x < Math.min(columns, right - x0); x++) {
          double d = (Polygons.distance(eye, x0 + x, y0 + y) - eyeMargin) / soft;
          int i = y * columns + x;
          guard[i] = (float) Math.min(guard[i], Math.max(0, Math.min(1, d)));
        }
      }
    }
    return guard;
  }

  private void blendStraps(
      MaskSurface surface, LightField light, int[] box, int fine, double blur, float[] guard) {
    int columns = box[2] - box[0];
    int rows = box[3] - box[1];
    Raster raster = new Raster(box[0], box[1], columns, rows, fine);
    int fabric = design.rgb();
    boolean dark = ((fabric >> 16) & 255) + ((fabric >> 8) & 255) + (fabric & 255) < 330;
    int color =
        dark
            ? fabric
            : design.kind() == MaskKind.N95 && random.nextInt(3) == 0 ? 0xD9C48A : 0xE8E9EA;
    float[] tone = new float[3];
    for (int k = 0; k < 3; k++) {
      tone[k] =
          (float) (.85 * light.white * light.cast[k] * Tone.linear((color >> (16 - 8 * k)) & 255));
    }
    Straps.draw(
        design,
        surface,
        fit,
        raster,
        (u, v, shade, out, at) -> {
          for (int k = 0; k < 3; k++) {
            out[at + k] = tone[k];
          }
        });
    float[][] layer = raster.reduced();
    for (float[] plane : layer) {
      Blur.gaussian(plane, columns, rows, blur);
    }
    float[] shown = layer[3];
    float[] skin = new float[columns * rows];
    for (int i = 0; i < skin.length; i++) {
      skin[i] =
          (float) skinLike(3 * ((box[1] + i / columns) * width + box[0] + i % columns), light);
    }
    // Single freckles and hairs do not cut a strap.
    Blur.gaussian(skin, columns, rows, .35 * fit.scale());
    for (int i = 0; i < skin.length; i++) {
      if (shown[i] < .004f) {
        continue;
      }
      int o = 3 * ((box[1] + i / columns) * width + box[0] + i % columns);
      float keep = guard[i] * Math.max(0, Math.min(1, 1.6f * skin[i] - .4f));
      for (int k = 0; k < 3; k++) {
        float under = rgb[o + k] & 255;
        rgb[o + k] = (byte) Math.round(under + keep * (layer[k][i] - shown[i] * under));
      }
    }
  }

  /** 1 for a pixel like the face's skin, 0 for hair or background: a strap passes below those. */
  private double skinLike(int o, LightField light) {
    double red = Tone.linear(rgb[o] & 255) + .004;
    double green = Tone.linear(rgb[o + 1] & 255) + .004;
    double blue = Tone.linear(rgb[o + 2] & 255) + .004;
    double luminance = .2126 * red + .7152 * green + .0722 * blue;
    double brighter = Math.log(luminance / (light.skin + .004));
    double redder = Math.log(red / green / Math.max(.2, light.skinRed));
    double bluer = Math.log(blue / green / Math.max(.2, light.skinBlue));
    double d =
        Math.sqrt(
            brighter * brighter / (brighter > 0 ? .8 : 2)
                + redder * redder / .16
                + bluer * bluer / .3);
    return Math.max(0, Math.min(1, 2.1 - 1.3 * d));
  }

  private void blendShadow(float[] coverage, int[] box, float[] guard) {
    int columns = box[2] - box[0];
    int rows = box[3] - box[1];
    double strength = .16 + .16 * random.nextDouble();
    float[] shadow = coverage.clone();
    Blur.gaussian(shadow, columns, rows, Math.max(.8, .28 * fit.scale()));
    for (int i = 0; i < shadow.length; i++) {
      float dark = (float) strength * shadow[i] * (1 - coverage[i]) * guard[i];
      if (dark > .002f) {
        int o = 3 * ((box[1] + i / columns) * width + box[0] + i % columns);
        for (int k = 0; k < 3; k++) {
          rgb[o + k] = (byte) Math.round((rgb[o + k] & 255) * (1 - dark));
        }
      }
    }
  }

  private void blend(float[][] layer, int[] box, float[] guard, PictureGrain grain) {
    int columns = box[2] - box[0];
    int rows = box[3] - box[1];
    // A blur of 0.5 leaves 0.55 of white noise's deviation, one of 1.0 leaves 0.28.
    double vary = .8 + .5 * random.nextDouble();
    float[] noise = new float[columns * rows];
    addNoise(noise, columns, rows, .5, vary * Math.max(.5, grain.noise) / .55);
    double coarse = Math.max(0, grain.coarseNoise - grain.noise / 2);
    addNoise(noise, columns, rows, 1, vary * coarse / .28);
    for (int i = 0; i < noise.length; i++) {
      float a = layer[3][i] * guard[i];
      if (a < .003f) {
        continue;
      }
      int o = 3 * ((box[1] + i / columns) * width + box[0] + i % columns);
      float n = noise[i] * a;
      for (int k = 0; k < 3; k++) {
        float mixed = (rgb[o + k] & 255) * (1 - a) + guard[i] * layer[k][i] + n;
        rgb[o + k] = (byte) Math.max(0, Math.min(255, Math.round(mixed)));
      }
    }
  }

  /** Adds Gaussian noise of a deviation, blurred afterwards. */
  private void addNoise(float[] sum, int columns, int rows, double blur, double deviation) {
    if (deviation <= 0) {
      return;
    }
    float[] noise = new float[sum.length];
    for (int i = 0; i < noise.length; i++) {
      long bits = random.nextLong();
      // The sum of four bytes is nearly Gaussian: mean 510, standard deviation 147.8.
      int four =
          (int) ((bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + ((bits >> 24) & 255));
      noise[i] = (float) (deviation * (four - 510) / 147.8);
    }
    Blur.gaussian(noise, columns, rows, blur);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += noise[i];
    }
  }

  /** {@return the share of the mask's places that lie within the picture} */
  static double shareInside(FaceFit fit, int width, int height) {
    double[] p = new double[3];
    int inside = 0;
    int all = 0;
    for (int v = 0; v < 468; v++) {
      if (FACE.y(v) < -.5) {
        fit.vertex(v, p, 0);
        all++;
        if (p[0] >= 0 && p[1] >= 0 && p[0] <= width - 1 && p[1] <= height - 1) {
          inside++;
        }
      }
    }
    return inside / (double) all;
  }
}

package dev.mfr.gallery;

import dev.mfr.gallery.lucene.LuceneGalleryStore;
import java.nio.file.Path;

/** Opens the embedded store, and says what to do where Lucene is not on the class path. */
final class GalleryFolder {
  private GalleryFolder() {}

  static GalleryStore open(Path folder) {
    checkLucene();
    return LuceneGalleryStore.open(folder);
  }

  static GalleryStore openReadOnly(Path folder) {
    checkLucene();
    return LuceneGalleryStore.openReadOnly(folder);
  }

  private static void checkLucene() {
    try {
      Class.forName(
          "org.apache.lucene.index.IndexWriter", false, GalleryFolder.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new GalleryException(
          "a gallery's folder is read by Lucene, which is not on the class path; add the dependency"
              + " org.apache.lucene:lucene-core:9.12.3, or open a store of your own",
          e);
    }
  }
}

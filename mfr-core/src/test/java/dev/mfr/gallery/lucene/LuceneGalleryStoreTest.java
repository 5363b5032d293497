package dev.mfr.gallery.lucene;

import dev.mfr.gallery.GalleryStore;
import dev.mfr.gallery.GalleryStoreContractTest;

class LuceneGalleryStoreTest extends GalleryStoreContractTest {
  @Override
  protected GalleryStore open() {
    return LuceneGalleryStore.open(folder);
  }
}

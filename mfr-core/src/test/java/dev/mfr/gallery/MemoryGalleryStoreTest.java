package dev.mfr.gallery;

class MemoryGalleryStoreTest extends GalleryStoreContractTest {
  @Override
  protected GalleryStore open() {
    return new MemoryGalleryStore();
  }

  @Override
  protected boolean isLasting() {
    return false;
  }
}

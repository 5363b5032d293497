"""What the networks see of a face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pictures import SIDE, Pictures, Pixels


@dataclass(frozen=True)
class View:
    """What a network sees of a face."""

    name: str
    side: int

    def place(self, pictures: Pictures | None, row: int) -> NDArray[np.float64]:
        """The map from the aligned picture's pixels to the view's."""
        if self.name != "periocular":
            scale = self.side / SIDE
            shift = (scale - 1) / 2
            return np.array([[scale, 0, shift], [0, scale, shift]])
        assert pictures is not None and pictures.roi_of_chip is not None
        return pictures.roi_of_chip[row]

    def show(self, picture: Pixels, place: NDArray[np.float64]) -> Pixels:
        """The view of an aligned picture. Some regions reach beyond it, by 3 % on average: there its last pixels are repeated."""
        return cv2.warpAffine(picture, place, (self.side, self.side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def known(self, pictures: Pictures, row: int) -> bool:
        """Whether the picture has this view."""
        return self.name != "periocular" or (pictures.roi_of_chip is not None and bool(np.isfinite(pictures.roi_of_chip[row]).all()))


VIEWS = {
    "chip": View("chip", SIDE),
    "face": View("face", 112),
    "periocular": View("periocular", 100),
}
"""chip: the aligned face as dlib's network sees it; face: the same, smaller; periocular: the paper's region above the mask."""

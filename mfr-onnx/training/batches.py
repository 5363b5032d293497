"""Training batches of the two ResNet-50s, from aligned pictures. All covers and mixtures are made on the aligned 150x150 picture; then one
map takes it to what the network sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from augment import chance, covered, lit, mask_of, occluded, patchwork, photographed, reshaped, wearing
from pictures import SIDE, Pictures, Pixels, composed, inverted

SHARE_INVENTED = 0.6
"""Of the batch: faces that are nobody's, about which the teacher is asked at once."""
SHARE_BARE = 0.35
"""Of photographs and of invented faces: nothing on the face."""
SHARE_DRAWN = 0.5
"""Of photographs: masked by the library, found and aligned again."""
SHARE_POLYGON = 0.35
"""Of the covers that are added here; the others are masks of other pictures."""
MIRROR = np.array([[-1.0, 0, SIDE - 1], [0, 1, 0]])


@dataclass(frozen=True)
class View:
    """What a network sees of a face."""

    name: str
    side: int

    def place(self, pictures: Pictures | None, row: int) -> NDArray[np.float64]:
        """The map from the aligned picture's pixels to the view's."""
        if self.name == "face":
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
        return self.name == "face" or (pictures.roi_of_chip is not None and bool(np.isfinite(pictures.roi_of_chip[row]).all()))


VIEWS = {
    "face": View("face", 112),
    "periocular": View("periocular", 100),
}


@dataclass
class Batch:
    pictures: Tensor
    """[N, S, S, 3] bytes; the last ones are invented faces."""
    covered: Tensor
    """[N] whether something is on the face."""
    photographs: Tensor
    """[N - invented] indices of the photograph that each shows."""
    invented: Tensor
    """[invented, 150, 150, 3] what the teacher shall see: the same invented faces, aligned, with nothing on them."""


class Batches(Dataset[Batch]):
    """Batch k depends on the seed and on k alone, so a resumed run sees what an uninterrupted one would have seen."""

    def __init__(self, pictures: Pictures, view: View, size: int, seed: int) -> None:
        self._pictures = pictures
        self._view = view
        self._invented = round(size * SHARE_INVENTED)
        self._plain = size - self._invented
        self._seed = seed
        self._masked: dict[int, list[int]] = {}
        for row in pictures.rows("train"):
            if view.known(pictures, row):
                rows = self._masked.setdefault(pictures.photograph_of(row), [])
                if row != pictures.unmasked_rows[pictures.photograph_of(row)]:
                    rows.append(row)
        self.photographs = [p for p in sorted(self._masked) if view.known(pictures, pictures.unmasked_rows[p])]

    def __getitem__(self, number: int) -> Batch:
        random = np.random.default_rng((self._seed, number))
        chosen = random.choice(self.photographs, self._plain, replace=False)
        shown = [self._show(int(p), random) for p in chosen]
        invented = [self._invent(random) for _ in range(self._invented)]
        return Batch(
            torch.from_numpy(np.stack([s[0] for s in shown] + [i[0] for i in invented])),
            torch.tensor([s[1] for s in shown] + [i[1] for i in invented]),
            torch.from_numpy(chosen),
            torch.from_numpy(np.stack([i[2] for i in invented])),
        )

    def _any(self, random: Generator) -> tuple[Pixels, int]:
        row = self._pictures.unmasked_rows[int(random.choice(self.photographs))]
        return self._pictures.pixels[row], row

    def _show(self, photograph: int, random: Generator) -> tuple[Pixels, bool]:
        row = self._pictures.unmasked_rows[photograph]
        masked = self._masked[photograph]
        kind = random.random()
        if kind < SHARE_DRAWN and masked:
            row = int(random.choice(masked))
            return self._view_of(self._pictures.pixels[row], row, True, random), True
        picture = self._pictures.pixels[row]
        bare = kind >= 1 - SHARE_BARE
        return self._view_of(picture if bare else self._cover(picture, random), row, not bare, random), not bare

    def _invent(self, random: Generator) -> tuple[Pixels, bool, Pixels]:
        face, row = self._any(random)
        other, _ = self._any(random)
        if chance(random, 0.5):
            other = other[:, ::-1]
        kind = random.random()
        if kind < 0.4:
            share = random.uniform(0.3, 0.7)
            face = (face * share + other * (1 - share)).astype(np.uint8)
        elif kind < 0.75:
            face = patchwork(face, other, random)
        if kind >= 0.75 or chance(random, 0.35):
            face = reshaped(face, random.uniform(0.5, 3.5), random)
        bare = chance(random, SHARE_BARE)
        student = face if bare else self._cover(face, random)
        return self._view_of(student, row, not bare, random), not bare, face

    def _cover(self, face: Pixels, random: Generator) -> Pixels:
        """The mask of another picture, or a cover that is no mask."""
        other = int(random.choice(self.photographs))
        uncovered = self._pictures.pixels[self._pictures.unmasked_rows[other]]
        if not chance(random, SHARE_POLYGON) and self._masked[other] and self._pictures.source_of_chip is not None:
            row = int(random.choice(self._masked[other]))
            places = self._pictures.source_of_chip
            own, unmasked = places[row], places[self._pictures.unmasked_rows[other]]
            if np.isfinite(own).all() and np.isfinite(unmasked).all():
                masked = self._pictures.pixels[row]
                mask = mask_of(masked, uncovered, composed(own, inverted(unmasked)))
                if mask is not None:
                    return wearing(face, masked, mask, random)
        return covered(face, uncovered, random)

    def _view_of(self, picture: Pixels, row: int, something_on: bool, random: Generator) -> Pixels:
        """Mirrored or not, moved a little, photographed in other light."""
        view = self._view
        place = view.place(self._pictures, row)
        if chance(random, 0.5):
            place = composed(composed(MIRROR, place), _mirror(view.side))
            picture = picture[:, ::-1]
        if chance(random, 0.85):
            place = composed(place, _moved(view, random))
        seen = view.show(np.ascontiguousarray(picture), place)
        strength = 0.8 if something_on or chance(random, 0.3) else 0.5
        if chance(random, 0.4 * strength):
            seen = lit(seen, random)
        if chance(random, 0.1 * strength):
            seen = occluded(seen, self._any(random)[0], random)
        return photographed(seen, random, strength, cut=view.name == "face")


def _mirror(side: int) -> NDArray[np.float64]:
    return np.array([[-1.0, 0, side - 1], [0, 1, 0]])


def _moved(view: View, random: Generator) -> NDArray[np.float64]:
    """Small turns, shifts and changes of size, in the view's pixels: landmarks move under a mask. The region above it is stretched, too."""
    centre = (view.side - 1) / 2
    matrix = cv2.getRotationMatrix2D((centre, centre), random.normal(0, 2.5), 1 + random.normal(0, 0.03))
    if view.name == "periocular":
        stretch = np.exp(random.normal(0, 0.05, 2))
        matrix = composed(matrix, np.array([[stretch[0], 0, centre * (1 - stretch[0])], [0, stretch[1], centre * (1 - stretch[1])]]))
    matrix[:, 2] += np.clip(random.normal(0, 0.02 if view.name == "face" else 0.03, 2), -0.08, 0.08) * view.side
    return matrix

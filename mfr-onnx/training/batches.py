"""Training batches, made where the network trains: covers, mixtures of faces, and what cameras do.

Covers and mixtures are made on the aligned 150x150 picture; then one map takes it to what the network sees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from camera import Dice, colours, lit, occluded, photographed
from pictures import SIDE, Pictures, inverted
from stock import Stock
from views import View

SHARE_INVENTED = 0.9
"""Of the batch: faces that are nobody's, about which the teacher is asked at once. Photographs that come again and again are learnt by heart."""
SHARE_BARE = 0.35
"""Of photographs and of invented faces: nothing on the face."""
SHARE_DRAWN = 0.5
"""Of photographs: masked by the library, found and aligned again."""
SHARE_POLYGON = 0.35
"""Of the covers that are added here; the others are masks of other pictures."""


@dataclass
class Batch:
    """Photographs come first: drawn masks, nothing on the face, covered; then invented faces: covered, nothing on the face."""

    pictures: Tensor
    """[N, 3, S, S], whole numbers from 0 to 255."""
    covered: Tensor
    """[N] whether something is on the face."""
    photographs: Tensor
    """[N - invented] indices of the photograph that each shows."""
    invented: Tensor
    """[invented, 3, 150, 150] what the teacher shall see: the same invented faces, aligned, with nothing on them."""


class Batches:
    """Batch k depends on the seed, the device and k alone, so a resumed run sees what an uninterrupted one would have seen."""

    def __init__(self, pictures: Pictures, stock: Stock, view: View, size: int, seed: int, device: str) -> None:
        self._view, self._seed, self._device = view, seed, device
        self._invented = round(size * SHARE_INVENTED)
        self._plain = size - self._invented
        masked: dict[int, list[int]] = {}
        for row in pictures.rows("train"):
            if view.known(pictures, row):
                rows = masked.setdefault(pictures.photograph_of(row), [])
                if row != pictures.unmasked_rows[pictures.photograph_of(row)]:
                    rows.append(row)
        self.photographs = [p for p in sorted(masked) if view.known(pictures, pictures.unmasked_rows[p])]
        most = max(len(masked[p]) for p in self.photographs)
        bare = [pictures.unmasked_rows[p] for p in self.photographs]
        guises = [(masked[p] or [r]) for p, r in zip(self.photographs, bare, strict=True)]
        places = np.stack([inverted(view.place(pictures, r)) if view.known(pictures, r) else np.zeros((2, 3)) for r in range(len(pictures.entries))])
        self._chip_of_view = torch.from_numpy(places).float().to(device)
        self._photographs = torch.tensor(self.photographs, device=device)
        self._bare = torch.tensor(bare, device=device)
        self._guises = torch.tensor([(g * most)[:most] for g in guises], device=device)
        self._pixels = torch.from_numpy(np.array(stock.pixels)).to(device)
        self._worn = torch.from_numpy(np.array(stock.worn)).to(device)
        self._wearers = torch.from_numpy(stock.wearers).to(device)
        self._covers = torch.from_numpy(np.array(stock.covers)).to(device)

    def __getitem__(self, number: int) -> Batch:
        with torch.no_grad():
            return self._make(Dice(self._seed, number, self._device))

    def _make(self, dice: Dice) -> Batch:
        plain, invented = self._plain, self._invented
        known = len(self._bare)
        drawn, bare = round(plain * SHARE_DRAWN), round(plain * SHARE_BARE)
        chosen = dice.order(known)[:plain]
        guise = self._guises[chosen[:drawn], dice.below(self._guises.shape[1], drawn)]
        first = self._bare[dice.below(known, invented)]
        rows = torch.cat([guise, self._bare[chosen[drawn:]], first])
        faces = self._pixels[rows].float()
        faces[plain:] = self._mixed(faces[plain:], dice)
        asked = faces[plain:].clone()
        covers = slice(drawn + bare, plain + round(invented * (1 - SHARE_BARE)))
        faces[covers] = self._covered(faces[covers], dice)
        something = torch.zeros(plain + invented, dtype=torch.bool, device=self._device)
        something[:drawn] = True
        something[covers] = True
        return Batch(self._seen(faces, rows, something, dice), something, self._photographs[chosen], asked)

    def _mixed(self, faces: Tensor, dice: Dice) -> Tensor:
        """Faces that are nobody's: two people blended, a patchwork of two, eyes of one above the mouth of another, features moved against each other."""
        count = len(faces)
        second = self._pixels[self._bare[dice.below(len(self._bare), count)]].float()
        second = torch.where(dice.chance(0.5, count)[:, None, None, None], second.flip(3), second)
        kind = dice.uniform(count)
        blend = dice.uniform(count, low=0.3, high=0.7)[:, None, None, None]
        waves = F.interpolate(dice.normal(count, 1, 4, 4), size=(SIDE, SIDE), mode="bicubic", align_corners=True)
        steep, level = dice.uniform(count, low=1, high=4), dice.normal(count, spread=0.3)
        patches = torch.sigmoid(steep[:, None, None, None] * (waves - level[:, None, None, None]))
        border, soft = dice.uniform(count, low=68, high=95), dice.uniform(count, low=1, high=5)
        rows = torch.arange(SIDE, device=self._device)[None, None, :, None]
        halves = torch.sigmoid((border[:, None, None, None] - rows) / soft[:, None, None, None])
        kind_of = kind[:, None, None, None]
        share = torch.where(kind_of < 0.3, blend, torch.where(kind_of < 0.55, patches, torch.where(kind_of < 0.75, halves, 1.0)))
        faces = second + (faces - second) * share
        reshape = (kind >= 0.75) | dice.chance(0.5, count)
        pixels = dice.uniform(count, low=0.5, high=3.5) * reshape
        shift = dice.normal(count, 2, 5, 5) * pixels[:, None, None, None]
        shift = F.interpolate(shift, size=(SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)
        axis = torch.arange(SIDE, device=self._device).float()
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)
        return _sampled(faces, grid + shift).round()

    def _covered(self, faces: Tensor, dice: Dice) -> Tensor:
        """The mask of another picture, moved a little, in other light and sometimes of another colour; or a cover that is no mask."""
        count = len(faces)
        polygons = round(count * SHARE_POLYGON) if len(self._wearers) else count
        drawn = self._covers[dice.below(len(self._covers), polygons)].float()
        wearers = self._wearers[dice.below(max(1, len(self._wearers)), count - polygons)] if count > polygons else self._wearers[:0]
        fabric, hidden = self._pixels[wearers].float(), self._worn[wearers].float()
        own = faces[polygons:, :, 40:75, 45:105].mean((1, 2, 3))
        light = (own / fabric[:, :, 40:75, 45:105].mean((1, 2, 3)).clamp(min=1)).clamp(0.4, 2.0) * torch.exp(dice.normal(count - polygons, spread=0.1))
        fabric = fabric * light[:, None, None, None]
        dyed = fabric.mean(1, keepdim=True) * (colours(count - polygons, dice) / 128)[:, :, None, None]
        fabric = torch.where(dice.chance(0.3, count - polygons)[:, None, None, None], dyed, fabric).clamp(0, 255)
        layers = torch.cat([drawn, torch.cat([fabric, hidden[:, None]], 1)])
        layers = torch.where(dice.chance(0.5, count)[:, None, None, None], layers.flip(3), layers)
        angle, scale = dice.normal(count, spread=math.radians(2.5)), 1 + dice.normal(count, spread=0.05)
        turn = torch.stack([torch.stack([angle.cos(), angle.sin()], -1), torch.stack([-angle.sin(), angle.cos()], -1)], 1) / scale[:, None, None]
        centre = torch.tensor([SIDE / 2, 85.0], device=self._device)
        offset = centre - (turn @ (centre + dice.normal(count, 2, spread=2.5))[..., None])[..., 0]
        layers = _sampled(layers, _grid(SIDE, torch.cat([turn, offset[..., None]], -1)))
        alpha = layers[:, 3:] / 255
        covered = torch.empty_like(faces)
        order = dice.order(count)
        covered[order] = faces[order] + (layers[:, :3] - faces[order]) * alpha
        return covered

    def _seen(self, faces: Tensor, rows: Tensor, something: Tensor, dice: Dice) -> Tensor:
        """Mirrored or not, moved a little, photographed in other light."""
        count, side = len(faces), self._view.side
        periocular = self._view.name == "periocular"
        centre = (side - 1) / 2
        moved = dice.chance(0.85, count).float()
        angle, scale = dice.normal(count, spread=math.radians(2.5)) * moved, torch.exp(dice.normal(count, spread=0.03) * moved)
        stretch = torch.exp(dice.normal(count, 2, spread=0.05 if periocular else 0.0) * moved[:, None]) * scale[:, None]
        shift = (dice.normal(count, 2, spread=0.03 if periocular else 0.02).clamp(-0.08, 0.08) * side) * moved[:, None]
        flip = 1 - 2 * dice.chance(0.5, count).float()
        # From the pixel that the network sees back to the one of its unmoved view, then to the aligned picture's.
        turn = torch.stack([torch.stack([angle.cos() * flip, angle.sin() * flip], -1), torch.stack([-angle.sin(), angle.cos()], -1)], 1)
        turn = turn / stretch[:, :, None]
        back = torch.cat([turn, (centre - (turn @ (centre + shift)[..., None])[..., 0])[..., None]], -1)
        grid = _grid(side, back)
        if not periocular:
            grid = _cut_tightly(grid, dice.chance(torch.where(something, 0.096, 0.07), count), side, dice)
        place = self._chip_of_view[rows]
        grid = grid @ place[:, None, :, :2].transpose(2, 3) + place[:, None, None, :, 2]
        seen = _sampled(faces, grid)
        strength = torch.where(something | dice.chance(0.3, count), 0.8, 0.5)
        seen = lit(seen, strength, dice)
        seen = occluded(seen, strength, dice)
        return photographed(seen, strength, dice).round()


def _cut_tightly(grid: Tensor, some: Tensor, side: int, dice: Dice) -> Tensor:
    """A picture that ends close around the face: the aligner repeats its last pixels beyond the border."""
    count = len(grid)
    cut = dice.uniform(count, 2, 2, high=side * 26 / SIDE) * some[:, None, None]
    return torch.maximum(torch.minimum(grid, (side - 1 - cut[:, 1])[:, None, None]), cut[:, 0][:, None, None])


def _grid(side: int, back: Tensor) -> Tensor:
    """[N, side, side, 2]: where each pixel (x, y) comes from, by the maps [N, 2, 3]."""
    axis = torch.arange(side, device=back.device).float()
    pixels = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)
    return pixels @ back[:, None, :, :2].transpose(2, 3) + back[:, None, None, :, 2]


def _sampled(pictures: Tensor, grid: Tensor) -> Tensor:
    """Bilinear, at pixels (x, y); beyond the border its last pixels are repeated."""
    return F.grid_sample(pictures, grid * (2 / (SIDE - 1)) - 1, mode="bilinear", padding_mode="border", align_corners=True)

"""What light, cameras and files do to pictures; whole batches at once, on the device where they are.

Pictures are planar RGB, [N, 3, S, S], 0 to 255. How often a picture is changed is scaled by its strength, [N]. What has to be one size or
one kernel for many pictures (blur, small sizes) is drawn for a few groups of a batch.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
GROUPS = 4
TYPICAL = 0.7
"""Strength of the average picture; those of more strength come into a group first."""
BASIS = torch.tensor([[math.sqrt((1 if k == 0 else 2) / 8) * math.cos((2 * n + 1) * k * math.pi / 16) for n in range(8)] for k in range(8)])
"""Of the cosine transform of eight numbers."""
LUMA_STEPS = torch.tensor([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
]).float()
"""The quantisation of JPEG's Annex K at quality 50."""
CHROMA_STEPS = torch.full((8, 8), 99.0)
CHROMA_STEPS[:4, :4] = torch.tensor([[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]).float()


class Dice:
    """Random numbers of one batch: on the device for what differs from picture to picture, on the host for what has a shape."""

    def __init__(self, seed: int, number: int, device: str) -> None:
        self.device = device
        self.host = np.random.default_rng((seed, number))
        self._generator = torch.Generator(device).manual_seed(int(self.host.integers(2**62)))

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        return torch.rand(shape, generator=self._generator, device=self.device) * (high - low) + low

    def normal(self, *shape: int, spread: float = 1.0) -> Tensor:
        return torch.randn(shape, generator=self._generator, device=self.device) * spread

    def chance(self, probability: float | Tensor, count: int) -> Tensor:
        """[count] whether."""
        return self.uniform(count) < probability

    def below(self, limit: int, count: int) -> Tensor:
        """[count] whole numbers from 0 to limit - 1, each as often."""
        return torch.randint(limit, (count,), generator=self._generator, device=self.device)

    def order(self, count: int) -> Tensor:
        return torch.randperm(count, generator=self._generator, device=self.device)


def colours(count: int, dice: Dice) -> Tensor:
    """[count, 3]: white and grey, black, the blue and green of surgical masks, skin, or any."""
    kind = dice.uniform(count, 1)
    blue = torch.tensor([[130.0, 95, 100]], device=dice.device) * dice.uniform(count, 3) + torch.tensor([[40.0, 120, 150]], device=dice.device)
    skin = torch.tensor([[200.0, 160, 135]], device=dice.device) * dice.uniform(count, 1, low=0.4, high=1.2)
    base = dice.uniform(count, 3, high=255)
    base = torch.where(kind < 0.75, skin, base)
    base = torch.where(kind < 0.65, blue, base)
    base = torch.where(kind < 0.4, dice.uniform(count, 1, low=5, high=70), base)
    base = torch.where(kind < 0.25, dice.uniform(count, 1, low=150, high=255), base)
    return (base + dice.normal(count, 3, spread=8)).clamp(0, 255)


def grey(pictures: Tensor) -> Tensor:
    red, green, blue = LUMA
    return pictures[:, :1] * red + pictures[:, 1:2] * green + pictures[:, 2:] * blue


def lit(pictures: Tensor, strength: Tensor, dice: Dice) -> Tensor:
    """Light from one side, another saturation, or the smear of a moving camera."""
    count, side = len(pictures), pictures.shape[-1]
    some = dice.chance(0.4 * strength, count)
    x = torch.linspace(-1, 1, side, device=dice.device)
    angle = dice.uniform(count, high=2 * math.pi)[:, None, None]
    ramp = torch.cos(angle) * x[None, None] + torch.sin(angle) * x[None, :, None]
    slope = dice.normal(count, spread=0.3) * (some & dice.chance(0.5, count))
    pictures = pictures * torch.exp(ramp * slope[:, None, None])[:, None]
    saturation = torch.where(some & dice.chance(0.3, count), dice.uniform(count, low=0.3, high=1.9), 1.0)[:, None, None, None]
    without = grey(pictures)
    pictures = (without + (pictures - without) * saturation).clamp(0, 255)
    for group in _groups(dice.uniform(count) / strength, 0.06 * TYPICAL, 2):
        length = int(dice.host.integers(3, 8))
        kernel, centre, turn = np.zeros((length, length), np.float32), (length - 1) / 2, dice.host.uniform(0, np.pi)
        for t in np.linspace(-centre, centre, 2 * length):
            kernel[round(centre + t * np.sin(turn)), round(centre + t * np.cos(turn))] = 1
        pictures[group] = _filtered(pictures[group], torch.from_numpy(kernel / kernel.sum()).to(dice.device))
    return pictures


def occluded(pictures: Tensor, strength: Tensor, dice: Dice) -> Tensor:
    """Something in front of the face, anywhere: a box or an ellipse of one colour or of a piece of another picture."""
    count, side = len(pictures), pictures.shape[-1]
    some = dice.chance(0.1 * strength, count)
    axis = torch.arange(side, device=dice.device) / side
    centre, half, angle = dice.uniform(count, 2), dice.uniform(count, 2, low=0.04, high=0.225), dice.uniform(count, 1, 1, high=math.pi)
    dx, dy = axis[None, None] - centre[:, :1, None], axis[None, :, None] - centre[:, 1:, None]
    u = (torch.cos(angle) * dx + torch.sin(angle) * dy) / half[:, :1, None]
    v = (torch.cos(angle) * dy - torch.sin(angle) * dx) / half[:, 1:, None]
    round_ones = dice.chance(0.5, count)[:, None, None]
    inside = torch.where(round_ones, u * u + v * v < 1, torch.maximum(u.abs(), v.abs()) < 1) & some[:, None, None]
    other = pictures.roll((1, side // 3, side // 2), (0, 2, 3))
    thing = torch.where(dice.chance(0.5, count)[:, None, None, None], other, colours(count, dice)[:, :, None, None])
    return torch.where(inside[:, None], thing, pictures)


def photographed(pictures: Tensor, strength: Tensor, dice: Dice) -> Tensor:
    """Light, colour, sharpness, size, noise and compression."""
    count, side = len(pictures), pictures.shape[-1]
    pictures = _toned(pictures, dice.chance(0.8 * strength, count), dice)
    share = (dice.uniform(count, low=0.4) * dice.chance(0.1 * strength, count))[:, None, None, None]
    pictures = pictures + (grey(pictures) - pictures) * share
    pick = dice.uniform(count) / strength
    small, blurred = 0.25 * TYPICAL, 0.11 * TYPICAL
    for group in _groups(pick, small, GROUPS):
        few = int(side * dice.host.uniform(0.25, 0.75))
        less = F.interpolate(pictures[group], size=(few, few), mode="area")
        if dice.host.random() < 0.5:
            less = compressed(less, dice.uniform(len(group), low=20, high=90))
        mode = "bilinear" if dice.host.random() < 0.7 else "bicubic"
        pictures[group] = F.interpolate(less, size=(side, side), mode=mode, align_corners=False).clamp(0, 255)
    for group in _groups(pick, blurred, GROUPS, small):
        spread = dice.host.uniform(0.5, 1.8) * side / 150
        reach = math.ceil(3 * spread)
        bell = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, device=dice.device) / spread) ** 2)
        bell = bell / bell.sum()
        pictures[group] = _filtered(_filtered(pictures[group], bell[None]), bell[:, None])
    amplitude = dice.uniform(count, low=5, high=26) * dice.chance(0.12 * strength, count)
    pictures = (pictures + (dice.uniform(count, 1, side, side) - 0.5) * amplitude[:, None, None, None]).clamp(0, 255)
    group = _groups(dice.uniform(count) / strength, 0.3 * TYPICAL, 1)[0]
    pictures[group] = compressed(pictures[group], dice.uniform(len(group), low=20, high=90))
    return pictures


def compressed(pictures: Tensor, quality: Tensor) -> Tensor:
    """What is left of the pictures after JPEG with half the colour resolution; quality [N], 1 to 100."""
    side = pictures.shape[-1]
    whole = -(-side // 16) * 16
    padded = F.pad(pictures, (0, whole - side, 0, whole - side), mode="replicate")
    red, green, blue = padded.unbind(1)
    luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    chroma = F.avg_pool2d(torch.stack([(blue - luma) / 1.772, (red - luma) / 1.402], 1), 2)
    percent = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[:, None, None] / 100
    luma = _quantised(luma[:, None] - 128, (LUMA_STEPS.to(pictures.device) * percent).round().clamp(1, 255))[:, 0] + 128
    chroma = _quantised(chroma, (CHROMA_STEPS.to(pictures.device) * percent).round().clamp(1, 255))
    to_blue, to_red = F.interpolate(chroma, scale_factor=2, mode="bilinear", align_corners=False).unbind(1)
    red, blue = luma + 1.402 * to_red, luma + 1.772 * to_blue
    green = (luma - LUMA[0] * red - LUMA[2] * blue) / LUMA[1]
    return torch.stack([red, green, blue], 1)[..., :side, :side].clamp(0, 255)


def _quantised(planes: Tensor, steps: Tensor) -> Tensor:
    count, channels, height, width = planes.shape
    basis = BASIS.to(planes.device)
    blocks = planes.reshape(count, channels, height // 8, 8, width // 8, 8).transpose(3, 4)
    steps = steps[:, None, None, None]
    found = (basis @ blocks @ basis.T / steps).round() * steps
    return (basis.T @ found @ basis).transpose(3, 4).reshape(planes.shape)


def _groups(pick: Tensor, share: float, groups: int, after: float = 0.0) -> list[Tensor]:
    """Disjoint groups of pictures that hold this share together, those with the smallest numbers first."""
    order = pick.argsort()
    start, end = round(after * len(pick)), round((after + share) * len(pick))
    edges = np.linspace(start, end, groups + 1).round().astype(int)
    return [order[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True) if b > a or groups == 1]


def _filtered(pictures: Tensor, kernel: Tensor) -> Tensor:
    rows, columns = kernel.shape
    padding = ((columns - 1) // 2, columns // 2, (rows - 1) // 2, rows // 2)
    return F.conv2d(F.pad(pictures, padding, mode="replicate"), kernel.expand(3, 1, rows, columns), groups=3)


def _toned(pictures: Tensor, some: Tensor, dice: Dice) -> Tensor:
    """Gamma, contrast and brightness, a little different in each channel: light of another colour."""
    count = len(pictures)
    which = some[:, None].float()
    gamma = torch.exp((dice.normal(count, 1, spread=0.25) + dice.normal(count, 3, spread=0.06)) * which)[..., None, None]
    gain = torch.exp((dice.normal(count, 1, spread=0.12) + dice.normal(count, 3, spread=0.05)) * which)[..., None, None]
    offset = (dice.normal(count, 1, spread=0.06) * which)[..., None, None]
    return ((pictures / 255).clamp(min=1e-4).pow(gamma) * gain + offset).clamp(0, 1) * 255

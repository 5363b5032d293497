"""Random changes of an aligned picture: what cameras, files and aligners do to it, and covers that no mask generator drew.

Covers are drawn on 150x150 pixels; what a camera and files do works on squares of any size.

All functions take and return RGB bytes and draw from the generator that they are given.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pictures import SIDE, Pixels

CENTRE = SIDE / 2
# Where dlib's alignment puts things, in pixels: eyes at y 45, the tip of the nose at 76, the chin below 125.
BRIDGE_Y, NOSE_TIP_Y, CHIN_Y = 52.0, 82.0, 128.0


def chance(random: Generator, probability: float) -> bool:
    return bool(random.random() < probability)


def transform(random: Generator) -> NDArray[np.float32]:
    """A small shift (4 %), turn (5 degrees) and change of size (5 %): landmarks move under a mask."""
    matrix = cv2.getRotationMatrix2D((CENTRE, CENTRE), random.normal(0, 2.5), 1 + random.normal(0, 0.03))
    matrix[:, 2] += np.clip(random.normal(0, 0.02, 2), -0.05, 0.05) * SIDE
    return matrix.astype(np.float32)


def warp(picture: Pixels, matrix: NDArray[np.float32]) -> Pixels:
    return cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def reshaped(picture: Pixels, pixels: float, random: Generator) -> Pixels:
    """Moves the features smoothly against each other, by this many pixels or so: another face."""
    shift = cv2.resize(random.normal(0, pixels, (5, 5, 2)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    grid = np.mgrid[0:SIDE, 0:SIDE][::-1].transpose(1, 2, 0).astype(np.float32)
    return cv2.remap(picture, grid + shift, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def photographed(picture: Pixels, random: Generator, strength: float = 1.0, cut: bool = True) -> Pixels:
    """Light, colour, sharpness, size, noise and compression; strength scales how often.

    :param cut: sometimes as from a picture that ends close around the face
    """
    side = picture.shape[0]
    if chance(random, 0.8 * strength):
        picture = _toned(picture, random)
    if chance(random, 0.1 * strength):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]
        share = random.uniform(0.4, 1)
        picture = (picture * (1 - share) + grey * share).astype(np.uint8)
    if cut and chance(random, 0.12 * strength):
        picture = _cut_tightly(picture, random)
    if chance(random, 0.25 * strength):
        few = int(side * random.uniform(0.25, 0.75))
        small = cv2.resize(picture, (few, few), interpolation=cv2.INTER_AREA)
        if chance(random, 0.5):
            small = _compressed(small, random)
        picture = cv2.resize(small, (side, side), interpolation=cv2.INTER_LINEAR if chance(random, 0.7) else cv2.INTER_CUBIC)
    elif chance(random, 0.15 * strength):
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.5, 1.8) * side / SIDE)
    if chance(random, 0.12 * strength):
        noise = random.integers(0, 256, (side, side, 1), np.uint8).astype(np.float32) - 127.5
        picture = np.clip(picture + noise * random.uniform(0.02, 0.1), 0, 255).astype(np.uint8)
    if chance(random, 0.3 * strength):
        picture = _compressed(picture, random)
    return picture


def lit(picture: Pixels, random: Generator) -> Pixels:
    """Light from one side, another saturation, or the smear of a moving camera."""
    side = picture.shape[0]
    if chance(random, 0.5):
        x = np.linspace(-1, 1, side, dtype=np.float32)
        angle = random.uniform(0, 2 * np.pi)
        ramp = np.cos(angle) * x[None] + np.sin(angle) * x[:, None]
        picture = np.clip(picture * np.exp(ramp * random.normal(0, 0.3))[..., None], 0, 255).astype(np.uint8)
    if chance(random, 0.3):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
        picture = np.clip(grey + (picture - grey) * random.uniform(0.3, 1.9), 0, 255).astype(np.uint8)
    if chance(random, 0.15):
        length = int(random.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        centre, angle = (length - 1) / 2, random.uniform(0, np.pi)
        for t in np.linspace(-centre, centre, 2 * length):
            kernel[round(centre + t * np.sin(angle)), round(centre + t * np.cos(angle))] = 1
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return picture


def occluded(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """Something in front of the face, anywhere: a box or an ellipse of one colour or of a piece of another picture."""
    side = picture.shape[0]
    width, height = (side * random.uniform(0.08, 0.45, 2)).astype(int)
    centre = (side * random.uniform(0, 1, 2)).astype(int)
    stencil = np.zeros((side, side), np.uint8)
    if chance(random, 0.5):
        cv2.ellipse(stencil, centre.tolist(), (int(width) // 2 + 1, int(height) // 2 + 1), random.uniform(0, 180), 0, 360, 255, -1)
    else:
        corners = cv2.boxPoints((centre.tolist(), (float(width), float(height)), random.uniform(0, 90)))
        cv2.fillPoly(stencil, [corners.round().astype(np.int32)], 255)
    if chance(random, 0.5):
        thing = np.roll(cv2.resize(other, (side, side)), random.integers(side, size=2).tolist(), (0, 1))
    else:
        thing = np.broadcast_to(any_colour(random).astype(np.uint8), picture.shape)
    return np.where(stencil[..., None] > 0, thing, picture)


def mask_of(masked: Pixels, unmasked: Pixels, unmasked_of_masked: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """How much of each pixel of a masked picture is mask, from the same photograph without one; None when it is no single patch.

    :param unmasked_of_masked: the map from the masked picture's pixels to the other's
    """
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    before = cv2.warpAffine(unmasked, unmasked_of_masked, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    changed = cv2.GaussianBlur(cv2.absdiff(masked, before).max(2), (0, 0), 1.0)
    patch = cv2.morphologyEx((changed > 14).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    patch = cv2.morphologyEx(patch, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    outlines, _ = cv2.findContours(patch, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    largest = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(largest) < 0.1 * SIDE * SIDE:
        return None
    stencil = np.zeros((SIDE, SIDE), np.float32)
    cv2.drawContours(stencil, [largest], -1, 1.0, cv2.FILLED)
    return cv2.GaussianBlur(stencil, (0, 0), 0.8)


def wearing(picture: Pixels, masked: Pixels, mask: NDArray[np.float32], random: Generator) -> Pixels:
    """A face with the mask of another picture, moved a little, in other light and sometimes of another colour."""
    turn = cv2.getRotationMatrix2D((CENTRE, 85.0), random.normal(0, 2.5), 1 + random.normal(0, 0.05))
    turn[:, 2] += random.normal(0, 2.5, 2)
    if chance(random, 0.5):
        masked, mask = masked[:, ::-1], mask[:, ::-1]
    fabric = cv2.warpAffine(np.ascontiguousarray(masked), turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    alpha = cv2.warpAffine(np.ascontiguousarray(mask), turn, (SIDE, SIDE), borderMode=cv2.BORDER_CONSTANT)[..., None]
    light = picture[40:75, 45:105].mean() / max(float(masked[40:75, 45:105].mean()), 1.0)
    fabric *= np.clip(light, 0.4, 2.0) * np.exp(random.normal(0, 0.1))
    if chance(random, 0.3):
        fabric = fabric.mean(2, keepdims=True) * (any_colour(random) / 128).astype(np.float32)
    return np.clip(picture + (np.clip(fabric, 0, 255) - picture) * alpha, 0, 255).astype(np.uint8)


def patchwork(first: Pixels, second: Pixels, random: Generator) -> Pixels:
    """One face with some features of another: the border between the two is soft and runs anywhere."""
    share = cv2.resize(random.normal(0, 1, (4, 4)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    share = 1 / (1 + np.exp(-random.uniform(1, 4) * (share - random.normal(0, 0.3))))[..., None]
    return (first * share + second * (1 - share)).astype(np.uint8)


def _toned(picture: Pixels, random: Generator) -> Pixels:
    """Gamma, contrast and brightness, a little different in each channel: light of another colour."""
    levels = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    gamma = np.exp(random.normal(0, 0.25) + random.normal(0, 0.06, 3))
    gain = np.exp(random.normal(0, 0.12) + random.normal(0, 0.05, 3))
    curve = levels**gamma * gain + random.normal(0, 0.06)
    return cv2.LUT(picture, np.clip(curve * 255, 0, 255).astype(np.uint8)[None])


def _compressed(picture: Pixels, random: Generator) -> Pixels:
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(20, 90))])
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)


def _cut_tightly(picture: Pixels, random: Generator) -> Pixels:
    """A picture that ends close around the face: the aligner repeats its last pixels beyond the border."""
    left, right = random.integers(0, 26, 2)
    top, bottom = random.integers(0, 24, 2)
    side = picture.shape[0]
    top, bottom, left, right = (int(v * side / SIDE) for v in (top, bottom, left, right))
    inner = picture[top : side - bottom, left : side - right]
    return cv2.copyMakeBorder(inner, top, bottom, left, right, cv2.BORDER_REPLICATE)


def covered(picture: Pixels, other: Pixels, random: Generator, lowest: float = NOSE_TIP_Y) -> Pixels:
    """Puts a cover on the lower half of the face.

    :param other: any other picture; a part of it may become the cover's fabric
    :param lowest: the y that the upper edge's middle never lies below
    """
    fabric, hidden = cover(other, random, lowest)
    alpha = hidden[..., None].astype(np.float32) * (1 / 255)
    return (picture + (fabric - picture.astype(np.float32)) * alpha).astype(np.uint8)


def cover(other: Pixels, random: Generator, lowest: float = NOSE_TIP_Y) -> tuple[Pixels, NDArray[np.uint8]]:
    """A polygon with a random curved upper edge between bridge and tip of the nose: its colours, and how much of each pixel it hides."""
    outline = _outline(random, lowest)
    soft = random.uniform(0, 1.2)
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(stencil, [outline], 255, cv2.LINE_AA)
    if soft > 0.4:
        stencil = cv2.GaussianBlur(stencil, (0, 0), soft)
    fabric = any_fabric(other, random)
    if chance(random, 0.3):
        _pleats(fabric, random)
    fabric = np.clip(fabric, 0, 255).astype(np.uint8)
    if chance(random, 0.15):
        stencil = (stencil * random.uniform(0.75, 1)).astype(np.uint8)
    for draw in (_rim, _straps):
        if chance(random, 0.3):
            lines = np.zeros_like(stencil)
            colour = any_colour(random)
            draw(lines, outline, random)
            share = lines[..., None] / 255
            fabric = (fabric + (colour - fabric) * share).astype(np.uint8)
            stencil = np.maximum(stencil, lines)
    return fabric, stencil


def _outline(random: Generator, lowest: float) -> NDArray[np.int32]:
    middle = CENTRE + random.normal(0, 5)
    upper = random.uniform(BRIDGE_Y, lowest)
    if chance(random, 0.12):
        # a scarf, a hand, the edge of a table: everything below a line
        slope = random.normal(0, 5)
        points = np.array([[0, upper - slope], [SIDE, upper + slope], [SIDE, SIDE], [0, SIDE]])
        return points.round().astype(np.int32)
    sides = np.array([random.uniform(2, 42), SIDE - random.uniform(2, 42)])
    side_y = upper + random.uniform(-4, 24) + random.normal(0, 3, 2)
    jaw_x = np.array([random.uniform(15, 55), SIDE - random.uniform(15, 55)])
    jaw_y = random.uniform(105, 140) + random.normal(0, 3, 2)
    chin = random.uniform(CHIN_Y - 6, SIDE + 10)
    t = np.linspace(0, 1, 9)[:, None]
    peak = random.uniform(0.2, 1.0)

    def curve(start: NDArray[np.float64], end: NDArray[np.float64], bulge: float) -> NDArray[np.float64]:
        """From start to end; bulge 0 is a straight line, 1 stays at the height of the start for long."""
        control = np.array([start[0] + (end[0] - start[0]) * 0.5, start[1] + (end[1] - start[1]) * 0.5 * (1 - bulge)])
        return (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end

    top = np.array([middle, upper])
    left, right = np.array([sides[0], side_y[0]]), np.array([sides[1], side_y[1]])
    jaw_left, jaw_right = np.array([jaw_x[0], jaw_y[0]]), np.array([jaw_x[1], jaw_y[1]])
    below = np.array([middle + random.normal(0, 4), chin])
    outline = np.concatenate([
        curve(top, right, peak), curve(right, jaw_right, -0.5), curve(jaw_right, below, -0.4),
        curve(below, jaw_left, 0.4), curve(jaw_left, left, 0.3), curve(top, left, peak)[::-1],
    ])
    return outline.round().astype(np.int32)


def any_fabric(other: Pixels, random: Generator) -> NDArray[np.float32]:
    kind = random.random()
    if kind < 0.25:
        # cut out of another picture and enlarged
        size = int(random.integers(25, 110))
        x, y = random.integers(0, SIDE - size, 2)
        patch = cv2.resize(other[y : y + size, x : x + size], (SIDE, SIDE))
        return np.roll(patch, int(random.integers(SIDE)), 1).astype(np.float32)
    colour = any_colour(random)
    fabric = np.broadcast_to(colour, (SIDE, SIDE, 3)).astype(np.float32)
    x = np.linspace(-1, 1, SIDE, dtype=np.float32)
    if chance(random, 0.6):
        # light from one side, or a second colour
        angle = random.uniform(0, 2 * np.pi)
        ramp = (np.cos(angle) * x[None] + np.sin(angle) * x[:, None])[..., None]
        fabric = fabric + ramp * (random.normal(0, 25) if chance(random, 0.8) else (any_colour(random) - colour) * 0.5)
    if kind < 0.45:
        cells = int(random.integers(3, 60))
        noise = random.normal(0, random.uniform(4, 35), (cells, cells, 1 if chance(random, 0.6) else 3)).astype(np.float32)
        fabric = fabric + cv2.resize(noise, (SIDE, SIDE)).reshape(SIDE, SIDE, -1)
    elif kind < 0.6:
        # stripes or checks
        angle, period = random.uniform(0, np.pi), random.uniform(3, 25)
        wave = np.sin((np.cos(angle) * x[None] + np.sin(angle) * x[:, None]) * SIDE / period)
        if chance(random, 0.4):
            wave = wave * np.sin((np.sin(angle) * x[None] - np.cos(angle) * x[:, None]) * SIDE / period)
        fabric = fabric + (wave > random.uniform(-0.5, 0.8))[..., None] * (any_colour(random) - colour) * random.uniform(0.2, 1)
    return np.ascontiguousarray(np.clip(fabric, 0, 255), np.float32)


def any_colour(random: Generator) -> NDArray[np.float32]:
    """White and grey, black, the blue and green of surgical masks, skin, or any."""
    kind = random.random()
    if kind < 0.25:
        base = np.full(3, random.uniform(150, 255))
    elif kind < 0.4:
        base = np.full(3, random.uniform(5, 70))
    elif kind < 0.65:
        base = np.array([random.uniform(40, 170), random.uniform(120, 215), random.uniform(150, 250)])
    elif kind < 0.75:
        base = np.array([200.0, 160.0, 135.0]) * random.uniform(0.4, 1.2)
    else:
        base = random.uniform(0, 255, 3)
    return np.clip(base + random.normal(0, 8, 3), 0, 255).astype(np.float32)


def _pleats(fabric: NDArray[np.float32], random: Generator) -> None:
    for y in random.uniform(75, 135, int(random.integers(1, 4))):
        bend = random.normal(6, 5)
        line = [[0, y - bend], [CENTRE / 2, y], [1.5 * CENTRE, y], [SIDE, y - bend]]
        shade = np.clip(fabric[int(y), int(CENTRE)] + random.normal(0, 40), 0, 255)
        cv2.polylines(fabric, [np.array(line).round().astype(np.int32)], False, shade.tolist(), int(random.integers(1, 4)))


def _rim(stencil: NDArray[np.uint8], outline: NDArray[np.int32], random: Generator) -> None:
    thickness = int(random.integers(1, 3))
    closed = np.concatenate([outline, outline[:1]])
    if chance(random, 0.5):
        cv2.polylines(stencil, [closed], False, 255, thickness, cv2.LINE_AA)
        return
    for start, end in zip(closed[:-1:2], closed[1::2], strict=False):
        cv2.line(stencil, start.tolist(), end.tolist(), 255, thickness)


def _straps(stencil: NDArray[np.uint8], outline: NDArray[np.int32], random: Generator) -> None:
    left, right = outline[outline[:, 0].argmin()], outline[outline[:, 0].argmax()]
    for start, edge in ((left, 0), (right, SIDE)):
        end = (edge, int(start[1] - random.uniform(-10, 35)))
        cv2.line(stencil, start.tolist(), end, 255, int(random.integers(1, 3)), cv2.LINE_AA)

"""Things before the lower half of an aligned face that are no mask: hands, beards, microphones, cups, scarves, shadows.

All functions take and return RGB bytes of 150x150 pixels and draw from the generator that they are given. Eyes are at y 45, the tip
of the nose at 76, its base at 88, the mouth at 103, the chin at 125 or so.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from augment import CENTRE, any_colour, any_fabric, chance
from pictures import SIDE, Pixels

NOSE_BASE_Y, MOUTH_Y, CHIN_LINE_Y = 88.0, 103.0, 122.0

Stencil = NDArray[np.uint8]
"""[150, 150]: 255 where the thing is."""


def with_thing(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """One of the things, or two."""
    kinds = (_hand, _hand, _hand, _beard, _beard, _microphone, _cup, _scarf, _one_side, _patch, _shadow, _open_mouth)
    result = picture
    for _ in range(2 if chance(random, 0.15) else 1):
        result = kinds[int(random.integers(len(kinds)))](result, other, random)
    return result


def _skin(picture: Pixels) -> NDArray[np.float32]:
    """The cheeks' and forehead's colour."""
    return np.median(picture[55:80, 35:115].reshape(-1, 3), 0).astype(np.float32)


def _blend(picture: Pixels, thing: NDArray[np.float32], stencil: Stencil, random: Generator) -> Pixels:
    alpha = cv2.GaussianBlur(stencil, (0, 0), random.uniform(0.4, 1.6))[..., None].astype(np.float32) / 255
    return np.clip(picture + (thing - picture.astype(np.float32)) * alpha, 0, 255).astype(np.uint8)


def _noise(random: Generator, cells: int, colours: int = 1) -> NDArray[np.float32]:
    grid = random.normal(0, 1, (cells, cells, colours)).astype(np.float32)
    return cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).reshape(SIDE, SIDE, colours)


def _hand(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """One to five fingers and sometimes the back of a hand, of skin, lit along each finger; over mouth and chin, sometimes the nose."""
    skin = _skin(other if chance(random, 0.25) else picture) * np.exp(random.normal(0, 0.15)) + random.normal(0, 6, 3)
    tone = np.zeros((SIDE, SIDE), np.float32)
    direction = random.choice([0.0, np.pi, np.pi / 2, np.pi / 2]) + random.normal(0, 0.45)
    along = np.array([np.cos(direction), np.sin(direction)])
    across = np.array([-along[1], along[0]])
    tip = np.array([CENTRE + random.normal(0, 22), random.uniform(70, 128)])
    width = random.uniform(9, 19)
    fingers = int(random.integers(1, 6))
    spread = random.uniform(0.9, 1.25)
    length = random.uniform(35, 120)
    if chance(random, 0.45):
        # the back of the hand, or a fist
        palm = tip + along * length * random.uniform(0.4, 0.8)
        axes = (int(length * random.uniform(0.4, 0.7)), int(width * fingers * 0.62 + 4))
        cv2.ellipse(tone, palm.astype(int).tolist(), axes, np.degrees(direction), 0, 360, 1.0, -1)
    for i in range(fingers):
        offset = (i - (fingers - 1) / 2) * width * spread
        start = tip + across * offset + along * random.normal(0, 7)
        end = start + along * length + across * random.normal(0, 4)
        for step, thickness in enumerate(np.linspace(width, width * 0.25, 5)):
            # darker towards the edges: a finger is round
            cv2.line(tone, start.astype(int).tolist(), end.astype(int).tolist(), 0.72 + 0.09 * step, max(1, int(thickness)))
        if chance(random, 0.3):
            nail = (int(width * 0.35), int(width * 0.25))
            cv2.ellipse(tone, (start + along * width * 0.2).astype(int).tolist(), nail, np.degrees(direction), 0, 360, 1.15, -1)
    shade = skin * (1 + 0.12 * _noise(random, int(random.integers(3, 9))))
    return _blend(picture, np.clip(shade * tone[..., None], 0, 255).astype(np.float32), ((tone > 0) * 255).astype(np.uint8), random)


def _beard(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """Hair along the jaw and around the mouth: black, brown, grey or white, thick or thin, with or without a moustache."""
    middle = CENTRE + random.normal(0, 3)
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    top = random.uniform(78, 112)
    jaw = [[middle - 55, 60], [middle - 50, top], [middle - 30, top + random.uniform(2, 16)], [middle - 18, MOUTH_Y - 8]]
    jaw += [[2 * middle - x, y] for x, y in reversed(jaw)]
    bottom = random.uniform(128, SIDE + 5)
    jaw += [[middle + 45, bottom - 20], [middle, bottom], [middle - 45, bottom - 20]]
    cv2.fillPoly(stencil, [np.array(jaw).round().astype(np.int32)], 255)
    if chance(random, 0.7):
        y = random.uniform(NOSE_BASE_Y + 2, NOSE_BASE_Y + 7)
        half = random.uniform(14, 26)
        arc = np.array([[middle - half, y + 12], [middle - half * 0.6, y + 2], [middle, y], [middle + half * 0.6, y + 2],
                        [middle + half, y + 12], [middle, y + random.uniform(6, 12)]])
        cv2.fillPoly(stencil, [arc.round().astype(np.int32)], 255)
    if chance(random, 0.75):
        mouth = (int(random.uniform(10, 20)), int(random.uniform(2, 7)))
        cv2.ellipse(stencil, (int(middle), int(MOUTH_Y + random.normal(0, 2))), mouth, 0, 0, 360, 0, -1)
    tone = random.uniform(10, 70) if chance(random, 0.6) else random.uniform(90, 230)
    colour = np.full(3, tone) + np.array([1.0, 0.2, -0.6]) * random.uniform(0, 35 if tone < 120 else 12)
    hair = colour.astype(np.float32) * (1 + random.uniform(0.1, 0.4) * _noise(random, int(random.integers(25, 90))))
    stencil = (cv2.GaussianBlur(stencil, (0, 0), random.uniform(1.5, 5)) * random.uniform(0.35, 1)).astype(np.uint8)
    return _blend(picture, hair, stencil, random)


def _microphone(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """A head of foam or wire and a stick that comes from below or from a side."""
    centre = np.array([CENTRE + random.normal(0, 22), random.uniform(98, 142)])
    radius = random.uniform(8, 21)
    colour = any_colour(random) if chance(random, 0.4) else np.full(3, random.uniform(5, 90))
    thing = (colour * (1 + 0.25 * _noise(random, int(random.integers(6, 60))))).astype(np.float32)
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    axes = (int(radius), int(radius * random.uniform(0.9, 1.8)))
    cv2.ellipse(stencil, centre.astype(int).tolist(), axes, random.uniform(-40, 40), 0, 360, 255, -1)
    foot = [int(centre[0] + random.normal(0, 50)), SIDE + 10]
    cv2.line(stencil, centre.astype(int).tolist(), foot, 255, int(radius * random.uniform(0.3, 1.6)) + 1)
    return _blend(picture, thing, stencil, random)


def _cup(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """A cup, a glass, a telephone, a sheet of paper: an upright or tilted box from below over chin and mouth; the nose is free."""
    width, height = random.uniform(18, 75), random.uniform(40, 110)
    top = random.uniform(NOSE_BASE_Y + 4, CHIN_LINE_Y)
    centre = (CENTRE + random.normal(0, 18), top + height / 2)
    corners = cv2.boxPoints((centre, (width, height), random.normal(0, 8)))
    if chance(random, 0.5):
        corners[np.argsort(corners[:, 1])[:2], 0] += (corners[np.argsort(corners[:, 1])[:2], 0] - centre[0]) * random.uniform(0, 0.4)
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(stencil, [corners.round().astype(np.int32)], 255)
    return _blend(picture, any_fabric(other, random), stencil, random)


def _scarf(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """Cloth around the neck, up to the chin: a collar, a scarf, a mask pulled down."""
    y = random.uniform(CHIN_LINE_Y - 6, SIDE - 8)
    bend, slope = random.normal(0, 8), random.normal(0, 6)
    x = np.linspace(0, SIDE, 7)
    edge = y + slope * (x / CENTRE - 1) - bend * ((x / CENTRE - 1) ** 2) + random.normal(0, 1.5, 7)
    outline = np.concatenate([np.stack([x, edge], 1), [[SIDE, SIDE + 5], [0, SIDE + 5]]])
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(stencil, [outline.round().astype(np.int32)], 255)
    fabric = any_fabric(other, random) * (1 + 0.1 * _noise(random, int(random.integers(3, 20))))
    return _blend(picture, fabric, stencil, random)


def _one_side(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """Something that hides a cheek, up to the wing of the nose: hair, another head, a shoulder, a curtain."""
    x = random.uniform(5, 56)
    lean = random.normal(0, 14)
    top = random.uniform(-10, 70)
    outline = np.array([[-5, top], [x + lean, top], [x, 90], [x - lean * 0.5, SIDE + 5], [-5, SIDE + 5]])
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(stencil, [outline.round().astype(np.int32)], 255)
    if chance(random, 0.5):
        stencil = np.ascontiguousarray(stencil[:, ::-1])
    return _blend(picture, any_fabric(other, random), stencil, random)


def _patch(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """A box or an ellipse of any colour, on the nose or on the mouth, never on both."""
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    if chance(random, 0.35):
        centre, size = (CENTRE + random.normal(0, 8), random.uniform(58, 76)), random.uniform(8, 30, 2)
    else:
        centre, size = (random.uniform(20, 130), random.uniform(108, 145)), random.uniform(8, 38, 2)
    if chance(random, 0.5):
        cv2.ellipse(stencil, (int(centre[0]), int(centre[1])), (int(size[0] / 1.5), int(size[1] / 2)), random.uniform(0, 180), 0, 360, 255, -1)
    else:
        corners = cv2.boxPoints((centre, (float(size[0]), float(size[1])), random.uniform(0, 90)))
        cv2.fillPoly(stencil, [corners.round().astype(np.int32)], 255)
    return _blend(picture, any_fabric(other, random), stencil, random)


def _shadow(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """The lower face darker, brighter or of another colour than the rest, its features still to be seen."""
    y = np.linspace(0, SIDE - 1, SIDE, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, SIDE, dtype=np.float32)[None]
    line = random.uniform(60, 115) + random.normal(0, 12) * x + random.normal(0, 10) * x * x
    below = 1 / (1 + np.exp(np.clip(-(y - line) / random.uniform(0.5, 10), -30, 30)))
    factor = np.exp(random.normal(0, 0.5) + random.normal(0, 0.12, 3))
    return np.clip(picture * (1 + (factor - 1) * below[..., None]), 0, 255).astype(np.uint8)


def _open_mouth(picture: Pixels, other: Pixels, random: Generator) -> Pixels:
    """A wide open mouth, with or without teeth."""
    centre = (int(CENTRE + random.normal(0, 4)), int(random.uniform(102, 115)))
    axes = (int(random.uniform(10, 26)), int(random.uniform(5, 18)))
    stencil = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(stencil, centre, axes, random.normal(0, 6), 0, 360, 255, -1)
    inside = np.array([70.0, 25.0, 25.0]) * random.uniform(0.3, 1.6)
    thing = np.broadcast_to(inside.astype(np.float32), picture.shape).copy()
    if chance(random, 0.7):
        teeth = int(centre[1] - axes[1] * random.uniform(0.1, 0.7))
        thing[:teeth] = random.uniform(150, 245)
    return _blend(picture, thing, stencil, random)

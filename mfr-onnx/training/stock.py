"""What batches are made of, decoded once: all training pictures, and things to put on faces. Kept beside the cache as plain arrays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from augment import SIDE, cover, mask_of
from pictures import Pictures, Pixels, composed, inverted

PART = 256
"""Pictures or covers of one piece of work."""


@dataclass(frozen=True)
class Stock:
    """The arrays; memory-mapped, so they take no memory before they are read."""

    pixels: NDArray[np.uint8]
    """[rows of the cache, 3, 150, 150]"""
    worn: NDArray[np.uint8]
    """[rows, 150, 150] how much of each pixel of a masked picture is mask; 0 everywhere in others, and where it is not known."""
    wearers: NDArray[np.int64]
    """Rows of which it is known, of people to train on."""
    covers: NDArray[np.uint8]
    """[covers, 4, 150, 150] covers that are no mask: colour, and how much of each pixel they hide."""


def stock(pictures: Pictures, covers: int, seed: int, workers: int) -> Stock:
    """Reads the arrays beside the cache; makes what is missing there, with so many processes."""
    rows = len(pictures.entries)
    folder = pictures.cache / "stock"
    folder.mkdir(exist_ok=True)
    pixels = _made(folder / "pixels.npy", (rows, 3, SIDE, SIDE), workers, _decode, (pictures.cache,))
    worn = _made(folder / "worn.npy", (rows, SIDE, SIDE), workers, _find_masks, (pictures.cache, folder / "pixels.npy"))
    drawn = _made(folder / f"covers-{covers}-{seed}.npy", (covers, 4, SIDE, SIDE), workers, _draw, (pictures.cache, folder / "pixels.npy", seed))
    known = [r for r in pictures.rows("train") if worn[r, :: SIDE // 10, :: SIDE // 10].any()]
    return Stock(pixels, worn, np.array(known, np.int64), drawn)


def _made(file: Path, shape: tuple[int, ...], workers: int, make: Callable[..., None], arguments: tuple[object, ...]) -> NDArray[np.uint8]:
    if not file.exists():
        part = file.with_suffix(f".{os.getpid()}")
        np.lib.format.open_memmap(part, "w+", np.uint8, shape).flush()
        with ProcessPoolExecutor(max(1, workers)) as pool:
            for task in [pool.submit(make, part, start, *arguments) for start in range(0, shape[0], PART)]:
                task.result()
        part.replace(file)
    return np.load(file, mmap_mode="r")


def _slots(part: Path, start: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    cv2.setNumThreads(1)
    array = np.lib.format.open_memmap(part, "r+")
    for number in range(start, min(start + PART, len(array))):
        yield number, array[number]


def _decode(part: Path, start: int, cache: Path) -> None:
    packed = Pictures(cache).pixels
    for row, slot in _slots(part, start):
        slot[:] = packed[row].transpose(2, 0, 1)


def _picture(pixels: NDArray[np.uint8], row: int) -> Pixels:
    return np.ascontiguousarray(pixels[row].transpose(1, 2, 0))


def _find_masks(part: Path, start: int, cache: Path, decoded: Path) -> None:
    pictures, pixels = Pictures(cache), np.load(decoded, mmap_mode="r")
    places = pictures.source_of_chip
    for row, slot in _slots(part, start):
        slot[:] = 0
        bare = pictures.unmasked_rows[pictures.photograph_of(row)]
        if bare == row or places is None or not np.isfinite(places[[row, bare]]).all():
            continue
        mask = mask_of(_picture(pixels, row), _picture(pixels, bare), composed(places[row], inverted(places[bare])))
        if mask is not None:
            slot[:] = np.round(mask * 255)


def _draw(part: Path, start: int, cache: Path, decoded: Path, seed: int) -> None:
    pictures, pixels = Pictures(cache), np.load(decoded, mmap_mode="r")
    rows = [r for r in pictures.rows("train") if r in set(pictures.unmasked_rows)]
    for number, slot in _slots(part, start):
        random = np.random.default_rng((seed, number))
        fabric, hidden = cover(_picture(pixels, int(random.choice(rows))), random)
        slot[:3] = fabric.transpose(2, 0, 1)
        slot[3] = hidden

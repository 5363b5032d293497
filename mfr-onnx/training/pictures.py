"""Aligned pictures of people: folders on the disk, and one memory-mapped file of their pixels that the training reads.

A folder has one folder for each person: DIR/NAME/STEM.jpg (or .png), 150x150 pixels each. Several folders belong together by
NAME/STEM: the unmasked picture, and the same photograph with different masks.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 150
SUFFIXES = {".jpg", ".jpeg", ".png"}
UNMASKED = "unmasked"
FOREIGN = "foreign"

Pixels = NDArray[np.uint8]
"""[150, 150, 3], RGB."""


@dataclass(frozen=True)
class Entry:
    """One picture: whose, of which photograph, and in which guise (unmasked, foreign, masked-0, masked-1, ...)."""

    person: str
    photograph: str
    guise: str
    split: str
    """train, held-out (people kept away for decisions) or foreign (people kept away because another tool masked them)."""


def read_picture(file: Path) -> Pixels:
    """Reads an aligned picture; says which file is broken or has another size."""
    decoded = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ValueError(f"{file} is not a picture that OpenCV reads; remove it or write it again")
    if decoded.shape != (SIDE, SIDE, 3):
        raise ValueError(f"{file} has {decoded.shape[1]}x{decoded.shape[0]} pixels; aligned pictures have {SIDE}x{SIDE}")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def files_of(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Person, photograph and file of each picture, in alphabetical order."""
    for person in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(person.iterdir()):
            if file.suffix.lower() in SUFFIXES:
                yield person.name, file.stem, file


class Pictures:
    """The pixels and the list of them in a cache folder; the pixels stay on the disk until they are read."""

    def __init__(self, cache: Path) -> None:
        with (cache / "index.csv").open(newline="") as file:
            self.entries = [Entry(**row) for row in csv.DictReader(file)]
        self.pixels: NDArray[np.uint8] = np.load(cache / "pixels.npy", mmap_mode="r")
        teacher: NDArray[np.float32] = np.load(cache / "teacher.npy")
        self.teacher = teacher
        """[photographs, 2, 128]: the teacher on each unmasked picture and on its mirror image."""
        self.unmasked_rows = [i for i, e in enumerate(self.entries) if e.guise == UNMASKED]
        self.photographs = {(self.entries[r].person, self.entries[r].photograph): i for i, r in enumerate(self.unmasked_rows)}

    def rows(self, split: str, guise: str | None = None) -> list[int]:
        """Rows of a split; of one guise, or of all."""
        return [i for i, e in enumerate(self.entries) if e.split == split and guise in (None, e.guise)]

    def photograph_of(self, row: int) -> int:
        """The number of the row's photograph, an index into teacher."""
        entry = self.entries[row]
        return self.photographs[entry.person, entry.photograph]


def write_cache(
    unmasked: Path, masked: list[Path], foreign: Path | None, held_out: float, seed: int, cache: Path
) -> list[Entry]:
    """Decodes all pictures into CACHE/pixels.npy and lists them in CACHE/index.csv.

    Masked pictures without an unmasked one of the same photograph are left out: there is nothing to learn them from.
    """
    found: list[tuple[Entry, Path]] = []
    own = list(files_of(unmasked))
    photographs = {(person, photograph) for person, photograph, _ in own}
    others = list(files_of(foreign)) if foreign else []
    foreigners = {person for person, _, _ in others}
    rest = sorted({person for person, _ in photographs} - foreigners)
    random.Random(seed).shuffle(rest)
    kept_away = set(rest[: round(held_out * len(rest))])

    def add(person: str, photograph: str, guise: str, file: Path) -> None:
        if (person, photograph) in photographs:
            split = "foreign" if person in foreigners else "held-out" if person in kept_away else "train"
            found.append((Entry(person, photograph, guise, split), file))

    for person, photograph, file in own:
        add(person, photograph, UNMASKED, file)
    for number, folder in enumerate(masked):
        for person, photograph, file in files_of(folder):
            add(person, photograph, f"masked-{number}", file)
    for person, photograph, file in others:
        add(person, photograph, FOREIGN, file)
    cache.mkdir(parents=True, exist_ok=True)
    pixels = np.lib.format.open_memmap(cache / "pixels.npy", "w+", np.uint8, (len(found), SIDE, SIDE, 3))
    for row, (_, file) in enumerate(found):
        pixels[row] = read_picture(file)
    pixels.flush()
    entries = [entry for entry, _ in found]
    with (cache / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["person", "photograph", "guise", "split"])
        writer.writeheader()
        writer.writerows(vars(entry) for entry in entries)
    return entries

"""Aligned pictures of people: folders on the disk, and one memory-mapped file that the training reads.

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


def read_picture(file: Path, side: int = SIDE) -> Pixels:
    """Reads a picture of this side; says which file is broken or has another size."""
    decoded = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ValueError(f"{file} is not a picture that OpenCV reads; remove it or write it again")
    if decoded.shape != (side, side, 3):
        raise ValueError(f"{file} has {decoded.shape[1]}x{decoded.shape[0]} pixels; here pictures have {side}x{side}")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def files_of(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Person, photograph and file of each picture, in alphabetical order."""
    for person in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(person.iterdir()):
            if file.suffix.lower() in SUFFIXES:
                yield person.name, file.stem, file


class Packed:
    """Many pictures in one memory-mapped file; indexed like an array of their pixels."""

    def __init__(self, cache: Path) -> None:
        self._bytes = np.memmap(cache / "pictures.bin", np.uint8, "r")
        self._ends: NDArray[np.int64] = np.load(cache / "ends.npy")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, rows: int | list[int] | NDArray[np.int64]) -> Pixels:
        """One picture, or an array of several."""
        if not isinstance(rows, (int, np.integer)):
            return np.stack([self[int(row)] for row in rows])
        start = self._ends[rows - 1] if rows else 0
        decoded = cv2.imdecode(np.array(self._bytes[start : self._ends[rows]]), cv2.IMREAD_COLOR)
        return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


class Pictures:
    """The pixels and the list of them in a cache folder; the pixels stay on the disk until they are read."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        with (cache / "index.csv").open(newline="") as file:
            self.entries = [Entry(**row) for row in csv.DictReader(file)]
        self.pixels = Packed(cache)
        places = cache / "places.npy"
        self.roi_of_chip: NDArray[np.float64] | None = np.load(places)[:, 1] if places.exists() else None
        """[rows, 2, 3]: the map from an aligned picture's pixels to those of the region above the mask; NaN where unknown."""
        self.source_of_chip: NDArray[np.float64] | None = np.load(places)[:, 0] if places.exists() else None
        """[rows, 2, 3]: the map from an aligned picture's pixels to those of its photograph; NaN where unknown."""
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
    unmasked: Path, masked: list[Path], foreign: Path | None, held_out: float, seed: int, quality: int, cache: Path
) -> list[Entry]:
    """Gathers all pictures in CACHE/pictures.bin, as WebP, and lists them in CACHE/index.csv.

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
    ends = np.empty(len(found), np.int64)
    with (cache / "pictures.bin").open("wb") as blob:
        for row, (_, file) in enumerate(found):
            blob.write(_encoded(file, quality))
            ends[row] = blob.tell()
    np.save(cache / "ends.npy", ends)
    write_places(found, cache / "places.npy")
    entries = [entry for entry, _ in found]
    with (cache / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["person", "photograph", "guise", "split"])
        writer.writeheader()
        writer.writerows(vars(entry) for entry in entries)
    return entries


def _encoded(file: Path, quality: int) -> bytes:
    _, encoded = cv2.imencode(".webp", cv2.cvtColor(read_picture(file), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, quality])
    return encoded.tobytes()


def write_places(found: list[tuple[Entry, Path]], file: Path) -> None:
    """Gathers what `mfr crop --places FOLDER.csv` wrote beside each FOLDER of aligned pictures; nothing when there is none."""
    listed: dict[Path, dict[tuple[str, str, str], NDArray[np.float64]]] = {}
    for folder in {path.parent.parent for _, path in found}:
        table = folder.with_name(folder.name + ".csv")
        if table.exists():
            with table.open(newline="") as text:
                listed[folder] = {
                    (row["person"], row["picture"], row["view"]): np.array([[float(row[c]) for c in cs] for cs in ("abc", "def")])
                    for row in csv.DictReader(text)
                }
    if not listed:
        return
    places = np.full((len(found), 2, 2, 3), np.nan)
    for row, (entry, path) in enumerate(found):
        own = listed.get(path.parent.parent, {})
        chip, roi = (own.get((entry.person, entry.photograph, name)) for name in ("chip", "roi"))
        if chip is not None:
            places[row, 0] = chip
            if roi is not None:
                places[row, 1] = composed(chip, inverted(roi))
    np.save(file, places)


def composed(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """The affine map that applies the first, then the second; each [2, 3]."""
    return second[:, :2] @ first + np.concatenate([np.zeros((2, 2)), second[:, 2:]], 1)


def inverted(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of an affine map."""
    back = np.linalg.inv(matrix[:, :2])
    return np.concatenate([back, -back @ matrix[:, 2:]], 1)

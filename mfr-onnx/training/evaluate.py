"""The final figures of one or more networks, from pictures of people who were not trained on.

A network for aligned faces takes folders of `mfr crop --view chip`; one for the region above the mask takes folders of `--view roi`.
Every figure is of the ONNX files themselves, in fp32. A picture that has no aligned face counts as an error where a decision is
counted, and is left out where similarities are averaged; the share that is missing is printed.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from measures import accept_rate, fold_accuracy, nearest_is_right, unit
from pictures import FOREIGN, SIDE, UNMASKED, Pictures, Pixels, files_of, read_picture
from views import VIEWS

Embeddings = dict[tuple[str, str], NDArray[np.float32]]
"""By person and photograph."""


class Network:
    """An ONNX file; answers are kept, so every picture goes through once, plain and mirrored."""

    def __init__(self, file: Path, threads: int, plain: bool) -> None:
        self._plain = plain
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        # Without it 8-bit sums overflow on processors that have no VNNI.
        settings.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])
        side = self._session.get_inputs()[0].shape[2]
        self._view = next((view for view in VIEWS.values() if view.side == side and view.name != "chip"), None)
        """None: dlib's network, which takes the aligned face as it is."""

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """[N, 2, 128]: plain and mirrored, of pictures as the network sees them."""
        answers = np.empty((len(pixels), 2, 128), np.float32)
        for start in range(0, len(pixels), 32):
            batch = pixels[start : start + 32].transpose(0, 3, 1, 2).astype(np.float32)
            if self._view:
                batch = batch / 127.5 - 1
            answers[start : start + 32, 0] = self._session.run(["embedding"], {"input": batch})[0]
            if self._plain:
                continue
            mirrored = np.ascontiguousarray(batch[..., ::-1])
            answers[start : start + 32, 1] = self._session.run(["embedding"], {"input": mirrored})[0]
        return answers

    def folder(self, folder: Path) -> Embeddings:
        """All pictures below the folder: aligned faces, or regions for a network that sees those."""
        listed = list(files_of(folder))
        answers = self.embed(np.stack([self._read(file) for _, _, file in listed]))
        return {(person, photograph): answer for (person, photograph, _), answer in zip(listed, answers, strict=True)}

    def _read(self, file: Path) -> Pixels:
        if self._view is None:
            return read_picture(file)
        if self._view.name == "periocular":
            return read_picture(file, self._view.side)
        return self._view.show(read_picture(file, SIDE), self._view.place(None, 0))

    def rows(self, cache: Pictures, rows: list[int]) -> NDArray[np.float32]:
        """Of aligned pictures in the cache; where one has no region, of what lies in the region's usual place: nothing."""
        if self._view is None:
            return self.embed(cache.pixels[rows])
        shown = [self._view.show(cache.pixels[r], np.nan_to_num(self._view.place(cache, r))) for r in rows]
        return self.embed(np.stack(shown))


def view(vector: NDArray[np.float32], mirrored: bool) -> NDArray[np.float32]:
    """The mean of plain and mirrored embedding, or the plain one."""
    return vector.mean(-2) if mirrored else vector[..., 0, :]


def read_pairs(file: Path) -> list[tuple[tuple[str, str], tuple[str, str], bool, int]]:
    """LFW's pairs.txt: two photographs, whether of one person, and the fold."""
    lines = file.read_text().splitlines()
    each = int(lines[0].split()[1])
    pairs = []
    for number, line in enumerate(lines[1:]):
        parts = line.split()
        if len(parts) == 3:
            left, right, same = (parts[0], parts[1]), (parts[0], parts[2]), True
        else:
            left, right, same = (parts[0], parts[1]), (parts[2], parts[3]), False
        (a, i), (b, j) = left, right
        pairs.append(((a, f"{a}_{int(i):04d}"), (b, f"{b}_{int(j):04d}"), same, number // (2 * each)))
    return pairs


def verification(
    first: Embeddings, second: Embeddings, file: Path, mean: NDArray[np.float32] | float, mirrored: bool
) -> dict[str, float]:
    """Pairs with a missing picture get the lowest similarity: they are never accepted."""
    pairs = read_pairs(file)
    similarities = np.full(len(pairs), -1.0, np.float32)
    missing = 0
    for i, (left, right, _, _) in enumerate(pairs):
        if left in first and right in second:
            a, b = unit(view(first[left], mirrored) - mean), unit(view(second[right], mirrored) - mean)
            similarities[i] = a @ b
        else:
            missing += 1
    same = np.array([p[2] for p in pairs])
    folds = np.array([p[3] for p in pairs])
    return {
        "accuracy": fold_accuracy(similarities, same, folds),
        "accepted": accept_rate(similarities[same], similarities[~same]),
        "missing": missing / len(pairs),
    }


def distance_accuracy(first: Embeddings, second: Embeddings, file: Path, mirrored: bool) -> float:
    """Pairs judged rightly by dlib's own rule: one person when the embeddings are nearer than 0.6."""
    right = []
    for left, other, same, _ in read_pairs(file):
        near = left in first and other in second and (
            np.linalg.norm(view(first[left], mirrored) - view(second[other], mirrored)) < 0.6
        )
        right.append(bool(near) == same)
    return float(np.mean(right))


def linear_head(
    features: NDArray[np.float32], labels: NDArray[np.int64], classes: int, seed: int, epochs: int = 100
) -> tuple[torch.Tensor, torch.Tensor]:
    """Softmax regression by SGD with momentum; rate 0.1 falling to nothing, weight decay 1e-4, batches of 32."""
    random = torch.Generator().manual_seed(seed)
    inputs, wanted = torch.from_numpy(features).float(), torch.from_numpy(labels)
    weights, bias = torch.zeros(features.shape[1], classes), torch.zeros(classes)
    speeds = torch.zeros_like(weights), torch.zeros_like(bias)
    parts = (len(labels) + 31) // 32
    for epoch in range(epochs):
        rate = 0.05 * (1 + np.cos(np.pi * epoch / epochs))
        for chosen in torch.randperm(len(labels), generator=random).tensor_split(parts):
            gradient = torch.softmax(inputs[chosen] @ weights + bias, 1)
            gradient[torch.arange(len(chosen)), wanted[chosen]] -= 1
            gradient /= len(chosen)
            speeds[0].mul_(0.9).sub_(rate * (inputs[chosen].T @ gradient + 1e-4 * weights))
            speeds[1].mul_(0.9).sub_(rate * gradient.sum(0))
            weights += speeds[0]
            bias += speeds[1]
    return weights, bias


def closed_set(guises: list[Embeddings], trained: list[int], tested: list[int], seed: int, mirrored: bool) -> dict[int, float]:
    """Five photographs of each person to test, a linear head on the others; a test photograph without a face is an error."""
    photographs = sorted(guises[0])
    people = sorted({person for person, _ in photographs})
    number = {person: i for i, person in enumerate(people)}
    random = np.random.default_rng(seed)
    test = {
        own[i]
        for own in ([p for p in photographs if p[0] == person] for person in people)
        for i in random.permutation(len(own))[:5]
    }
    rows = [(guises[g][p], number[p[0]]) for g in trained for p in photographs if p not in test and p in guises[g]]
    features = view(np.stack([r[0] for r in rows]), mirrored)
    mean = features.mean(0)
    scale = np.sqrt(32 / np.square(features - mean).sum(1).mean())
    weights, bias = linear_head((features - mean) * scale, np.array([r[1] for r in rows]), len(people), seed)
    rates = {}
    for g in tested:
        present = [p for p in test if p in guises[g]]
        probes = torch.from_numpy((view(np.stack([guises[g][p] for p in present]), mirrored) - mean) * scale).float()
        named = (probes @ weights + bias).argmax(1).numpy()
        rates[g] = float((named == np.array([number[p[0]] for p in present])).sum() / len(test))
    return rates


def real_figures(
    pictures: Embeddings, labels: Path, mean: NDArray[np.float32], mirrored: bool
) -> dict[str, dict[str, float]]:
    """Each picture against all other unmasked pictures: is the most similar one the same person's?"""
    with labels.open(newline="") as text:
        listed = [(row["person"], Path(row["file"]).stem, row["mask"]) for row in csv.DictReader(text)]
    found = [(person, stem, mask) for person, stem, mask in listed if (person, stem) in pictures]
    vectors = unit(view(np.stack([pictures[person, stem] for person, stem, _ in found]), mirrored) - mean)
    people = np.array([person for person, _, _ in found])
    unmasked = np.array([mask == "unmasked" for _, _, mask in found])
    similarity = vectors @ vectors[unmasked].T
    similarity[np.flatnonzero(unmasked), np.arange(unmasked.sum())] = -2
    right = people[unmasked][similarity.argmax(1)] == people
    figures = {}
    for kind, chosen in (("unmasked", unmasked), ("masked", ~unmasked)):
        total = sum(mask == kind for _, _, mask in listed)
        figures[f"real, {kind} probe"] = {
            "first, every picture counted": float(right[chosen].sum() / total),
            "first, of those found": float(right[chosen].mean()),
            "found": int(chosen.sum()),
            "listed": total,
        }
    return figures


def foreign_figures(
    cache: Pictures, foreign: NDArray[np.float32], unmasked: NDArray[np.float32], mean: NDArray[np.float32], mirrored: bool
) -> dict[str, float]:
    """Pictures masked by another tool against the unmasked ones of all people of whom there are such pictures."""
    foreign_rows, unmasked_rows = cache.rows("foreign", FOREIGN), cache.rows("foreign", UNMASKED)
    foreign_photographs = np.array([cache.photograph_of(r) for r in foreign_rows])
    unmasked_photographs = np.array([cache.photograph_of(r) for r in unmasked_rows])
    foreign_people = np.array([cache.entries[r].person for r in foreign_rows])
    unmasked_people = np.array([cache.entries[r].person for r in unmasked_rows])
    probes, gallery = unit(view(foreign, mirrored) - mean), unit(view(unmasked, mirrored) - mean)
    originals = np.isin(unmasked_photographs, foreign_photographs)
    same = foreign_people[:, None] == unmasked_people[None]
    itself = foreign_photographs[:, None] == unmasked_photographs[None]
    similarity = probes @ gallery.T
    return {
        "first among the originals": nearest_is_right(probes, foreign_people, gallery[originals], unmasked_people[originals]),
        "similarity to the original": float(similarity[itself].mean()),
        "accepted, other photographs": accept_rate(similarity[same & ~itself], similarity[~same]),
        "probes": len(foreign_rows),
        "pairs with other photographs": int((same & ~itself).sum()),
    }


def pair_figures(
    unmasked: Embeddings, masked: Embeddings, protocol: Path, mean: NDArray[np.float32], mirrored: bool
) -> dict[str, object]:
    """Both unmasked, the second masked, both masked."""
    figures: dict[str, object] = {}
    for name, first, second in (("U-U", unmasked, unmasked), ("U-M", unmasked, masked), ("M-M", masked, masked)):
        figures[f"pairs {name}, centred"] = verification(first, second, protocol, mean, mirrored)
        figures[f"pairs {name}, not centred"] = verification(first, second, protocol, 0.0, mirrored)
        figures[f"pairs {name}, nearer than 0.6"] = distance_accuracy(first, second, protocol, mirrored)
    return figures


def people_figures(guises: list[Embeddings], mirrored: bool) -> dict[str, object]:
    """Without and with two masked variants in training; tested on the unmasked pictures and on the last two variants."""
    figures: dict[str, object] = {}
    for variants in (0, 2):
        runs = [closed_set(guises, list(range(variants + 1)), [0, 3, 4], seed, mirrored) for seed in range(3)]
        figures[f"people, {variants} masked in training"] = {
            "unmasked": float(np.mean([run[0] for run in runs])),
            "masked": float(np.mean([(run[3] + run[4]) / 2 for run in runs])),
            "masked, each seed": [(run[3] + run[4]) / 2 for run in runs],
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="what prepare.py wrote: for the mean and the foreign masks")
    parser.add_argument("--pairs", type=Path, help="folder with unmasked/ and masked-1/ of LFW's pairs, aligned")
    parser.add_argument("--protocol", type=Path, help="LFW's pairs.txt")
    parser.add_argument("--people", type=Path, help="folder with unmasked/ and masked-1/, -2/, -4/, -5/ of people, aligned")
    parser.add_argument("--real", type=Path, help="folder of really masked and unmasked pictures, aligned")
    parser.add_argument("--labels", type=Path, help="their CSV: person, file, mask (masked or unmasked)")
    parser.add_argument("--plain", action="store_true", help="leave out the mirrored pictures: half the time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("networks", type=Path, nargs="+")
    options = parser.parse_args()
    cache = Pictures(options.cache)
    # The mean that embeddings are centred by: of 1500 unmasked training pictures, by the network itself.
    sample = np.sort(np.random.default_rng(0).permutation(cache.rows("train", UNMASKED))[:1500])
    for file in options.networks:
        network = Network(file, options.threads, options.plain)
        means = network.rows(cache, sample.tolist()).mean(0)
        pairs = [network.folder(options.pairs / g) for g in ("unmasked", "masked-1")] if options.pairs else None
        guises = ("unmasked", "masked-1", "masked-2", "masked-4", "masked-5")
        people = [network.folder(options.people / g) for g in guises] if options.people else None
        real = network.folder(options.real) if options.real else None
        foreign = network.rows(cache, cache.rows("foreign", FOREIGN))
        unmasked = network.rows(cache, cache.rows("foreign", UNMASKED))
        figures: dict[str, object] = {"network": file.name}
        for mirrored in (False,) if options.plain else (False, True):
            mean = view(means, mirrored)
            lines: dict[str, object] = {}
            if pairs:
                lines |= pair_figures(pairs[0], pairs[1], options.protocol, mean, mirrored)
            if people:
                lines |= people_figures(people, mirrored)
            if real:
                lines |= real_figures(real, options.labels, mean, mirrored)
            lines["foreign masks"] = foreign_figures(cache, foreign, unmasked, mean, mirrored)
            figures["mirrored too" if mirrored else "plain"] = lines
        print(json.dumps(figures, indent=1), flush=True)


if __name__ == "__main__":
    main()

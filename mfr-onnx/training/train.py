"""Fine-tunes dlib's network so that a masked face gets the embedding that the original network gives the same photograph unmasked.

Starts, or goes on where the last checkpoint in --checkpoints was written. The learning rate falls to nothing over --samples, so the
run has a fixed length; --start begins a new run with the averaged weights of another one.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from augment import chance, covered, photographed, reshaped, transform, warp
from measures import accept_rate, nearest_is_right, unit
from network import OnnxNetwork
from pictures import FOREIGN, UNMASKED, Pictures

LAST = "last.pt"
SHARE_UNMASKED = 0.30
SHARE_COVERED = 0.22
"""Of the rest: unmasked pictures with a random cover; what remains are masked pictures."""
COVERED_OF_INVENTED = 0.75
COSINE_SCALE = 16.0
OWN_SHARE = 0.6
"""Of the contrastive target; the rest goes to the other photographs of the person, where there are any."""


@dataclass
class Batch:
    pictures: Tensor
    """[N, 150, 150, 3] bytes; the last ones are invented faces."""
    photographs: Tensor
    """[N - invented] indices of the photograph that each shows."""
    masked: Tensor
    """[N - invented] whether half of the face is covered."""
    invented: Tensor
    """[invented, 150, 150, 3] what the teacher shall see: the same invented faces with nothing on them."""


class Batches(Dataset[Batch]):
    """Batch k depends on the seed and on k alone, so a resumed run sees what an uninterrupted one would have seen."""

    def __init__(self, pictures: Pictures, size: int, invented: float, reshape: float, seed: int) -> None:
        self._pixels = pictures.pixels
        self._size = size
        self._invented = round(size * invented)
        self._reshape = reshape
        self._seed = seed
        self._guises: dict[int, list[int]] = {}
        for row in pictures.rows("train"):
            self._guises.setdefault(pictures.photograph_of(row), []).append(row)
        self._unmasked = {p: pictures.unmasked_rows[p] for p in self._guises}
        self._photographs = sorted(self._guises)

    def __getitem__(self, number: int) -> Batch:
        random = np.random.default_rng((self._seed, number))
        cv2.setNumThreads(1)
        plain = self._size - self._invented
        chosen = random.choice(self._photographs, plain, replace=False)
        shown = [self._show(int(p), random) for p in chosen]
        invented = [self._invent(random) for _ in range(self._invented)]
        return Batch(
            torch.from_numpy(np.stack([s[0] for s in shown] + [i[0] for i in invented])),
            torch.from_numpy(chosen),
            torch.tensor([s[1] for s in shown]),
            torch.from_numpy(np.stack([i[1] for i in invented])),
        )

    def _any(self, random: np.random.Generator) -> np.ndarray:
        return self._pixels[self._unmasked[int(random.choice(self._photographs))]]

    def _show(self, photograph: int, random: np.random.Generator) -> tuple[np.ndarray, bool]:
        unmasked = self._unmasked[photograph]
        masked = [r for r in self._guises[photograph] if r != unmasked]
        kind = random.random()
        if kind < SHARE_UNMASKED:
            picture, cover, strength = self._pixels[unmasked], False, 0.5 if chance(random, 0.7) else 1.0
        elif kind < SHARE_UNMASKED + SHARE_COVERED or not masked:
            picture, cover, strength = self._pixels[unmasked], True, 0.8
        else:
            picture, cover, strength = self._pixels[int(random.choice(masked))], chance(random, 0.12), 0.8
        if chance(random, 0.5):
            picture = picture[:, ::-1]
        picture = warp(np.ascontiguousarray(picture), transform(random)) if chance(random, 0.8) else picture.copy()
        if cover:
            picture = covered(picture, self._any(random), random)
        return photographed(picture, random, strength), kind >= SHARE_UNMASKED

    def _invent(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A face that is nobody's: the teacher's answer for it is one more person than there are in the pictures."""
        face, second = self._any(random), self._any(random)
        if chance(random, 0.5):
            face = face[:, ::-1]
        if self._reshape == 0 or chance(random, 0.6):
            share = random.uniform(0.25, 0.75)
            face = (face * share + second * (1 - share)).astype(np.uint8)
        if self._reshape > 0:
            face = reshaped(face, random.uniform(0, self._reshape), random)
        face = warp(np.ascontiguousarray(face), transform(random))
        student = covered(face, self._any(random), random) if chance(random, COVERED_OF_INVENTED) else face
        return photographed(student, random, 0.7), face


def as_input(pictures: Tensor) -> Tensor:
    """Bytes as the network wants them; no copy beyond the conversion, and channels stay last in memory."""
    return pictures.float().permute(0, 3, 1, 2)


def embed(network: OnnxNetwork, pictures: np.ndarray, mirrored: bool = False) -> np.ndarray:
    """Embeddings of many pictures, with bf16 arithmetic; good enough for the log."""
    answers = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(pictures), 64):
            batch = torch.from_numpy(np.ascontiguousarray(pictures[start : start + 64]))
            answers.append(network(as_input(batch.flip(2) if mirrored else batch)).float())
    return torch.cat(answers).numpy()


class HeldOut:
    """People who are not trained on: do their masked pictures match their other photographs?"""

    def __init__(self, pictures: Pictures, mean: np.ndarray) -> None:
        self._mean = mean
        entries = pictures.entries
        away = pictures.rows("held-out", UNMASKED) + pictures.rows("foreign", UNMASKED)
        masked = pictures.rows("held-out", "masked-0") + pictures.rows("foreign", "masked-0")
        foreign = pictures.rows("foreign", FOREIGN)
        self._rows = {"unmasked": away, "masked": masked, "foreign": foreign}
        self._pixels = {kind: pictures.pixels[rows] for kind, rows in self._rows.items()}
        self._people = {kind: np.array([entries[r].person for r in rows]) for kind, rows in self._rows.items()}
        self._photographs = {kind: np.array([pictures.photograph_of(r) for r in rows]) for kind, rows in self._rows.items()}
        self._teacher = unit(pictures.teacher[self._photographs["unmasked"]].mean(1) - mean)
        self._own = np.isin(self._photographs["unmasked"], self._photographs["foreign"])

    def figures(self, network: OnnxNetwork) -> dict[str, float]:
        found = {kind: unit(embed(network, pixels) - self._mean) for kind, pixels in self._pixels.items()}
        figures = {"unmasked-cosine": float((found["unmasked"] * self._teacher).sum(1).mean())}
        at = {p: i for i, p in enumerate(self._photographs["unmasked"])}
        for kind in ("masked", "foreign"):
            own = self._teacher[[at[p] for p in self._photographs[kind]]]
            figures[f"{kind}-cosine"] = float((found[kind] * own).sum(1).mean())
        for kind in ("unmasked", "masked", "foreign"):
            similarity = found[kind] @ found["unmasked"].T
            same = self._people[kind][:, None] == self._people["unmasked"][None]
            self_pair = self._photographs[kind][:, None] == self._photographs["unmasked"][None]
            figures[f"{kind}-accepted"] = accept_rate(similarity[same & ~self_pair], similarity[~same])
            figures[f"{kind}-accepted-1e-3"] = accept_rate(similarity[same & ~self_pair], similarity[~same], 1e-3)
        gallery, names = found["unmasked"][self._own], self._people["unmasked"][self._own]
        figures["foreign-first"] = nearest_is_right(found["foreign"], self._people["foreign"], gallery, names)
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--teacher", type=Path, required=True, help="dlib-face-recognition-resnet.onnx")
    parser.add_argument("--checkpoints", type=Path, required=True, help="folder of this run; resumed when it has a checkpoint")
    parser.add_argument("--start", type=Path, help="checkpoint whose averaged weights a new run starts with; else the teacher's")
    parser.add_argument("--start-share", type=float, default=1.0, help="below 1: that much of the way from the teacher to --start")
    parser.add_argument("--invented", type=float, default=0.125, help="share of the batch that is invented faces")
    parser.add_argument("--reshape", type=float, default=0.0, help="their features are moved by about up to so many pixels")
    parser.add_argument("--samples", type=int, default=160_000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate")
    parser.add_argument("--warm-up", type=int, default=50, help="steps until it is reached")
    parser.add_argument("--contrast", type=float, default=0.2, help="weight of the contrastive term")
    parser.add_argument("--average", type=float, default=0.995, help="decay of the weights' moving average")
    parser.add_argument("--every", type=int, default=50, help="steps between checkpoints and held-out figures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pictures = Pictures(options.cache)
    targets = torch.from_numpy(pictures.teacher.mean(1))
    trained = torch.tensor(sorted({pictures.photograph_of(r) for r in pictures.rows("train")}))
    mean = targets[trained].mean(0)
    spread = (targets[trained] - mean).square().sum(1).mean()
    bank = F.normalize(targets[trained] - mean, dim=1)
    place = torch.full((len(targets),), -1)
    place[trained] = torch.arange(len(trained))
    names = np.array([pictures.entries[pictures.unmasked_rows[int(p)]].person for p in trained])
    numbers = torch.from_numpy(np.unique(names, return_inverse=True)[1])
    held_out = HeldOut(pictures, mean.numpy())

    teacher = OnnxNetwork.read(options.teacher).to(memory_format=torch.channels_last).eval()
    student = OnnxNetwork.read(options.teacher)
    if options.start:
        begun = torch.load(options.start)["average"]
        with torch.no_grad():
            for name, weight in student.state_dict().items():
                weight.lerp_(begun[name], options.start_share)
    student = student.to(memory_format=torch.channels_last)
    # The first convolution sees edges and colours, with and without a mask: it stays, and a third of the time is saved.
    for name in list(student.weights)[:2]:
        student.weights[name].requires_grad_(False)
    average = OnnxNetwork.read(options.teacher).to(memory_format=torch.channels_last).eval()
    average.load_state_dict(student.state_dict())
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=1e-3)
    steps = options.samples // options.batch

    def schedule(step: int) -> float:
        return min(1.0, (step + 1) / options.warm_up) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))

    first = 0
    options.checkpoints.mkdir(parents=True, exist_ok=True)
    last = options.checkpoints / LAST
    log = options.checkpoints / "log.jsonl"
    if last.exists():
        saved = torch.load(last)
        student.load_state_dict(saved["student"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        first = saved["step"]
        print(f"goes on at step {first} of {steps}")
    batches = DataLoader(
        Batches(pictures, options.batch, options.invented, options.reshape, options.seed),
        batch_size=None, sampler=range(first, steps), num_workers=1, prefetch_factor=4,
    )
    sums, count, began = torch.zeros(3), 0, time.monotonic()
    for step, batch in enumerate(batches, first):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * schedule(step)
        plain = len(batch.photographs)
        with torch.autocast("cpu", torch.bfloat16):
            answers = student(as_input(batch.pictures)).float()
            with torch.no_grad():
                invented = as_input(batch.invented)
                answered = (teacher(invented).float() + teacher(invented.flip(3)).float()) / 2
        wanted = torch.cat([targets[batch.photographs], answered])
        distances = (answers - wanted).square().sum(1) / spread
        covered_answers, own = answers[:plain][batch.masked], place[batch.photographs[batch.masked]]
        chances = F.log_softmax(COSINE_SCALE * F.normalize(covered_answers - mean, dim=1) @ bank.T, dim=1)
        others = (numbers[own][:, None] == numbers[None]).float().scatter(1, own[:, None], 0.0)
        several = others.sum(1, keepdim=True)
        share = torch.where(several > 0, (1 - OWN_SHARE) / several.clamp(min=1), 0.0) * others
        share.scatter_(1, own[:, None], torch.where(several > 0, OWN_SHARE, 1.0))
        contrast = -(chances * share).sum(1).mean()
        loss = distances.mean() + options.contrast * contrast
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        with torch.no_grad():
            decay = min(options.average, (step + 1) / (step + 10))
            for kept, new in zip(average.parameters(), student.parameters(), strict=True):
                kept.lerp_(new, 1 - decay)
            clear = ~batch.masked
            sums += torch.stack([distances[:plain][batch.masked].mean(), distances[:plain][clear].mean(), contrast])
            count += 1
        if (step + 1) % options.every == 0 or step + 1 == steps:
            torch.save(
                {"student": student.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1},
                last.with_suffix(".part"),
            )
            last.with_suffix(".part").replace(last)
            pace = count * options.batch / (time.monotonic() - began)
            masked_distance, unmasked_distance, contrast_mean = (sums / count).tolist()
            line = {
                "step": step + 1, "of": steps, "rate": options.rate * schedule(step), "samples/s": pace, "masked-distance": masked_distance,
                "unmasked-distance": unmasked_distance, "contrast": contrast_mean,
            } | held_out.figures(average)
            text = json.dumps({k: round(v, 5) for k, v in line.items()})
            print(text, flush=True)
            with log.open("a") as file:
                file.write(text + "\n")
            sums, count, began = torch.zeros(3), 0, time.monotonic()


if __name__ == "__main__":
    main()

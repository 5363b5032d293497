"""Trains a network of this library by distillation from dlib's face recognition network: minutes on a GPU, or days beside other work.

A ResNet-50 learns to give the teacher's embedding of the unmasked face, for the whole face or the region above the mask; or the teacher
itself learns to give it when the face is masked.

The first call of a run names its inputs; they are kept in RUN/options.json, so `distil.py --run RUN` resumes. A file RUN/stop, SIGTERM or
SIGINT saves and ends; a kill at any time loses what came after the last checkpoint. The learning rate stays as it is until the last part of
--samples or of --minutes, in which it falls to nothing along a cosine; --finish ends a run earlier, in a folder of its own, so the run itself can go on.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import math
import os
import signal
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from batches import Batches
from measures import accept_rate, nearest_is_right, unit
from network import OnnxNetwork
from pictures import FOREIGN, UNMASKED, Pictures
from resnet import ResNet50, read
from stock import stock
from views import VIEWS, View

LAST = "last.pt"
BEST = "best.pt"
COSINE_SCALE = 16.0
CONTRAST = 0.25
"""Weight of the contrastive term."""
OTHERS_SHARE = 0.3
"""Of the contrastive target of a photograph: the person's other photographs, where there are any."""
PERSON_SHARE = 0.25
"""Of the embedding asked of a photograph: the mean of all photographs of the person, where there are several."""
CALIBRATION = 256
"""Pictures from which a network that is read gets its normalisation."""
CALIBRATION_BATCH = 10**9
"""The number of their first batch; none that is trained on."""
RAW = 0.5
"""Weight of the plain distance where the network is the teacher itself: its embedding keeps its length and its mean."""
PAUSE = 60.0
"""Seconds; a step that takes longer was paused, and the log's hours leave the rest out."""


class Pace:
    """One or two threads, whichever takes fewer seconds a step: beside busy neighbours the second one only waits."""

    def __init__(self, threads: int, every: int = 60, steps: int = 3) -> None:
        self._choices = list(range(1, threads + 1))
        self._every = every
        self._steps = steps
        self._count = 0
        self._seconds: dict[int, float] = {}
        self.threads = threads
        torch.set_num_threads(threads)

    def step(self, seconds: float) -> None:
        """Told after each step; chooses the threads of the next one."""
        trial, place = divmod(self._count, self._steps + 1)
        if trial < len(self._choices) and place > 0:
            self._seconds[self.threads] = min(seconds, self._seconds.get(self.threads, math.inf))
        self._count = (self._count + 1) % self._every
        if self._count == 0:
            self._seconds = {}
        trial = self._count // (self._steps + 1)
        self._use(self._choices[trial] if trial < len(self._choices) else min(self._seconds, key=lambda n: self._seconds[n]))

    def _use(self, threads: int) -> None:
        if threads != self.threads:
            self.threads = threads
            torch.set_num_threads(threads)


class HeldOut:
    """People who are not trained on: do their masked pictures match their other photographs?"""

    def __init__(self, pictures: Pictures, view: View, targets: Tensor, device: str) -> None:
        self._device = device
        entries = pictures.entries
        chosen = {
            UNMASKED: pictures.rows("held-out", UNMASKED) + pictures.rows("foreign", UNMASKED),
            "masked": pictures.rows("held-out", "masked-0") + pictures.rows("foreign", "masked-0"),
            FOREIGN: pictures.rows("foreign", FOREIGN),
        }
        rows = {kind: [r for r in found if view.known(pictures, r)] for kind, found in chosen.items()}
        self._pixels = {
            kind: np.stack([view.show(pictures.pixels[r], view.place(pictures, r)) for r in found]) for kind, found in rows.items() if found
        }
        self._people = {kind: np.array([entries[r].person for r in found]) for kind, found in rows.items()}
        self._photographs = {kind: np.array([pictures.photograph_of(r) for r in found]) for kind, found in rows.items()}
        self._targets = targets.cpu().numpy()
        self._own = np.isin(self._photographs[UNMASKED], self._photographs[FOREIGN])

    def figures(self, network: nn.Module, mean: Tensor) -> dict[str, float]:
        """Cosines to the teacher's embedding of the unmasked photograph, and same-person pairs accepted at 1 % and 0.1 % false accepts."""
        found = {kind: unit(self._embed(network, pixels, mean)) for kind, pixels in self._pixels.items()}
        figures: dict[str, float] = {}
        for kind, embeddings in found.items():
            figures[f"{kind}-cosine"] = float((embeddings * self._targets[self._photographs[kind]]).sum(1).mean())
        for kind, other in ((UNMASKED, UNMASKED), ("masked", UNMASKED), ("masked", "masked"), (FOREIGN, UNMASKED)):
            if kind not in found:
                continue
            similarity = found[kind] @ found[other].T
            same = self._people[kind][:, None] == self._people[other][None]
            genuine = similarity[same & (self._photographs[kind][:, None] != self._photographs[other][None])]
            for rate in (1e-2, 1e-3):
                figures[f"{kind}-{other}-{rate:g}"] = accept_rate(genuine, similarity[~same], rate)
        if FOREIGN in found:
            gallery, names = found[UNMASKED][self._own], self._people[UNMASKED][self._own]
            figures["foreign-first"] = nearest_is_right(found[FOREIGN], self._people[FOREIGN], gallery, names)
        return figures

    def _embed(self, network: nn.Module, pixels: np.ndarray, mean: Tensor) -> np.ndarray:
        answers = []
        with torch.no_grad(), torch.autocast(self._device, torch.bfloat16):
            for start in range(0, len(pixels), 64):
                shown = torch.from_numpy(pixels[start : start + 64]).to(self._device).permute(0, 3, 1, 2)
                answers.append(direction(network, network(network_input(network, shown)).float(), mean).cpu())
        return torch.cat(answers).numpy()


def network_input(network: nn.Module, pictures: Tensor) -> Tensor:
    """Pictures, 0 to 255, planar, as the network wants them; channels last in memory."""
    pictures = pictures.float().contiguous(memory_format=torch.channels_last)
    return pictures / 127.5 - 1 if isinstance(network, ResNet50) else pictures


def direction(network: nn.Module, answers: Tensor, mean: Tensor) -> Tensor:
    """What is compared: a ResNet-50 answers with the centred embedding, the teacher's own graph with the embedding itself."""
    return F.normalize(answers, dim=1) if isinstance(network, ResNet50) else centred(answers, mean)


def centred(embeddings: Tensor, mean: Tensor) -> Tensor:
    """The teacher's embeddings as the student shall give them: of unit length, the mean taken away, of unit length again."""
    return F.normalize(F.normalize(embeddings, dim=-1) - mean, dim=-1)


def rate(options: argparse.Namespace, samples: int, progress: float) -> float:
    """The learning rate after so many samples, at this share of the run."""
    warm = min(1.0, (samples + options.batch) / options.warm_up)
    decayed = max(0.0, progress - (1 - options.decay)) / options.decay
    return options.rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, decayed)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of this run: options, checkpoint, log")
    parser.add_argument("--finish", type=float, metavar="SHARE", help="fall from the run's checkpoint to rate 0 now, in the last SHARE of all samples")
    inputs = parser.add_argument_group("of a new run; a resumed one knows them, and those that are given again replace what was kept")
    inputs.add_argument("--view", choices=sorted(VIEWS))
    inputs.add_argument("--cache", type=Path, help="what prepare.py wrote")
    inputs.add_argument("--teacher", type=Path, help="dlib-face-recognition-resnet.onnx")
    inputs.add_argument("--start", type=Path, help="a network, or a checkpoint of another run: its averaged weights")
    inputs.add_argument("--samples", type=int, default=3_000_000, help="length of the run")
    inputs.add_argument("--minutes", type=float, help="length of the run instead, for a machine that is lent")
    inputs.add_argument("--decay", type=float, default=0.15, help="share of them in which the rate falls to 0")
    inputs.add_argument("--batch", type=int, default=64)
    inputs.add_argument("--rate", type=float, default=6e-4)
    inputs.add_argument("--warm-up", type=int, default=20_000, help="samples until this rate is reached")
    inputs.add_argument("--average", type=float, default=0.999, help="decay of the weights' moving average")
    inputs.add_argument("--save-every", type=int, default=5_000, help="samples between checkpoints")
    inputs.add_argument("--figures-every", type=int, default=20_000, help="samples between held-out figures; a multiple of --save-every")
    inputs.add_argument("--seed", type=int, default=1)
    inputs.add_argument("--threads", type=int, default=2)
    inputs.add_argument("--covers", type=int, default=4000, help="covers that are drawn beforehand")
    inputs.add_argument("--weight-decay", type=float, default=0.05)
    inputs.add_argument("--workers", type=int, default=2, help="processes that make the stock of pictures, once")
    inputs.add_argument("--device", default="cpu")
    options = parser.parse_args()
    kept_file = options.run / "options.json"
    given = {a.split("=")[0].lstrip("-").replace("-", "_") for a in sys.argv[1:] if a.startswith("--")}
    if kept_file.exists():
        for name, value in json.loads(kept_file.read_text()).items():
            if name not in given:
                setattr(options, name, Path(value) if name in ("cache", "teacher", "start") and value else value)
    for name in ("view", "cache", "teacher", "start"):
        if getattr(options, name) is None:
            parser.error(f"--{name} is needed: {kept_file} does not exist yet")
    options.run.mkdir(parents=True, exist_ok=True)
    if options.finish is None:
        keep(options)
    return options


def keep(options: argparse.Namespace) -> None:
    """Writes the options, so that the next call needs only --run."""
    kept = {k: str(v.resolve()) if isinstance(v, Path) else v for k, v in vars(options).items() if k not in ("run", "finish")}
    (options.run / "options.json").write_text(json.dumps(kept, indent=1) + "\n")


def branch_off(options: argparse.Namespace) -> None:
    """Turns the options into those of a run that starts at the checkpoint and does nothing but end."""
    source = options.run / LAST
    if not source.exists():
        raise SystemExit(f"{source} does not exist; there is nothing to finish yet")
    saved = torch.load(source, mmap=True)
    options.samples = round(saved["samples"] / (1 - options.finish))
    options.minutes, options.decay = None, options.finish
    options.run = options.run / f"finish-{saved['samples']}"
    options.run.mkdir(exist_ok=True)
    if not (options.run / LAST).exists():
        save(options.run, saved)
    keep(options)


def is_due(samples: int, every: int, batch: int) -> bool:
    """Whether the last batch passed a multiple of so many samples."""
    return samples // every > (samples - batch) // every


def save(run: Path, state: dict[str, object], name: str = LAST) -> None:
    part = run / f"{name}.part"
    torch.save(state, part)
    part.replace(run / name)


def main() -> None:
    options = parse()
    if options.finish is not None:
        branch_off(options)
    run: Path = options.run
    lock = (run / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(f"{run} is being trained already") from None
    (run / "pgid").write_text(f"{os.getpgid(0)}\n")
    stop = run / "stop"
    stop.unlink(missing_ok=True)
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    signal.signal(signal.SIGINT, lambda number, _: asked.append(number))

    device: str = options.device
    pace = Pace(options.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    view = VIEWS[options.view]
    pictures = Pictures(options.cache)
    data = Batches(pictures, stock(pictures, options.covers, options.seed, options.workers), view, options.batch, options.seed, device)
    trained = torch.tensor(data.photographs)
    embeddings = torch.from_numpy(pictures.teacher.mean(1))
    mean = F.normalize(embeddings[trained], dim=1).mean(0)
    exact = centred(embeddings, mean)
    names = np.array([pictures.entries[pictures.unmasked_rows[int(p)]].person for p in trained])
    numbers = torch.from_numpy(np.unique(names, return_inverse=True)[1])
    held_out = HeldOut(pictures, view, exact, device)

    # What a photograph shall give: its own embedding, and a little of the person's others.
    bank = exact[trained]
    sums = torch.zeros(int(numbers.max()) + 1, bank.shape[1]).index_add(0, numbers, bank)
    targets = exact.clone()
    targets[trained] = F.normalize((1 - PERSON_SHARE) * bank + PERSON_SHARE * F.normalize(sums, dim=1)[numbers], dim=1)
    place = torch.full((len(exact),), -1)
    place[trained] = torch.arange(len(trained))
    spread = (embeddings[trained] - embeddings[trained].mean(0)).square().sum(1).mean()
    bank, targets, embeddings, numbers, place, mean = (t.to(device) for t in (bank, targets, embeddings, numbers, place, mean))

    teacher = OnnxNetwork.read(options.teacher).to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    own = view.name == "chip"
    student, average = (OnnxNetwork.read(options.teacher) if own else ResNet50() for _ in range(2))
    saved = torch.load(run / LAST, map_location="cpu") if (run / LAST).exists() else None
    if saved is not None:
        student.load_state_dict(saved["student"])
        average.load_state_dict(saved["average"])
    else:
        if options.start.suffix != ".onnx":
            student.load_state_dict(torch.load(options.start, map_location="cpu")["average"])
        elif own:
            student = OnnxNetwork.read(options.start)
        else:
            sample = torch.cat([data[CALIBRATION_BATCH + i].pictures for i in range(-(-CALIBRATION // options.batch))])
            student = read(options.start, network_input(student, sample[:CALIBRATION]).cpu())
        average.load_state_dict(student.state_dict())
    student = student.to(device, memory_format=torch.channels_last).train()
    average = average.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    matrices = [p for p in student.parameters() if p.ndim > 1]
    vectors = [p for p in student.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": options.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), fused=True)
    step, hours, best = 0, 0.0, 0.0
    if saved is not None:
        optimizer.load_state_dict(saved["optimizer"])
        step, hours, best = saved["step"], saved["hours"], saved["best"]
        del saved
    steps = options.samples // options.batch

    def progress() -> float:
        return step / steps if options.minutes is None else hours * 60 / options.minutes

    def write(text: str) -> None:
        print(text, flush=True)
        with (run / "log.jsonl").open("a") as file:
            file.write(text + "\n")

    def state() -> dict[str, object]:
        return {
            "student": student.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(), "step": step,
            "samples": step * options.batch, "hours": hours, "best": best, "mean": mean.cpu(), "view": view.name,
        }

    if step == 0:
        write(json.dumps({"samples": 0} | {k: round(v, 4) for k, v in held_out.figures(average, mean).items()}))
    else:
        print(f"goes on at {step * options.batch} of {options.samples} samples", flush=True)
    kept_floats = [t for t in (*average.parameters(), *average.buffers()) if t.is_floating_point()]
    new_floats = [t for t in (*student.parameters(), *student.buffers()) if t.is_floating_point()]
    sums, count, processor, began, told = torch.zeros(4, device=device), 0, time.process_time(), time.monotonic(), time.monotonic()
    while step < steps and progress() < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate(options, step * options.batch, progress())
        batch = data[step]
        plain = len(batch.photographs)
        with torch.autocast(device, torch.bfloat16):
            raw = student(network_input(student, batch.pictures)).float()
            with torch.no_grad():
                answered = teacher(network_input(teacher, batch.invented)).float()
        answers = direction(student, raw, mean)
        wanted = torch.cat([targets[batch.photographs], centred(answered, mean)])
        distances = 1 - (answers * wanted).sum(1)
        contrast = contrastive(answers, wanted, batch.photographs, bank, numbers, place)
        loss = distances.mean() + CONTRAST * contrast
        if own:
            loss = loss + RAW * (raw - torch.cat([embeddings[batch.photographs], answered])).square().sum(1).mean() / spread
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimizer.step()
        step += 1
        samples = step * options.batch
        with torch.no_grad():
            torch._foreach_lerp_(kept_floats, new_floats, 1 - min(options.average, (step + 1) / (step + 20)))
            hidden, known, nobody = batch.covered[:plain], distances[:plain], distances[plain:]
            on, off = hidden.float(), (~hidden).float()
            sums += torch.stack([(known * on).sum() / on.sum(), (known * off).sum() / off.sum(), nobody.mean(), contrast])
            count += 1
        if step % 10 == 0 and device != "cpu":
            torch.cuda.synchronize()
        now = time.monotonic()
        pace.step(now - told)
        hours += min(now - told, PAUSE) / 3600
        told = now
        done = step == steps or progress() >= 1
        ends = done or stop.exists() or bool(asked)
        if ends or is_due(samples, options.save_every, options.batch):
            save(run, state())
            covered_mean, bare_mean, invented_mean, contrast_mean = (sums / count).tolist()
            line = {
                "samples": samples, "hours": hours, "rate": rate(options, samples, progress()), "threads": pace.threads,
                "samples/s": count * options.batch / (now - began), "samples/cpu-s": count * options.batch / (time.process_time() - processor),
                "covered-distance": covered_mean, "bare-distance": bare_mean, "invented-distance": invented_mean, "contrast": contrast_mean,
            }
            if done or not ends and is_due(samples, options.figures_every, options.batch):
                figures = held_out.figures(average, mean)
                line |= figures
                score = sum(figures[f"{kind}-unmasked-{rate:g}"] for kind in (UNMASKED, "masked") for rate in (1e-2, 1e-3))
                if score > best:
                    best = score
                    save(run, {k: v for k, v in state().items() if k not in ("student", "optimizer")}, BEST)
            write(json.dumps({k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in line.items()}))
            sums, count, processor, began, told = torch.zeros(4, device=device), 0, time.process_time(), time.monotonic(), time.monotonic()
        if ends:
            stop.unlink(missing_ok=True)
            print(f"ends at {samples} of {options.samples} samples; saved", flush=True)
            break


def contrastive(answers: Tensor, wanted: Tensor, photographs: Tensor, bank: Tensor, numbers: Tensor, place: Tensor) -> Tensor:
    """How differently answers and wanted embeddings choose among all training photographs; a photograph also means the person's others."""
    choice = F.softmax(COSINE_SCALE * wanted @ bank.T, dim=1)
    own = place[photographs]
    others = (numbers[own][:, None] == numbers[None]).float().scatter(1, own[:, None], 0.0)
    several = others.sum(1, keepdim=True)
    mixed = (1 - OTHERS_SHARE) * choice[: len(own)] + OTHERS_SHARE * others / several.clamp(min=1)
    choice[: len(own)] = torch.where(several > 0, mixed, choice[: len(own)])
    return F.cross_entropy(COSINE_SCALE * answers @ bank.T, choice)


if __name__ == "__main__":
    main()

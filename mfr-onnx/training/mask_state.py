"""Trains the network that says whether a face wears a mask, calibrates it on people who were kept away, and writes it as ONNX."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from numpy.random import Generator
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from augment import chance, covered, lit, mask_of, photographed, transform, warp, wearing
from occluders import NOSE_BASE_Y, with_thing
from pictures import SIDE, UNMASKED, Pictures, Pixels, composed, inverted

TOP, BOTTOM, LEFT, RIGHT = 50, 146, 11, 139
"""What the network sees of the aligned picture: from below the eyes to below the chin."""
POOL = 2
BATCH = 128
FRESH = 64
"""Of a batch, the samples that are made for it; the others were made for one before it, and are mirrored at random."""
KEPT = 30_000
WARM_UP = 100
UNMASKED_LABEL, NOSE_FREE, MASKED_LABEL = 0.0, 0.5, 1.0
NOSE_COVERED_Y = 77.0
"""A mask whose upper edge lies above this y covers the tip of the nose."""
LEAST_SURE = 80
"""Per cent: nearer to the middle no limit is set, so that masks below the nose fall between the limits."""


class MaskStateNetwork(nn.Module):
    """A small convolutional network; its answer is a logit."""

    def __init__(self) -> None:
        super().__init__()
        shape = ((3, 12, 2), (12, 24, 2), (24, 32, 1), (32, 48, 2), (48, 48, 1), (48, 16, 1))
        layers: list[nn.Module] = []
        for number, (before, after, stride) in enumerate(shape):
            kernel = 1 if number == len(shape) - 1 else 3
            layers += [nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.convolutions = nn.Sequential(*layers)
        height, width = ((BOTTOM - TOP) // POOL // 8, (RIGHT - LEFT) // POOL // 8)
        self.hidden = nn.Linear(16 * height * width, 32)
        self.drop = nn.Dropout(0.3)
        self.answer = nn.Linear(32, 1)

    def forward(self, lower_halves: Tensor) -> Tensor:
        """[N, 3, 48, 64] to [N]."""
        flat = self.convolutions(lower_halves).flatten(1)
        return self.answer(self.drop(F.relu(self.hidden(flat))))[:, 0]


def lower_half(pictures: NDArray[np.uint8]) -> Tensor:
    """[N, 150, 150, 3] bytes to what is left of them in front of the first convolution, -1 to 1."""
    part = np.ascontiguousarray(pictures[:, TOP:BOTTOM, LEFT:RIGHT].transpose(0, 3, 1, 2))
    return F.avg_pool2d(torch.from_numpy(part).float(), POOL) / 127.5 - 1


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """[N, 150, 150, 3] bytes to what the ONNX file takes."""
    return pictures.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(127.5) - 1


class Samples(Dataset[tuple[Tensor, Tensor]]):
    """Faces with and without masks, made anew each time, of one split's people.

    Part k depends on the seed and on k alone.
    """

    def __init__(self, pictures: Pictures, split: str, seed: int) -> None:
        self._pictures = pictures
        self._seed = seed
        self._bare = np.array(pictures.rows(split, UNMASKED))
        self._masked = np.array([row for row in pictures.rows(split) if pictures.entries[row].guise.startswith("masked")])
        self._masks: dict[int, NDArray[np.uint8] | None] = {}

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        pictures, labels = self.batch(FRESH, np.random.default_rng((self._seed, number)))
        return lower_half(pictures), torch.from_numpy(labels)

    def clean(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows without and with a mask, as the library aligned them."""
        return self._bare, self._masked

    def batch(self, size: int, random: Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Changed pictures and their labels: 0 no mask, 1 a mask, 0.5 a mask below the nose."""
        made = [self._sample(random) for _ in range(size)]
        return np.stack([picture for picture, _ in made]), np.array([label for _, label in made], np.float32)

    def _any(self, rows: NDArray[np.int64], random: Generator) -> Pixels:
        return self._pictures.pixels[int(random.choice(rows))]

    def _sample(self, random: Generator) -> tuple[Pixels, float]:
        kind = random.random()
        bare, label = self._any(self._bare, random), UNMASKED_LABEL
        if kind < 0.28:
            picture = bare
        elif kind < 0.52:
            picture = with_thing(bare, self._any(self._bare, random), random)
        elif kind < 0.74:
            picture, label = self._any(self._masked, random), MASKED_LABEL
        elif kind < 0.80:
            picture, label = covered(bare, self._any(self._bare, random), random, NOSE_COVERED_Y - 4), MASKED_LABEL
        else:
            picture, label = self._worn(bare, random)
        if label != MASKED_LABEL and chance(random, 0.04):
            picture = with_thing(picture, bare, random)
        return self._photographed(picture, random), label

    def _worn(self, bare: Pixels, random: Generator) -> tuple[Pixels, float]:
        """The mask of another picture: over the nose, below it, or at the chin."""
        while True:
            row = int(random.choice(self._masked))
            masked = self._pictures.pixels[row]
            if row not in self._masks:
                self._masks[row] = self._mask(row, masked)
            kept = self._masks[row]
            if kept is None:
                continue
            mask = kept.astype(np.float32) / 255
            edge = np.argmax(mask[:, 72:78].mean(1) > 0.5)
            if not 40 < edge < NOSE_COVERED_Y:
                continue
            if chance(random, 0.3):
                masked = _like_skin(masked, mask, bare, random)
            place = random.random()
            if place < 0.55:
                # wearing() moves it by 2.5 pixels or so
                return wearing(bare, masked, mask, random), MASKED_LABEL if edge < NOSE_COVERED_Y - 5 else NOSE_FREE
            top = random.uniform(NOSE_BASE_Y + 1, NOSE_BASE_Y + 9) if place < 0.85 else random.uniform(114, 132)
            down = np.array([[1, 0, 0], [0, 1, top - edge]], np.float32)
            moved = cv2.warpAffine(mask, down, (SIDE, SIDE))
            return wearing(bare, warp(masked, down), moved, random), NOSE_FREE if place < 0.85 else UNMASKED_LABEL

    def _mask(self, row: int, masked: Pixels) -> NDArray[np.uint8] | None:
        pictures = self._pictures
        own = pictures.unmasked_rows[pictures.photograph_of(row)]
        assert pictures.source_of_chip is not None, "crop with --places, and prepare again"
        places = pictures.source_of_chip[[row, own]]
        if not np.isfinite(places).all():
            return None
        mask = mask_of(masked, pictures.pixels[own], composed(places[0], inverted(places[1])))
        return None if mask is None else (mask * 255).astype(np.uint8)

    @staticmethod
    def _photographed(picture: Pixels, random: Generator) -> Pixels:
        if chance(random, 0.5):
            picture = np.ascontiguousarray(picture[:, ::-1])
        picture = lit(warp(picture, transform(random)), random)
        if chance(random, 0.1):
            picture = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
        return photographed(picture, random)


def _like_skin(masked: Pixels, mask: NDArray[np.float32], face: Pixels, random: Generator) -> Pixels:
    """The mask in the colour of a face, its folds kept."""
    skin = np.median(face[55:80, 35:115].reshape(-1, 3), 0) * np.exp(random.normal(0, 0.12))
    folds = masked.mean(2, dtype=np.float32) / max(float((masked.mean(2) * mask).sum() / mask.sum()), 1.0)
    return np.clip(folds[..., None] * skin.astype(np.float32), 0, 255).astype(np.uint8)


def train(samples: Samples, count: int, seed: int, rate: float, workers: int) -> MaskStateNetwork:
    """The network after this many samples: the moving average of its weights."""
    torch.manual_seed(seed)
    network = MaskStateNetwork()
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=0.02)
    steps = count // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / steps))
    )
    lost = 0.0
    seen = torch.empty(KEPT, 3, (BOTTOM - TOP) // POOL, (RIGHT - LEFT) // POOL)
    told = torch.empty(KEPT)
    random = np.random.default_rng(seed)
    for step, (pictures, labels) in enumerate(DataLoader(samples, None, sampler=range(steps), num_workers=workers)):
        rows = np.arange(step * FRESH, (step + 1) * FRESH) % KEPT
        seen[rows], told[rows] = pictures, labels
        older = random.integers(0, min(KEPT, (step + 1) * FRESH), BATCH - FRESH)
        again = seen[older]
        mirrored = torch.from_numpy(random.random(len(older)) < 0.5)
        again[mirrored] = again[mirrored].flip(3)
        network.train()
        loss = F.binary_cross_entropy_with_logits(network(torch.cat([seen[rows], again])), torch.cat([told[rows], told[older]]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        average.update_parameters(network)
        lost += loss.item()
        if (step + 1) % 100 == 0:
            print(f"{(step + 1) * BATCH} samples, loss {lost / 100:.4f}", flush=True)
            lost = 0.0
    return average.module.eval()


def logits(network: MaskStateNetwork, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's answers."""
    with torch.inference_mode():
        return np.concatenate([network(lower_half(part)).numpy() for part in np.array_split(pictures, -(-len(pictures) // 256))])


def temperature(answers: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    """What the logits must be divided by for the least cross-entropy."""
    candidates = np.exp(np.linspace(np.log(0.2), np.log(5), 200))
    signs = 2 * labels - 1
    return float(min(candidates, key=lambda t: np.logaddexp(0, -signs * answers / t).mean()))


def limits(probabilities: NDArray[np.float32], labels: NDArray[np.float32], wrong: float) -> tuple[float, float]:
    """Below the first a face is unmasked, from the second on masked: of those that are called so at most this share is wrong."""
    grid = np.arange(LEAST_SURE, 100) / 100
    masked = next((g for g in grid if (labels[probabilities >= g] < 1).mean() <= wrong), grid[-1])
    unmasked = next((1 - g for g in grid if (labels[probabilities <= 1 - g] > 0).mean() <= wrong), 1 - grid[-1])
    return float(unmasked), float(masked)


def write(network: MaskStateNetwork, scale: float, file: Path) -> None:
    """As ONNX: weights in fp16, arithmetic in fp32; the normalisation folded in, logits divided by scale; the output is a probability."""
    initializers, nodes = [], []

    def constant(name: str, values: NDArray[np.generic]) -> str:
        if values.dtype != np.float32:
            initializers.append(numpy_helper.from_array(values, name))
            return name
        initializers.append(numpy_helper.from_array(values.astype(np.float16), name + "h"))
        nodes.append(helper.make_node("Cast", [name + "h"], [name], to=TensorProto.FLOAT))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    bounds = [constant(n, np.array(v, np.int64)) for n, v in (("from", [TOP, LEFT]), ("to", [BOTTOM, RIGHT]), ("axes", [2, 3]))]
    x = node("Slice", ["input", *bounds], "part")
    x = node("AveragePool", [x], "small", kernel_shape=[POOL, POOL], strides=[POOL, POOL])
    layers = list(network.convolutions)
    for i in range(0, len(layers), 3):
        fused = nn.utils.fusion.fuse_conv_bn_eval(layers[i], layers[i + 1])
        weight = constant(f"w{i // 3}", fused.weight.detach().numpy())
        bias = constant(f"b{i // 3}", fused.bias.detach().numpy())
        pads = [fused.padding[0]] * 4
        x = node("Conv", [x, weight, bias], f"c{i // 3}", kernel_shape=list(fused.kernel_size), strides=list(fused.stride), pads=pads)
        x = node("Relu", [x], f"r{i // 3}")
    x = node("Flatten", [x], "flat", axis=1)
    for name, layer, divisor in (("hidden", network.hidden, 1.0), ("answer", network.answer, scale)):
        weight = constant(f"w-{name}", (layer.weight.detach().numpy() / divisor).astype(np.float32))
        bias = constant(f"b-{name}", (layer.bias.detach().numpy() / divisor).astype(np.float32))
        x = node("Gemm", [x, weight, bias], name if name == "hidden" else "logit", transB=1)
        if name == "hidden":
            x = node("Relu", [x], "r-hidden")
    node("Sigmoid", [x], "probability")
    taken = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])
    given = helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 1])
    graph = helper.make_graph(nodes, "mask-state", [taken], [given], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="what prepare.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="mask-state.onnx; what was measured goes into mask-state.json beside it")
    parser.add_argument("--samples", type=int, default=80_000)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--wrong", type=float, default=0.005, help="of the faces that are called masked, or unmasked, at most this share is wrong")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that make samples")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    pictures = Pictures(options.cache)
    network = train(Samples(pictures, "train", options.seed), options.samples, options.seed, options.rate, options.workers)
    torch.save(network.state_dict(), options.out.with_suffix(".pt"))

    held_out = Samples(pictures, "held-out", options.seed)
    shown, labels = held_out.batch(5000, np.random.default_rng((options.seed, 1 << 30)))
    answers = logits(network, shown)
    decided = labels != NOSE_FREE
    scale = temperature(answers[decided], labels[decided])
    write(network, scale, options.out)
    session = onnxruntime.InferenceSession(str(options.out), providers=["CPUExecutionProvider"])

    def ask(batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        parts = np.array_split(batch, -(-len(batch) // 256))
        return np.concatenate([session.run(None, {"input": as_input(part)})[0][:, 0] for part in parts])

    probabilities = ask(shown)
    difference = float(np.abs(probabilities - 1 / (1 + np.exp(-answers / scale))).max())
    low, high = limits(probabilities[decided], labels[decided], options.wrong)
    found = {"temperature": scale, "unmaskedBelow": low, "maskedFrom": high, "differsFromTorchBy": difference}

    def count(name: str, p: NDArray[np.float32]) -> None:
        sure = {"unmasked": float((p < low).mean()), "masked": float((p >= high).mean())}
        found[name] = {"pictures": len(p), **sure, "not sure": 1 - sum(sure.values()), "p >= 0.5": float((p >= 0.5).mean())}

    bare, masked = held_out.clean()
    count("held-out people, no mask", ask(pictures.pixels[bare]))
    count("held-out people, masked", ask(pictures.pixels[masked]))
    for label, name in ((UNMASKED_LABEL, "no mask"), (NOSE_FREE, "nose free"), (MASKED_LABEL, "masked")):
        count(f"held-out people, changed pictures, {name}", probabilities[labels == label])
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1), f"{options.out}: {options.out.stat().st_size} bytes", sep="\n")
    if difference > 0.02:
        raise SystemExit("the file answers differently from the network that was trained; it must not be used")


if __name__ == "__main__":
    main()

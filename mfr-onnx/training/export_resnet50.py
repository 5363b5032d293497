"""Writes a checkpoint's averaged weights as ONNX, checks that ONNX Runtime answers as torch does, and may write an int8 version beside it."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from pictures import UNMASKED, Pictures
from resnet import ResNet50, write
from views import VIEWS

CALIBRATION = 512


class Sample(CalibrationDataReader):
    """Pictures of training people for the ranges of int8, masked and unmasked."""

    def __init__(self, pictures: np.ndarray) -> None:
        self._parts = iter(np.array_split(pictures, -(-len(pictures) // 32)))

    def get_next(self) -> dict[str, np.ndarray] | None:
        part = next(self._parts, None)
        return None if part is None else {"input": network_input(part)}


def training_pictures(cache: Path, view_name: str) -> np.ndarray:
    """Views of unmasked and masked pictures at random."""
    pictures, view = Pictures(cache), VIEWS[view_name]
    random = np.random.default_rng(1)
    rows = []
    for guise in (UNMASKED, "masked-0"):
        known = [r for r in pictures.rows("train", guise) if view.known(pictures, r)]
        rows += random.choice(known, CALIBRATION // 2, replace=False).tolist()
    return np.stack([view.show(pictures.pixels[r], view.place(pictures, r)) for r in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--template", type=Path, required=True, help="resnet50-periocular.onnx: graph, names and storage")
    parser.add_argument("--out", type=Path, required=True, help="NAME.onnx; the teacher's mean goes into NAME-teacher-mean.json")
    parser.add_argument("--int8", type=Path, metavar="CACHE", help="also NAME-int8.onnx, its ranges from the training pictures of this cache")
    options = parser.parse_args()
    saved = torch.load(options.checkpoint, map_location="cpu", mmap=True)
    view = VIEWS[saved["view"]]
    network = ResNet50()
    network.load_state_dict(saved["average"])
    network.eval().requires_grad_(False)
    write(network, options.template, view.side, options.out)
    mean = options.out.with_name(f"{options.out.stem}-teacher-mean.json")
    mean.write_text(json.dumps([round(float(v), 7) for v in saved["mean"]]) + "\n")
    pictures = torch.from_numpy(np.random.default_rng(1).uniform(-1, 1, (4, 3, view.side, view.side)).astype(np.float32))
    answer = answers(options.out, pictures.numpy())
    difference = np.abs(answer - F.normalize(network(pictures), dim=1).numpy()).max()
    print(f"{options.out}: {saved['samples']} samples, {options.out.stat().st_size} bytes, differs from torch by at most {difference:.1e}")
    if difference > 2e-3:
        raise SystemExit("the file answers differently from the network that was trained; it must not be used")
    if options.int8:
        small = options.out.with_name(f"{options.out.stem}-int8.onnx")
        sample = training_pictures(options.int8, view.name)
        quantise(options.out, sample, small)
        inputs = network_input(sample[:: len(sample) // 64])
        cosines = (answers(options.out, inputs) * answers(small, inputs)).sum(1)
        print(f"{small}: {small.stat().st_size} bytes, cosine to the other {cosines.mean():.4f} on average, {cosines.min():.4f} at worst")


def network_input(pictures: np.ndarray) -> np.ndarray:
    """Bytes as the network wants them."""
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)


def answers(file: Path, inputs: np.ndarray) -> np.ndarray:
    """Embeddings by ONNX Runtime."""
    settings = onnxruntime.SessionOptions()
    # Without it 8-bit sums overflow on processors that have no VNNI.
    settings.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])
    return session.run(["embedding"], {"input": inputs})[0]


def quantise(file: Path, sample: np.ndarray, small: Path) -> None:
    """Static int8: a scale for each channel of the weights, ranges of activations from the sample."""
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "plain.onnx", Path(folder) / "ready.onnx"
        onnx.save(in_fp32(onnx.load(str(file))), str(plain))
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        part = small.with_suffix(".part")
        quantize_static(
            str(ready), str(part), Sample(sample), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv", "Add", "MaxPool", "GlobalAveragePool"],
        )
        part.replace(small)


def in_fp32(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with its weights in fp32: only such weights become int8."""
    stored = {i.name: i for i in model.graph.initializer}
    casts = [node for node in model.graph.node if node.op_type == "Cast" and node.input[0] in stored]
    for cast in casts:
        half = stored[cast.input[0]]
        model.graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(half).astype(np.float32), cast.output[0]))
        model.graph.initializer.remove(half)
        model.graph.node.remove(cast)
    return model


if __name__ == "__main__":
    main()

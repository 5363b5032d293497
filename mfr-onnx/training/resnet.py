"""The ResNet-50 of this library: read from its ONNX file (first version) and written back to the same graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from network import HALF_SUFFIX

EMBEDDING = 128


class Bottleneck(nn.Module):
    def __init__(self, channels: int, middle: int, stride: int) -> None:
        super().__init__()
        out = middle * 4
        self.body = nn.Sequential(
            nn.Conv2d(channels, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU(True),
            nn.Conv2d(middle, middle, 3, stride, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU(True),
            nn.Conv2d(middle, out, 1, bias=False), nn.BatchNorm2d(out),
        )
        plain = stride == 1 and channels == out
        self.skip = nn.Sequential() if plain else nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.skip(x), True)


class ResNet50(nn.Module):
    """He et al. 2015 with the stride in the 3x3 convolution. Input: [N, 3, S, S], planar RGB, x/127.5 - 1."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(True), nn.MaxPool2d(3, 2, 1))
        stages: list[nn.Module] = []
        channels = 64
        for stage, (count, middle) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True)):
            for block in range(count):
                stages.append(Bottleneck(channels, middle, 2 if stage and not block else 1))
                channels = middle * 4
        self.stages = nn.Sequential(*stages)
        self.fc = nn.Linear(channels, EMBEDDING)

    def forward(self, x: Tensor) -> Tensor:
        """The embedding, not yet of unit length."""
        return self.fc(self.stages(self.stem(x)).mean((2, 3)))

    def layers(self) -> Iterator[tuple[nn.Conv2d, nn.BatchNorm2d]]:
        """Convolutions with their normalisation, in the order of the file."""
        yield self.stem[0], self.stem[1]
        for block in self.stages:
            if len(block.skip):
                yield block.skip[0], block.skip[1]
            yield from ((block.body[i], block.body[i + 1]) for i in (0, 3, 6))


def read(file: Path, sample: Tensor) -> ResNet50:
    """The network of an ONNX file.

    There the normalisation is part of the convolutions' weights and biases. It is put back in such a way that it does nothing to
    the sample as a batch: so training goes on where the file stands.

    :param sample: some hundred input pictures
    """
    model = onnx.load(str(file))
    weights = _weights(model)
    network = ResNet50()
    names = [list(node.input[1:3]) for node in model.graph.node if node.op_type == "Conv"]
    biases: dict[nn.Module, Tensor] = {}
    with torch.no_grad():
        for (convolution, normalisation), (weight, bias) in zip(network.layers(), names, strict=True):
            convolution.weight.copy_(torch.from_numpy(weights[weight]))
            biases[normalisation] = torch.from_numpy(weights[bias])
        network.fc.weight.copy_(torch.from_numpy(weights["n.fc.weight"]))
        network.fc.bias.copy_(torch.from_numpy(weights["n.fc.bias"]))
        hooks = [n.register_forward_pre_hook(lambda layer, x: _fit(layer, x[0], biases[layer])) for n in biases]
        network.eval()(sample)
        for hook in hooks:
            hook.remove()
    return network.train()


def _fit(layer: nn.BatchNorm2d, x: Tensor, bias: Tensor) -> None:
    variance, mean = torch.var_mean(x, (0, 2, 3), correction=0)
    layer.running_mean.copy_(mean)
    layer.running_var.copy_(variance)
    layer.weight.copy_((variance + layer.eps).sqrt())
    layer.bias.copy_(bias + mean)


def _weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {
        i.name.removesuffix(f"_{HALF_SUFFIX}"): numpy_helper.to_array(i).astype(np.float32)
        for i in model.graph.initializer
        if i.data_type in (TensorProto.FLOAT, TensorProto.FLOAT16)
    }


def write(network: ResNet50, template: Path, side: int, file: Path) -> None:
    """Writes the network into a copy of the template's graph: same names and storage (fp16 weights, fp32 arithmetic).

    :param side: pixels a side of the input pictures
    """
    model = onnx.load(str(template))
    names = [list(node.input[1:3]) for node in model.graph.node if node.op_type == "Conv"]
    arrays = {"n.fc.weight": network.fc.weight, "n.fc.bias": network.fc.bias}
    for (convolution, layer), (weight, bias) in zip(network.layers(), names, strict=True):
        factor = layer.weight / (layer.running_var + layer.eps).sqrt()
        arrays[weight] = convolution.weight * factor[:, None, None, None]
        arrays[bias] = layer.bias - layer.running_mean * factor
    for initializer in model.graph.initializer:
        stored_half = initializer.data_type == TensorProto.FLOAT16
        name = initializer.name.removesuffix(f"_{HALF_SUFFIX}") if stored_half else initializer.name
        if name in arrays:
            array = arrays[name].detach().cpu().numpy().astype(np.float16 if stored_half else np.float32)
            initializer.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), initializer.name))
    for axis in (2, 3):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = side
    onnx.checker.check_model(model)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    onnx.save(model, str(part))
    part.replace(file)

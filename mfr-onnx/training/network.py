"""dlib's face recognition ResNet as a torch module, read from its ONNX file and written back to one.

The ONNX graph is executed node by node, so the module computes what the file says; only the convolutions' weights and biases and
the last matrix are parameters.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

HALF_SUFFIX = "h"
"""A weight that the graph calls w5 is stored as fp16 under the name w5h, with a Cast between the two."""


class OnnxNetwork(nn.Module):
    """The graph of an ONNX file with the node types that dlib's network has.

    Input: [N, 3, 150, 150], planar RGB, raw 0 to 255. Output: [N, 128], not of unit length.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        self._input = model.graph.input[0].name
        self._output = model.graph.output[0].name
        constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self._nodes: list[tuple[str, list[str], str, dict[str, list[int]]]] = []
        for node in model.graph.node:
            if node.op_type == "Cast":
                constants[node.output[0]] = constants[node.input[0]].astype(np.float32)
                continue
            attributes = {a.name: list(a.ints) for a in node.attribute if a.ints}
            self._nodes.append((node.op_type, list(node.input), node.output[0], attributes))
        self.weights = nn.ParameterDict()
        self._pads: dict[str, list[int]] = {}
        for op, inputs, _, _ in self._nodes:
            for name in inputs[1:]:
                if name not in constants:
                    continue
                if op == "Pad":
                    self._pads[name] = [int(v) for v in constants[name]]
                elif op in ("Conv", "MatMul"):
                    self.weights[name] = nn.Parameter(torch.tensor(constants[name], dtype=torch.float32))
                else:
                    self.register_buffer(f"constant_{name}", torch.tensor(constants[name], dtype=torch.float32))

    @classmethod
    def read(cls, file: Path) -> OnnxNetwork:
        """Reads the network; the file itself is not changed."""
        return cls(onnx.load(str(file)))

    def forward(self, pictures: Tensor) -> Tensor:
        values: dict[str, Tensor] = {self._input: pictures}

        def value(name: str) -> Tensor:
            if name in values:
                return values[name]
            if name in self.weights:
                return self.weights[name]
            return getattr(self, f"constant_{name}")

        for op, inputs, output, attributes in self._nodes:
            x = value(inputs[0])
            if op == "Conv":
                padding = attributes["pads"]
                if padding != [padding[0]] * 4:
                    raise ValueError(f"{output}: only an equal padding on all sides is known, found {padding}")
                y = F.conv2d(x, value(inputs[1]), value(inputs[2]), attributes["strides"], padding[0])
            elif op == "Relu":
                y = F.relu(x, inplace=True)
            elif op == "Add":
                y = x + value(inputs[1])
            elif op == "Sub":
                y = x - value(inputs[1])
            elif op == "Mul":
                y = x * value(inputs[1])
            elif op == "MaxPool":
                if attributes["kernel_shape"] != [3, 3] or attributes["strides"] != [2, 2]:
                    raise ValueError(f"{output}: only a maximum over 3x3 in steps of 2 is known")
                y = _maximum_of_three(_maximum_of_three(x, 2), 3)
            elif op == "AveragePool":
                y = F.avg_pool2d(x, attributes["kernel_shape"], attributes["strides"])
            elif op == "Pad":
                y = _pad(x, self._pads[inputs[1]])
            elif op == "GlobalAveragePool":
                y = x.mean((2, 3), keepdim=True)
            elif op == "Flatten":
                y = x.flatten(1)
            elif op == "MatMul":
                y = x @ value(inputs[1])
            else:
                raise ValueError(f"the graph has a node of a type that is not known: {op}")
            values[output] = y
        return values[self._output]

    def write(self, original: Path, file: Path) -> None:
        """Writes the weights into a copy of the original file: same graph, names and storage (fp16 weights, fp32 arithmetic)."""
        model = onnx.load(str(original))
        for initializer in model.graph.initializer:
            stored_half = initializer.data_type == TensorProto.FLOAT16
            name = initializer.name.removesuffix(HALF_SUFFIX) if stored_half else initializer.name
            if name not in self.weights:
                continue
            array = self.weights[name].detach().cpu().numpy()
            array = array.astype(np.float16 if stored_half else np.float32)
            initializer.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array), initializer.name))
        onnx.checker.check_model(model)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        onnx.save(model, str(part))
        part.replace(file)


def _maximum_of_three(x: Tensor, axis: int) -> Tensor:
    """The maximum of three neighbours in steps of two. Along both axes it is max_pool2d, several times as fast in bf16 on a CPU."""
    count = (x.shape[axis] - 3) // 2 + 1
    parts = [x.narrow(axis, i, 2 * count - 1) for i in range(3)]
    first, second, third = (p[:, :, ::2] if axis == 2 else p[:, :, :, ::2] for p in parts)
    return torch.maximum(torch.maximum(first, second), third)


def _pad(x: Tensor, pads: list[int]) -> Tensor:
    """ONNX lists the starts of all axes, then the ends; torch lists (start, end) pairs from the last axis on."""
    rank = len(pads) // 2
    pairs = [p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])]
    return F.pad(x, pairs)

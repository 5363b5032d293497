"""Makes the tiny graphs of the tests of mfr-onnx. Needs Python 3.11 and onnx 1.23.
usage: tiny_models.py FOLDER"""

import sys

import onnx
from onnx import TensorProto, helper

FLOAT = TensorProto.FLOAT


def scalar(name, value):
    return helper.make_tensor(name, FLOAT, [], [value])


def save(name, nodes, inputs, outputs, constants=(), opset=17, ir=8):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = ir
    model.producer_name = "mfr"
    with open(f"{sys.argv[1]}/{name}.onnx", "wb") as f:
        f.write(model.SerializeToString())


def line(shape_in, shape_out=None, **more):
    """y = 2x + 1"""
    return dict(
        nodes=[
            helper.make_node("Mul", ["x", "two"], ["twice"]),
            helper.make_node("Add", ["twice", "one"], ["y"]),
        ],
        inputs=[helper.make_tensor_value_info("x", FLOAT, shape_in)],
        outputs=[helper.make_tensor_value_info("y", FLOAT, shape_out or shape_in)],
        constants=[scalar("two", 2.0), scalar("one", 1.0)],
        **more,
    )


save("line", **line(["N", 3]))
save("line-batch-1", **line([1, 3]))
save("line-batch-4", **line([4, 3]))
# Declared as many exporters do: any batch goes in, one comes out.
save("line-output-1", **line(["N", 3], [1, 3]))
save("line-free-width", **line(["N", "W"]))
save("line-ir-99", **line(["N", 3], ir=99))
save("line-opset-99", **line(["N", 3], opset=99))

# Two inputs and two outputs: sum [N,2] and difference [N,2].
save(
    "two",
    nodes=[helper.make_node("Add", ["a", "b"], ["sum"]), helper.make_node("Sub", ["a", "b"], ["difference"])],
    inputs=[helper.make_tensor_value_info(n, FLOAT, ["N", 2]) for n in "ab"],
    outputs=[helper.make_tensor_value_info(n, FLOAT, ["N", 2]) for n in ("sum", "difference")],
)

# An input that is no float.
save(
    "int64",
    nodes=[helper.make_node("Cast", ["x"], ["y"], to=FLOAT)],
    inputs=[helper.make_tensor_value_info("x", TensorProto.INT64, ["N", 3])],
    outputs=[helper.make_tensor_value_info("y", FLOAT, ["N", 3])],
)

# An operator that no runtime has.
save(
    "unknown-operator",
    nodes=[helper.make_node("Frobnicate", ["x"], ["y"])],
    inputs=[helper.make_tensor_value_info("x", FLOAT, ["N", 3])],
    outputs=[helper.make_tensor_value_info("y", FLOAT, ["N", 3])],
)

# Embedders of 4x2 pictures: the first column's pixels as they are (so that a mirrored picture gives another answer), and,
# for "embedder", their unit-length version.
first_column = [
    helper.make_node("Slice", ["input", "from", "to", "axis"], ["column"]),
    helper.make_node("Flatten", ["column"], ["features"]),
]
bounds = [helper.make_tensor(n, TensorProto.INT64, [1], [v]) for n, v in (("from", 0), ("to", 1), ("axis", 3))]
picture = [helper.make_tensor_value_info("input", FLOAT, ["N", 3, 2, 4])]
save(
    "embedder",
    nodes=first_column + [helper.make_node("LpNormalization", ["features"], ["embedding"], axis=1, p=2)],
    inputs=picture,
    outputs=[helper.make_tensor_value_info(n, FLOAT, ["N", 6]) for n in ("features", "embedding")],
    constants=bounds,
)
save(
    "embedder-one-output",
    nodes=first_column,
    inputs=picture,
    outputs=[helper.make_tensor_value_info("features", FLOAT, ["N", 6])],
    constants=bounds,
)

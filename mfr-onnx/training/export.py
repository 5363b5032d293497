"""Writes a checkpoint's averaged weights as ONNX and checks that ONNX Runtime answers as torch does."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from network import OnnxNetwork
from pictures import SIDE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True, help="dlib-face-recognition-resnet.onnx: graph, names and storage")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--student-share", type=float, default=1.0, help="below 1: that much of the way from the teacher's weights")
    options = parser.parse_args()
    network = OnnxNetwork.read(options.teacher)
    trained = torch.load(options.checkpoint, map_location="cpu")["average"]
    with torch.no_grad():
        for name, weight in network.state_dict().items():
            weight.lerp_(trained[name], options.student_share)
    network.write(options.teacher, options.out)
    pictures = np.random.default_rng(1).uniform(0, 255, (4, 3, SIDE, SIDE)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(options.out), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        difference = np.abs(session.run(None, {"input": pictures})[0] - network(torch.from_numpy(pictures)).numpy()).max()
    print(f"{options.out}: {options.out.stat().st_size} bytes, differs from torch by at most {difference:.1e}")
    if difference > 1e-3:
        raise SystemExit("the file answers differently from the network that was trained; it must not be used")


if __name__ == "__main__":
    main()

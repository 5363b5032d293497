"""Gathers the aligned pictures in one file and asks the teacher for the embedding of each unmasked one. Run once."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import onnxruntime

from pictures import UNMASKED, Packed, write_cache


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unmasked", type=Path, required=True, help="aligned unmasked pictures: DIR/NAME/STEM.jpg")
    parser.add_argument("--masked", type=Path, nargs="+", required=True, help="folders of the same photographs, masked")
    parser.add_argument("--foreign", type=Path, help="photographs masked by another tool; their people are not trained on")
    parser.add_argument("--teacher", type=Path, required=True, help="dlib-face-recognition-resnet.onnx")
    parser.add_argument("--held-out", type=float, default=0.05, help="share of the people that is not trained on")
    parser.add_argument("--seed", type=int, default=1, help="chooses these people")
    parser.add_argument("--quality", type=int, default=92, help="of the stored pictures: WebP, 1 to 100")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cache", type=Path, required=True, help="where to; 5 kB for each picture")
    options = parser.parse_args()
    entries = write_cache(
        options.unmasked, options.masked, options.foreign, options.held_out, options.seed, options.quality, options.cache
    )
    for (split, guise), count in sorted(Counter((e.split, e.guise) for e in entries).items()):
        print(f"{split:9} {guise:10} {count}")
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    teacher = onnxruntime.InferenceSession(str(options.teacher), settings, providers=["CPUExecutionProvider"])
    pixels = Packed(options.cache)
    rows = [i for i, entry in enumerate(entries) if entry.guise == UNMASKED]
    embeddings = np.empty((len(rows), 2, 128), np.float32)
    for start in range(0, len(rows), 32):
        batch = pixels[rows[start : start + 32]].transpose(0, 3, 1, 2).astype(np.float32)
        embeddings[start : start + 32, 0] = teacher.run(None, {"input": batch})[0]
        embeddings[start : start + 32, 1] = teacher.run(None, {"input": np.ascontiguousarray(batch[..., ::-1])})[0]
    np.save(options.cache / "teacher.npy", embeddings)
    print(f"the teacher's embeddings of {len(rows)} photographs are in {options.cache / 'teacher.npy'}")


if __name__ == "__main__":
    main()

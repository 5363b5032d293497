"""What a mask state network says of folders of aligned pictures: counts as JSON, and sheets of what it is least right about."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from pictures import files_of, read_picture

COLUMNS, ROWS = 12, 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path, help="mask-state.onnx")
    parser.add_argument("folders", type=Path, nargs="+", help="folders of `mfr crop --view chip`")
    parser.add_argument("--limits", type=float, nargs=2, default=(0.2, 0.8), help="unmasked up to, masked from")
    parser.add_argument("--labels", type=Path, help="person,file,mask: counts each folder by label")
    parser.add_argument("--sheets", type=Path, help="a folder for FOLDER-most.png and FOLDER-least.png: the highest and lowest probabilities")
    options = parser.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(options.network), settings, providers=["CPUExecutionProvider"])
    labels = {}
    if options.labels:
        with options.labels.open(newline="") as file:
            labels = {(row["person"], Path(row["file"]).stem): row["mask"] for row in csv.DictReader(file)}
    low, high = options.limits
    for folder in options.folders:
        listed = list(files_of(folder))
        pixels = np.stack([read_picture(file) for _, _, file in listed])
        parts = np.array_split(pixels, -(-len(pixels) // 64))
        answers = [session.run(None, {"input": part.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1})[0] for part in parts]
        probabilities = np.concatenate(answers)[:, 0]
        named = np.array([labels.get((person, photograph), "") for person, photograph, _ in listed])
        for label in sorted(set(named)):
            p = probabilities[named == label]
            counts = {"unmasked": int((p <= low).sum()), "not sure": int(((p > low) & (p < high)).sum()), "masked": int((p >= high).sum())}
            print(json.dumps({"folder": folder.name, "label": label, "pictures": len(p), **counts, "p >= 0.5": int((p >= 0.5).sum())}))
            if options.sheets:
                options.sheets.mkdir(parents=True, exist_ok=True)
                name = f"{folder.name}{'-' if label else ''}{label}"
                order = np.argsort(-p)
                for end, rows in (("most", order), ("least", order[::-1])):
                    write_sheet(pixels[named == label][rows], p[rows], options.sheets / f"{name}-{end}.png")


def write_sheet(pixels: NDArray[np.uint8], probabilities: NDArray[np.float32], file: Path) -> None:
    """The first pictures with their probabilities."""
    tiles = []
    for picture, probability in list(zip(pixels, probabilities, strict=True))[: COLUMNS * ROWS]:
        tile = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        cv2.putText(tile, f"{probability:.3f}", (2, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 255, 0), 1, cv2.LINE_AA)
        tiles.append(tile)
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    cv2.imwrite(str(file), np.vstack([np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]))


if __name__ == "__main__":
    main()

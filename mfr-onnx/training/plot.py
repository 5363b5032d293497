"""Draws the held-out figures of one or more runs against the samples they took, as PNG or SVG."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

FIGURES = {"unmasked-unmasked-0.001": "U-U", "masked-unmasked-0.001": "M-U", "foreign-unmasked-0.001": "foreign masks-U"}
DISTANCES = {"covered-distance": "photographs, covered", "bare-distance": "photographs, bare", "invented-distance": "faces that are nobody's"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs")
    options = parser.parse_args()
    figure, table = plt.subplots(2, len(options.runs), figsize=(3.6 * len(options.runs), 6.4), layout="constrained", sharey="row", squeeze=False)
    for (pairs, distances), run in zip(table.T, options.runs, strict=True):
        lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        _draw(pairs, lines, FIGURES, 100)
        _draw(distances, lines, DISTANCES, 1)
        pairs.set(title=run.name)
        distances.set(xlabel="thousand samples")
    table[0, 0].set(ylabel="held-out people: pairs of one person\naccepted at 0.1 % false accepts, %")
    table[1, 0].set(ylabel="training: 1 - cosine to the target")
    for axes in table.flat:
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(options.out)


def _draw(axes: plt.Axes, lines: list[dict[str, float]], names: dict[str, str], scale: float) -> None:
    for key, name in names.items():
        points = [(line["samples"] / 1000, scale * line[key]) for line in lines if key in line]
        if points:
            axes.plot(*zip(*points, strict=True), ".-", label=name)


if __name__ == "__main__":
    main()

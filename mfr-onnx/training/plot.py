"""Draws the held-out figures of one or more runs against the samples they took, as PNG or SVG."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

FIGURES = {
    "unmasked-unmasked-0.01": "U-U", "masked-unmasked-0.01": "M-U", "masked-masked-0.01": "M-M", "foreign-unmasked-0.01": "foreign masks-U",
    "foreign-first": "foreign masks, nearest is right",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs")
    options = parser.parse_args()
    figure, (pairs, cosines) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
    for style, run in zip(("-", "--", ":", "-."), options.runs, strict=False):
        lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        lines = [line for line in lines if "unmasked-cosine" in line]
        samples = [line["samples"] / 1000 for line in lines]
        for i, (key, name) in enumerate(FIGURES.items()):
            if key in lines[0]:
                pairs.plot(samples, [line[key] for line in lines], style, color=f"C{i}", label=f"{run.name}: {name}")
        for i, kind in enumerate(("unmasked", "masked", "foreign")):
            if f"{kind}-cosine" in lines[0]:
                cosines.plot(samples, [line[f"{kind}-cosine"] for line in lines], style, color=f"C{i}", label=f"{run.name}: {kind}")
    pairs.set(xlabel="thousand samples", ylabel="share", title="Same-person pairs accepted at 1 % false accepts, held-out people")
    cosines.set(xlabel="thousand samples", ylabel="cosine", title="Cosine to the teacher's embedding of the unmasked photograph")
    for axes in (pairs, cosines):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(options.out)


if __name__ == "__main__":
    main()

"""Figures of face recognition from embeddings; plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Booleans = NDArray[np.bool_]


def unit(vectors: Floats) -> Floats:
    """Each vector divided by its length."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def accept_rate(genuine: Floats, impostors: Floats, false_accepts: float = 1e-2) -> float:
    """The share of genuine similarities above the threshold that lets this share of impostors pass."""
    return float((genuine > np.quantile(impostors, 1 - false_accepts)).mean())


def best_threshold(similarities: Floats, same: Booleans) -> float:
    """The threshold at which most pairs are judged rightly."""
    order = np.argsort(-similarities)
    right = np.concatenate([[0], np.cumsum(np.where(same[order], 1, -1))])
    best = int(right.argmax())
    ordered = similarities[order]
    if best == 0:
        return float(ordered[0]) + 1e-6
    return float(ordered[best - 1] if best == len(ordered) else (ordered[best - 1] + ordered[best]) / 2)


def fold_accuracy(similarities: Floats, same: Booleans, folds: NDArray[np.int64]) -> float:
    """Pairs judged rightly, each fold at the threshold that is best on the other folds; the mean over folds."""
    rates = []
    for fold in np.unique(folds):
        threshold = best_threshold(similarities[folds != fold], same[folds != fold])
        inside = folds == fold
        rates.append(((similarities[inside] >= threshold) == same[inside]).mean())
    return float(np.mean(rates))


def nearest_is_right(probes: Floats, own: NDArray[np.str_], gallery: Floats, names: NDArray[np.str_]) -> float:
    """The share of probes whose most similar gallery vector is the same person's; both of unit length."""
    return float((names[(probes @ gallery.T).argmax(1)] == own).mean())

"""k-means as a notebook has it, for pandas and polars alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

COUNTS = range(2, 11)
SAMPLE = 5_000


def fit(points: NDArray[np.float64]) -> NDArray[Any]:
    """Cluster of each row: the smallest number of clusters with 90 % of the best silhouette."""
    models = [KMeans(count, n_init=10, random_state=7).fit(points) for count in COUNTS]
    scores = [
        silhouette_score(
            points, model.labels_, sample_size=min(SAMPLE, len(points)), random_state=7
        )
        for model in models
    ]
    best = max(scores)
    chosen = next(model for model, score in zip(models, scores, strict=True) if score >= 0.9 * best)
    return np.asarray(chosen.labels_)

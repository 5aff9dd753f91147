"""A fitted model as tidy tables, so that any engine can score with it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer_segmentation.clusters.model import ClusterModel
from customer_segmentation.clusters.preparation import used_features


@dataclass(frozen=True)
class ModelTables:
    """The parameters of one model.

    preparation       one row per feature: feature, low, high, is_log, centre, scale, is_used, note
    clusters          one row per cluster: cluster, position (1 to k in the order of cluster), kind,
                      log_weight
    cluster_features  one row per cluster and used feature: cluster, position, feature, mean,
                      inverse_deviation
    """

    preparation: pd.DataFrame
    clusters: pd.DataFrame
    cluster_features: pd.DataFrame


def model_tables(preparation: pd.DataFrame, model: ClusterModel) -> ModelTables:
    """The tables of a model.

    Raises ValueError if ``preparation`` belongs to another model.
    """
    if tuple(used_features(preparation)) != model.features:
        raise ValueError("the preparation is of other features than the model")
    k, f = model.means.shape
    clusters = pd.DataFrame(
        {
            "cluster": model.numbers,
            "position": np.arange(1, k + 1),
            "kind": model.kind.value,
            "log_weight": model.log_weights,
        }
    )
    cluster_features = pd.DataFrame(
        {
            "cluster": np.repeat(model.numbers, f),
            "position": np.repeat(np.arange(1, k + 1), f),
            "feature": list(model.features) * k,
            "mean": model.means.ravel(),
            "inverse_deviation": model.inverse_deviations.ravel(),
        }
    )
    return ModelTables(preparation, clusters, cluster_features)

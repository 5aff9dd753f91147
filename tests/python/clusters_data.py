"""Artificial customers for the tests of clusters, and the SQL that scores them."""

import duckdb
import jinja2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from project import REPOSITORY

MODELS = REPOSITORY / "models" / "intermediate" / "clusters"


def customers(values: NDArray[np.float64]) -> pd.DataFrame:
    """Rows of values as features f0, f1, ... of customers c00000, c00001, ..."""
    names = [f"f{number}" for number in range(values.shape[1])]
    keys = pd.Index([f"c{number:05d}" for number in range(len(values))], name="customer_id")
    return pd.DataFrame(values, columns=names, index=keys)


def blobs(
    sizes: list[int], features: int = 3, *, distance: float = 8.0, seed: int = 5
) -> tuple[pd.DataFrame, pd.Series]:
    """Round clouds of these sizes, at least ``distance`` apart, and the cloud of each customer."""
    random = np.random.default_rng(seed)
    true = np.repeat(np.arange(len(sizes)), sizes)
    centres = np.zeros((len(sizes), features))
    for number in range(len(sizes)):
        centres[number, number % features] = distance * (1 + number // features)
    values = centres[true] + random.normal(size=(len(true), features))
    order = random.permutation(len(true))
    rows = customers(values[order])
    return rows, pd.Series(true[order], index=rows.index)


def scored(features: pd.DataFrame, model_rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of int_cluster_scores, in the order of ``features``."""
    with duckdb.connect() as session:
        rows = features.reset_index().astype(object)
        session.register("given", rows.where(rows.notna(), None))
        session.sql("create table customer_features as select *, 1 as lifetime_orders from given")
        session.register("int_cluster_model", model_rows.assign(is_accepted=True))
        model = (MODELS / "int_cluster_scores.sql").read_text(encoding="utf-8")
        sql = jinja2.Template(model).render(
            config=lambda **_: "",
            ref=lambda name: name,
            var=lambda name: {"cluster_features": list(features)}[name],
        )
        result = session.sql(sql).df()
    return result.set_index("customer_id").loc[features.index]

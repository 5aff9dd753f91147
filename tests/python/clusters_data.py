"""Made-up customers for the tests of clusters."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def customers(values: NDArray[np.float64]) -> pd.DataFrame:
    """Rows of values as features f0, f1, ... of customers c00000, c00001, ..."""
    names = [f"f{number}" for number in range(values.shape[1])]
    keys = pd.Index([f"c{number:05d}" for number in range(len(values))], name="customer_id")
    return pd.DataFrame(values, columns=names, index=keys)


def blobs(
    sizes: list[int], features: int = 3, *, distance: float = 8.0, seed: int = 5
) -> tuple[pd.DataFrame, pd.Series]:
    """Round clouds of these sizes, ``distance`` apart or more, and which one a customer is of."""
    random = np.random.default_rng(seed)
    true = np.repeat(np.arange(len(sizes)), sizes)
    centres = np.zeros((len(sizes), features))
    for number in range(len(sizes)):
        centres[number, number % features] = distance * (1 + number // features)
    values = centres[true] + random.normal(size=(len(true), features))
    order = random.permutation(len(true))
    rows = customers(values[order])
    return rows, pd.Series(true[order], index=rows.index)

"""Buyers as what prospects are compared with: attributes that prospects have too, and segments."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from customer_segmentation.relations import part, read_first, read_table


def buyers_with_segments(
    features: Any,
    segments: Mapping[str, Any],
    *,
    numbers: Sequence[str],
    categories: Sequence[str],
    most: int,
) -> pd.DataFrame:
    """The first ``most`` buyers by customer_id, for ``prospect_models``.

    Args:
        features: result of ``dbt.ref`` for customer_features.
        segments: segmentation -> result of ``dbt.ref`` for its model.
        numbers: attributes as floats.
        categories: attributes as text.
        most: maximum number of buyers.
    """
    columns = ["customer_id", *numbers, *categories]
    found = read_first(features, "customer_id", most, where="lifetime_orders > 0", columns=columns)
    for name in categories:
        column = found[name].cast(pa.string())
        found = found.set_column(found.column_names.index(name), name, column)
    buyers: pd.DataFrame = found.to_pandas().set_index("customer_id")
    buyers = buyers.astype(dict.fromkeys(numbers, "float64"))
    # No id has a quote in it.
    last_id = buyers.index[-1] if len(buyers) else ""
    for segmentation, relation in segments.items():
        needed = f"segmentation = '{segmentation}' and customer_id <= '{last_id}'"
        labels = read_table(part(relation, needed, ["customer_id", "segment"])).to_pandas()
        buyers[segmentation] = labels.set_index("customer_id")["segment"]
    return buyers

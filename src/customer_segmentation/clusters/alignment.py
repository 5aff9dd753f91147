"""Lasting numbers: cluster 3 of the last published model is cluster 3 of the next."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from customer_segmentation.clusters.reasons import Reason

# Below this index, the clusters are different ones, not the earlier ones moved a little.
SAME_ARI = 0.65

COLUMNS = ["fitted", "cluster", "is_new", "customers", "common_customers", "kept_customers"]


class Continuity(StrEnum):
    """Whether a model continues the last one."""

    FIRST = "first"
    CONTINUED = "continued"
    RECLUSTERED = "reclustered"
    REFUSED = "refused"


@dataclass(frozen=True)
class Alignment:
    """``mapping`` translates fitted numbers into lasting ones, for ``renumbered``.

    ``ari`` is the adjusted Rand index over the ``common_customers``, None without any. ``retired``
    are the previous clusters without a successor; their numbers are not reused. ``reason`` is None
    unless the model is refused. ``table`` has one row per fitted cluster (``COLUMNS``).
    """

    continuity: Continuity
    reason: Reason | None
    mapping: dict[int, int]
    ari: float | None
    common_customers: int
    retired: tuple[int, ...]
    table: pd.DataFrame


def align(
    previous: pd.Series, current: pd.Series, *, last_number: int = 0, accept_recluster: bool = False
) -> Alignment:
    """Matches the clusters of two models so that as many customers as possible keep their number.

    Both arguments are clusters by customer_id. For ``previous``, score today's customers with the
    last published model. Last month's clusters would mix changes of the customers with changes of
    the model. ``last_number`` is the highest number ever published; new clusters get the next
    numbers, the largest first. Two clusters without a common customer do not match.

    A change (adjusted Rand index below .65, or no common customer) is refused unless
    ``accept_recluster``.
    """
    previous, current = previous.sort_index(), current.sort_index()
    numbers, fitted = _ordered(previous), _ordered(current)
    both = pd.concat([previous.rename("number"), current.rename("fitted")], axis=1, join="inner")
    overlap = (
        pd.crosstab(both["fitted"], both["number"])
        .reindex(index=fitted, columns=numbers, fill_value=0)
        .to_numpy(dtype=np.int64)
    )
    mapping = {
        fitted[row]: numbers[column]
        for row, column in zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
        if overlap[row, column] > 0
    }
    kept = set(mapping.values())
    new = [cluster for cluster in fitted if cluster not in mapping]
    highest = max([last_number, *numbers])
    mapping |= {cluster: highest + place for place, cluster in enumerate(new, start=1)}

    ari = float(adjusted_rand_score(both["number"], both["fitted"])) if len(both) else None
    continuity = _continuity(ari, has_previous=bool(numbers), is_accepted=accept_recluster)
    rows = [
        (
            cluster,
            mapping[cluster],
            cluster in new,
            int((current == cluster).sum()),
            int(overlap[place].sum()),
            0 if cluster in new else int(overlap[place, numbers.index(mapping[cluster])]),
        )
        for place, cluster in enumerate(fitted)
    ]
    return Alignment(
        continuity,
        Reason.RECLUSTER_NOT_ACCEPTED if continuity is Continuity.REFUSED else None,
        mapping,
        ari,
        len(both),
        tuple(sorted(set(numbers) - kept)),
        pd.DataFrame(rows, columns=COLUMNS).sort_values("cluster", ignore_index=True),
    )


def _ordered(clusters: pd.Series) -> list[int]:
    """The clusters by size, then first customer; their fitted numbers are random.

    The matching of equal overlaps follows this order.
    """
    sizes = clusters.value_counts()
    first = dict(reversed([(int(cluster), place) for place, cluster in enumerate(clusters)]))
    return sorted(first, key=lambda cluster: (-int(sizes[cluster]), first[cluster]))


def _continuity(ari: float | None, *, has_previous: bool, is_accepted: bool) -> Continuity:
    if not has_previous:
        return Continuity.FIRST
    if ari is not None and ari >= SAME_ARI:
        return Continuity.CONTINUED
    return Continuity.RECLUSTERED if is_accepted else Continuity.REFUSED

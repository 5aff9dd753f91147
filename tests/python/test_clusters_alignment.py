"""Lasting numbers of clusters."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.clusters.alignment import Continuity, align
from customer_segmentation.clusters.reasons import Reason


def series(clusters: str) -> pd.Series:
    """Clusters of customers 0, 1, ...: a digit each, a dot for a missing customer."""
    return pd.Series(
        {place: int(cluster) for place, cluster in enumerate(clusters) if cluster != "."}, dtype=int
    )


def test_the_first_model_is_numbered_from_1_by_size() -> None:
    found = align(series(""), series("2223311111"))
    assert (found.continuity, found.reason, found.ari) == (Continuity.FIRST, None, None)
    assert found.mapping == {1: 1, 2: 2, 3: 3}
    assert found.table["is_new"].all()


def test_the_same_clusters_keep_their_numbers() -> None:
    found = align(series("7777444499"), series("2222111133"))
    assert found.continuity is Continuity.CONTINUED
    assert found.mapping == {2: 7, 1: 4, 3: 9}
    assert (found.ari, found.retired, found.common_customers) == (1.0, (), 10)


def test_as_many_customers_as_possible_keep_their_number() -> None:
    # A greedy match would map 1 to 5 with four customers, and 2 would share none with 6.
    found = align(series("5555666555"), series("1111111222"), accept_recluster=True)
    assert found.mapping == {1: 6, 2: 5}
    assert found.table["kept_customers"].tolist() == [3, 3]


def test_a_new_cluster_gets_an_unused_number() -> None:
    found = align(series("1111122222"), series("1111122233"), last_number=6)
    assert found.mapping == {1: 1, 2: 2, 3: 7}
    assert found.table.set_index("cluster")["is_new"].to_dict() == {1: False, 2: False, 7: True}
    assert align(series("1111122222"), series("1111122233")).mapping[3] == 3


def test_a_missing_cluster_is_retired() -> None:
    found = align(series("1111122233"), series("1111122222"))
    assert found.mapping == {1: 1, 2: 2}
    assert found.retired == (3,)


def test_clusters_without_a_common_customer_do_not_match() -> None:
    found = align(series("111222...."), series("111...2222"))
    assert found.mapping == {1: 1, 2: 3}
    assert found.retired == (2,)


@pytest.mark.parametrize(("swapped", "is_same"), [(9, True), (10, False)])
def test_the_limit_of_the_rand_index_is_0_65(swapped: int, is_same: bool) -> None:
    # 100 and 100 customers, some of each in the other cluster: ARI .669 for 9, .638 for 10 each.
    previous = pd.Series([1] * 100 + [2] * 100)
    current = previous.copy()
    current[:swapped] = 2
    current[-swapped:] = 1
    found = align(previous, current)
    assert found.ari is not None
    assert (found.ari >= 0.65) == is_same
    assert found.continuity is (Continuity.CONTINUED if is_same else Continuity.REFUSED)
    assert found.reason is (None if is_same else Reason.RECLUSTER_NOT_ACCEPTED)
    accepted = align(previous, current, accept_recluster=True)
    assert accepted.continuity is (Continuity.CONTINUED if is_same else Continuity.RECLUSTERED)
    assert accepted.reason is None
    assert accepted.mapping == found.mapping == {1: 1, 2: 2}


def test_without_common_customers_nothing_is_continued() -> None:
    found = align(series("1122...."), series("....1122"))
    assert (found.continuity, found.ari, found.common_customers) == (Continuity.REFUSED, None, 0)
    assert found.mapping == {1: 3, 2: 4}


CLUSTERS = st.text("1234.", min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(CLUSTERS, CLUSTERS, st.permutations([1, 2, 3, 4]), st.integers(0, 99))
def test_labels_change_nothing(previous: str, current: str, labels: list[int], seed: int) -> None:
    one, two = series(previous), series(current)
    relabelled = two.map(dict(zip([1, 2, 3, 4], labels, strict=True)))
    relabelled = relabelled.sample(frac=1, random_state=seed)
    expected = two.map(align(one, two).mapping)
    found = relabelled.map(align(one.iloc[::-1], relabelled).mapping).sort_index()
    pd.testing.assert_series_equal(found, expected, check_dtype=False)


@settings(deadline=None, max_examples=60)
@given(CLUSTERS, CLUSTERS, st.integers(0, 9))
def test_numbers_are_unique_and_never_reused(previous: str, current: str, last_number: int) -> None:
    one, two = series(previous), series(current)
    found = align(one, two, last_number=last_number)
    assert sorted(found.mapping) == sorted(two.unique())
    assert len(set(found.mapping.values())) == len(found.mapping)
    assert not set(found.retired) & set(found.mapping.values())
    new = set(found.mapping.values()) - set(one)
    assert all(number > last_number for number in new)
    assert found.table["customers"].sum() == len(two)

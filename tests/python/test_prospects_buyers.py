"""The buyers that prospects are compared with."""

from typing import Any

import duckdb
import pandas as pd
import pytest

from customer_segmentation.prospects.buyers import buyers_with_segments

CONNECTION = duckdb.connect()
FEATURES = CONNECTION.sql("""
    select * from (values
        ('d', 1, 1, 'AT', 1.15, true), ('c', 1, null, 'AT', 0.10, null),
        ('b', 1, 30, null, null, false), ('a', 0, 2, 'AT', 2.25, true)
    ) as features (customer_id, lifetime_orders, age_years, country_code, income_ratio, is_owner)
""")
VALUE = CONNECTION.sql("""
    select * from (values
        ('a', 'historic_value', 'prospect'), ('b', 'historic_value', 'high'),
        ('b', 'expected_value', 'low'), ('c', 'historic_value', 'low')
    ) as seg_value (customer_id, segmentation, segment)
""")
RFM = CONNECTION.sql("""
    select * from (values ('b', 'rfm', 'loyal'), ('b', 'company_rfm', 'lost'), ('d', 'rfm', 'new'))
    as seg_rfm (customer_id, segmentation, segment)
""")


def buyers(features: Any, numbers: str, categories: str, most: int = 9) -> dict[str, list[Any]]:
    found = buyers_with_segments(
        features,
        {"historic_value": VALUE, "rfm": RFM},
        numbers=numbers.split(),
        categories=categories.split(),
        most=most,
    )
    found = found.reset_index().astype(object)
    found = found.where(pd.notna(found), None)
    return {str(name): column.to_list() for name, column in found.items()}


def test_buyers_have_their_attributes_and_segments() -> None:
    assert buyers(FEATURES, "age_years income_ratio", "country_code is_owner") == {
        "customer_id": ["b", "c", "d"],
        "age_years": [30.0, None, 1.0],
        "income_ratio": [None, 0.1, 1.15],
        "country_code": [None, "AT", "AT"],
        "is_owner": ["false", None, "true"],
        "historic_value": ["high", "low", None],
        "rfm": ["loyal", None, "new"],
    }


@pytest.mark.parametrize("most", [1, 2])
def test_the_first_buyers_by_id_are_read(most: int) -> None:
    found = buyers(FEATURES, "age_years", "", most)
    assert found["customer_id"] == ["b", "c"][:most]
    assert found["historic_value"] == ["high", "low"][:most]


def test_without_attributes_buyers_have_only_segments() -> None:
    assert buyers(FEATURES, "", "", 1) == {
        "customer_id": ["b"],
        "historic_value": ["high"],
        "rfm": ["loyal"],
    }


def test_without_buyers_there_are_no_rows() -> None:
    assert buyers(FEATURES.filter("lifetime_orders = 0"), "age_years", "country_code") == {
        "customer_id": [],
        "age_years": [],
        "country_code": [],
        "historic_value": [],
        "rfm": [],
    }

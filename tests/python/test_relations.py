"""Reading relations of dbt Python models."""

import duckdb

from customer_segmentation.relations import read_counts, read_first


def test_the_first_rows_that_meet_the_condition_are_read() -> None:
    relation = duckdb.sql(
        "from (values (3, 'all'), (2, 'all'), (1, 'all'), (3, 'calibration')) as rows (key, period)"
    )
    assert read_first(relation, "key", 2)["key"].to_pylist() == [1, 2]
    chosen = read_first(relation, "key", 2, where="period = 'calibration'")
    assert chosen.to_pylist() == [{"key": 3, "period": "calibration"}]
    assert read_first(relation, "key", 1, columns=["key"]).to_pylist() == [{"key": 1}]


def test_equal_rows_are_counted_by_the_columns_asked_for() -> None:
    relation = duckdb.sql("from (values ('a', 1, 5), ('b', 1, 5), ('c', 1, 6)) as rows (id, x, y)")
    rows = sorted(read_counts(relation, ["x", "y"], "customers").to_pylist(), key=str)
    assert rows == [{"x": 1, "y": 5, "customers": 2}, {"x": 1, "y": 6, "customers": 1}]

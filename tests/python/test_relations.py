"""Reading relations of dbt Python models."""

import duckdb

from customer_segmentation.relations import read_first


def test_the_first_rows_that_meet_the_condition_are_read() -> None:
    relation = duckdb.sql(
        "from (values (3, 'all'), (2, 'all'), (1, 'all'), (3, 'calibration')) as rows (key, period)"
    )
    assert read_first(relation, "key", 2)["key"].to_pylist() == [1, 2]
    chosen = read_first(relation, "key", 2, where="period = 'calibration'")
    assert chosen.to_pylist() == [{"key": 3, "period": "calibration"}]
    assert read_first(relation, "key", 1, columns=["key"]).to_pylist() == [{"key": 1}]

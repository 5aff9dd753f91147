"""A landing that lost rows since the last publication is refused, each loss by its name."""

import re

import pytest
from project import FILES, SEEDED, Project, Rows

pytestmark = pytest.mark.end_to_end


def inverse(rate: str) -> str:
    # One of the sample's rates is no number.
    return f"{1 / float(rate):.6f}" if re.fullmatch("[0-9.]+", rate) else rate


def lose(table: str, rows: Rows) -> Rows:
    match table:
        case "order_lines":
            return rows[: len(rows) // 2]
        case "consents":
            return rows[: len(rows) * 7 // 10]
        case "exchange_rates":
            return [{**row, "rate": inverse(row["rate"])} for row in rows]
    return rows


def test_half_the_lines_lost_consents_and_inverse_rates_are_refused(files_today: Project) -> None:
    # As if yesterday's sample had been files.
    files_today.change_state("update segmentation_days set landing = 'files'")
    assert files_today.state_rows(
        "select table_name, row_count from landing_volumes "
        "where figure = 'rows' and table_name in ('consents', 'order_lines') order by all"
    ) == [("consents", 2185), ("order_lines", 5042)]
    files_today.land_files(lose)
    printed = files_today.refused(
        *("build", "--select", "+gate_shop", "+gate_crm", *SEEDED), variables=FILES
    )
    refused = dict(
        files_today.warehouse_rows(
            "select table_name || ' ' || item, broken_rule from segments_quality.landing_volumes "
            "where verdict = 'refused'"
        )
    )
    assert refused == {
        "order_lines all": "too_few",
        "consents all": "fewer",
        **{f"exchange_rates {pair}/EUR": "rate" for pair in ("CHF", "GBP", "PLN", "SEK", "USD")},
    }
    for message in (
        "critical in gate_shop: order_lines: 2,521 rows; 5,042 rows up to 2025-06-30 let expect "
        "5,042, and this is under 70% of it. If that is right, add to "
        "seeds/business/accepted_changes.csv: order_lines,rows,2025-06-29,",
        "critical in gate_crm: consents: 1,529 rows; up to 2025-06-30 there were 2,185, and it may "
        "only grow.",
        "critical in gate_shop: exchange_rates: the rate ",
    ):
        assert message in printed

"""Hourly service cards: the selection service_hourly changes the cards and nothing else."""

import csv
import hashlib
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import FILES, LEAN, REPOSITORY, Project, csv_rows

from customer_segmentation.cards import found_cards
from customer_segmentation.report import visual_report

pytestmark = pytest.mark.end_to_end

HOURLY = (*LEAN, "build", "--selector", "service_hourly")

# Only these tables may differ after an hour.
REFRESHED = {
    *("stg_web__events", "gate_web", "int_current_visits", "int_visit_events"),
    *("int_visit_shopping", "landing_row_counts", "service_cards", "service_publication"),
    *("int_recent_events", "card_keys"),
}


def change_as_of(project: Project, change: str) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"update segments_staging.as_of set {change}")


def tables(project: Project) -> dict[str, Any]:
    """A checksum of every table of the build database, whatever the order of its rows."""
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        return {
            name.split(".")[1]: connection.execute(
                f"select count(*), sum(hash(content)::hugeint) from {name} as content"
            ).fetchone()
            for (name,) in names
        }


def staged_events(project: Project) -> list[tuple[Any, ...]]:
    return project.warehouse_rows(
        "from segments_staging.stg_web__events "
        "where excluded_as is distinct from 'later' order by all"
    )


def cards(project: Project) -> dict[str, dict[str, Any]]:
    with duckdb.connect(
        str(project.published.with_name("service_cards.duckdb")), read_only=True
    ) as connection:
        found = connection.execute("from service_cards")
        columns = [column[0] for column in found.description]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {row["customer_id"]: row for row in rows}


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def land_more_events(project: Project, file_name: str, rows: list[dict[str, str]]) -> None:
    """One more file beside the sample's events, which become a folder of files."""
    folder = project.landing / "events"
    first = folder / "until_yesterday.csv"
    if not folder.exists():
        folder.mkdir()
        (project.landing / "events.csv").rename(first)
    columns = list(csv_rows(first)[0])
    with (folder / file_name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def stories() -> list[tuple[str, ...]]:
    """The texts of the page's four stories."""
    page = (REPOSITORY / "docs" / "service.md").read_text(encoding="utf-8")
    section = page.partition("## Four stories")[2].partition("\n## ")[0]
    _, _, *rows = [line for line in section.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in row.strip("|").split("|"))[1:] for row in rows]


def test_only_cards_change(built: Project, parsed_for_files: Project, tmp_path: Path) -> None:
    project = parsed_for_files.copy(tmp_path / "project")
    project.forget_builds()
    project.land_files(lambda table, rows: rows)

    # Without a full build the run has a clear error.
    output = project.refused(*HOURLY, variables=FILES)
    assert "build everything once (dbt build)" in output
    assert "dim_customers" in output

    project.warehouse.unlink(missing_ok=True)
    shutil.copy(built.warehouse, project.warehouse)
    shutil.copytree(built.published.parent, project.published.parent, symlinks=True)
    before = cards(project)
    assert len(before) > 1000
    output = project.refused(*HOURLY, variables=FILES)
    assert "landing is 'files', but what this selection reads was built from sample" in output
    # The same rows, marked as landed from files.
    change_as_of(project, "landing = 'files'")
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        # Contacts without recent events, so that only new events count.
        contacts = connection.execute(
            "select identifier, customer_id from segments_intermediate.int_customer_identifiers "
            "inner join segments_intermediate.int_profiled_customers using (customer_id) "
            "where identifier_type = 'contact' and customer_id not in ("
            "select customer_id from segments_intermediate.int_visit_events "
            "where customer_id is not null) and customer_id not in ("
            "select customer_id from segments_intermediate.int_web_purchases "
            "where customer_id is not null and purchased_at > "
            "(select max(now_at) from segments_intermediate.int_visit_events) "
            "- interval 7 day) "
            "order by identifier"
        ).fetchall()
        avoiders = connection.execute(
            "select customer_id from segments_intermediate.int_customer_suppressions "
            "where product_group = 'tag:pork' and reason_code = 'declared'"
        ).fetchall()
        # A customer who objects to profiling.
        ((objector, objector_id),) = connection.execute(
            "select identifier, customer_id from segments_intermediate.int_customer_identifiers "
            "inner join segments_intermediate.int_profiling_objections using (customer_id) "
            "where identifier_type = 'contact' order by identifier limit 1"
        ).fetchall()
    quiet = [pair for pair in contacts if before[pair[1]]["satisfaction"] != "dissatisfied"]
    leaver, waverer, buyer, one, other = (contact for contact, _ in quiet[:5])
    leaver_id, waverer_id, buyer_id, one_id, other_id = (customer for _, customer in quiet[:5])
    [avoider, *_] = [contact for contact, customer in quiet[5:] if (customer,) in avoiders]
    [angry, *_] = [contact for contact, _ in contacts if contact not in dict(quiet)]
    avoider_id, angry_id = dict(contacts)[avoider], dict(contacts)[angry]
    noon = max(row["seen_until"] for row in before.values()) + timedelta(hours=2)
    number = 0

    def event(
        minutes: int, contact: str, kind: str, session: str = "", **more: str
    ) -> dict[str, str]:
        nonlocal number
        number += 1
        moment: datetime = noon - timedelta(minutes=minutes)
        return {
            "event_id": f"new {number}",
            "occurred_at": moment.isoformat(sep=" "),
            "visitor_id": f"device of {session or contact}",
            "session_id": f"session of {session or contact}",
            "contact_id": contact,
            "event_type": kind,
            **more,
        }

    land_more_events(
        project,
        "last_hour.csv",
        [
            event(76, leaver, "product_view", product_id="P001"),
            event(75, leaver, "add_to_cart", product_id="P001", cart_id="left", quantity="1"),
            event(75, objector, "add_to_cart", product_id="P001", cart_id="kept", quantity="1"),
            event(5, objector, "product_view", product_id="P001"),
            *[
                event(20 - turn, waverer, "product_view", product_id=("P001", "P005")[turn % 2])
                for turn in range(6)
            ],
            event(10, one, "page_view", session="a shared device"),
            event(9, other, "page_view", session="a shared device"),
            event(0, waverer, "page_view"),
            *[
                event(minute, buyer, kind, product_id=product, cart_id="quick", quantity="1")
                for start, product in ((9, "P021"), (6, "P041"), (3, "P002"))
                for minute, kind in ((start, "product_view"), (start - 1, "add_to_cart"))
            ],
            event(4, avoider, "product_view", product_id="P042"),
            event(2, angry, "page_view"),
            *[
                event(20 - turn, "", "product_view", session="a stranger", product_id="P001")
                for turn in range(6)
            ],
        ],
    )
    tables_before, staged_before = tables(project), staged_events(project)
    daily, report = checksum(project.published), checksum(visual_report(project.published))

    output = project.done(*HOURLY, variables=FILES)
    # Some events of the sample are dated in the future.
    assert set(re.findall(r"WARN \d+ (gate\w+)", output)) == {"gate_web_has_no_warning"}

    after = cards(project)
    # A device that the full build did not know has a card, which its id finds.
    [stranger_id] = after.keys() - before.keys()
    stranger = after.pop(stranger_id)
    assert stranger["visit_state"] == "indecisive"
    assert stranger["recommended_strategy"] == "help_to_choose"
    assert stranger["visit_products"] == "P001"
    file = project.published.with_name("service_cards.duckdb")
    assert found_cards(file, "device of a stranger") == [stranger]
    assert after.keys() == before.keys()
    card = after[leaver_id]
    assert card["visit_state"] == "abandoned_cart"
    assert card["visit_reason"] == (
        "products in the cart: 1, minutes since the last change: 75, not bought"
    )
    assert card["recommended_strategy"] == "remind_of_cart"
    assert card["recommended_by"] == "visit abandoned_cart"
    assert card["recommended_reason"] == card["visit_reason"]
    assert card["seen_until"] == noon
    assert after[waverer_id]["visit_state"] == "indecisive"
    assert after[waverer_id]["recommended_strategy"] == "help_to_choose"
    # A visit with two contacts belongs to neither.
    assert {after[customer]["visit_state"] for customer in (one_id, other_id)} == {"none"}
    # No visit of a customer who objects is evaluated.
    assert after[objector_id]["visit_state"] is None
    assert after[objector_id]["visit_reason"] == "objected to profiling"
    changed = {
        customer
        for customer, card in after.items()
        if {**card, "seen_until": None} != {**before[customer], "seen_until": None}
    }
    current_before = {key for key, card in before.items() if card["visit_last_event_at"]}
    visitors = {leaver_id, waverer_id, buyer_id, avoider_id, angry_id}
    assert changed == visitors | current_before
    # The page tells what these cards say.
    told = [after[customer] for customer in (waverer_id, buyer_id, avoider_id, angry_id)]
    columns = ("recommended_by", "recommended_reason", "what_to_do")
    assert stories() == [tuple(card[column] for column in columns) for card in told]
    refused = after[avoider_id]["do_not_offer"]
    assert refused.startswith("deli: 5 of 25 products, Alma Smoked Ham, ")
    assert refused.endswith(" (declared)")
    assert refused.count(" Smoked Ham") == 5

    assert checksum(project.published) == daily
    assert checksum(visual_report(project.published)) == report
    assert staged_events(project) == staged_before
    tables_after = tables(project)
    assert tables_after.keys() == tables_before.keys()
    differing = {name for name in tables_after if tables_after[name] != tables_before[name]}
    assert differing <= REFRESHED, differing - REFRESHED
    assert {"stg_web__events", "service_cards"} <= differing

    # Events without a type fail their gate, and the cards of the last hour stay.
    land_more_events(project, "broken.csv", [event(0, leaver, "") for _ in range(3000)])
    output = project.refused(*HOURLY, variables=FILES)
    assert "gate_web_has_no_critical_failure" in output
    assert cards(project) == {**after, stranger_id: stranger}
    # Without its test, publication checks the gate.
    output = project.refused(*LEAN, "run", "--selector", "service_hourly", variables=FILES)
    assert "nothing is published, because gate_web failed (critical checks: " in output
    assert cards(project) == {**after, stranger_id: stranger}

    # A build that failed at a gate after it changed the database.
    change_as_of(project, "run_id = 'refused'")
    output = project.refused(*HOURLY, variables=FILES)
    assert "what this selection reads was not published" in output
    assert cards(project) == {**after, stranger_id: stranger}

    # A build for a past day.
    change_as_of(project, "visible_until_date = as_of_date")
    output = project.refused(*HOURLY, variables=FILES)
    assert "what this selection reads was built for as_of_date" in output
    assert cards(project) == {**after, stranger_id: stranger}

"""Random days with the SQL of the history: its stays are those of the days that it was told."""

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import md5
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

MODELS = [
    *("history/int_run_day", "history/int_segmentation_days", "history/int_kept_segment_history"),
    *("history/int_segment_changes", "marts/history/fct_segment_history"),
    "marts/history/fct_segment_changes",
]
RELATION = re.compile(r'"(warehouse|state)"\."(\w+)"\."(\w+)"')
# marketing_consent is not profiling; customers may be in several business segments.
SEGMENTS = {"rfm": 3, "business": 3, "marketing_consent": 2, "lifecycle": 2}
PROFILING = SEGMENTS.keys() - {"marketing_consent"}

Member = tuple[str, str, str]
Stay = tuple[str, str, str, date, date | None]


class Told:
    """The members of each day of the history, as the last run of the day told them."""

    def __init__(self) -> None:
        self.members: dict[date, set[Member]] = {}
        self.segmentations: dict[date, set[str]] = {}

    def run(
        self, day: date, members: set[Member], known: set[str], objecting: set[str], erased: str
    ) -> None:
        is_replay = day < max(self.members, default=day)
        first_days: dict[str, date] = {}
        for told in sorted(self.members):
            for customer, *_ in self.members[told]:
                first_days.setdefault(customer, told)
        for told in self.members:
            self.members[told] = {
                (customer, segmentation, segment)
                for customer, segmentation, segment in self.members[told]
                if customer != erased
                and (customer in known or (is_replay and first_days[customer] > day))
                and not (
                    customer in objecting
                    and segmentation in PROFILING
                    and segment != "not_profiled"
                )
            }
        if not is_replay:
            self.members[day] = members
            self.segmentations[day] = {segmentation for _, segmentation, _ in members}

    def stays(self) -> Iterator[Stay]:
        days = sorted(self.members)
        for member in set[Member]().union(*self.members.values()):
            start = None
            for day in days:
                if start is None and member in self.members[day]:
                    start = day
                elif start is not None and member not in self.members[day]:
                    yield (*member, start, day)
                    start = None
            if start is not None:
                yield (*member, start, None)

    def is_first_day(self, segmentation: str, day: date) -> bool:
        return day == min(d for d, names in self.segmentations.items() if segmentation in names)


class History:
    """The models of the history in memory, with the inputs of a test."""

    def __init__(self, built: Project) -> None:
        compiled = built.root / "target" / "compiled" / "customer_segmentation" / "models"
        self.database = duckdb.connect()
        self.database.execute(
            f"attach '{built.warehouse}' as warehouse (read_only); "
            f"attach '{built.state}' as state (read_only)"
        )
        self.queries: dict[str, str] = {}
        for path in MODELS:
            query = (compiled / f"{path}.sql").read_text("utf-8")
            query = re.sub("^--.*", "", query, flags=re.MULTILINE)
            for database, schema, name in set(RELATION.findall(query)):
                place = f"state.{name}" if database == "state" else f"{database}.{schema}.{name}"
                rows = "" if name == "segmentations" else "limit 0"
                self.database.execute(f"create table if not exists {name} as from {place} {rows}")
            self.queries[path.rpartition("/")[2]] = RELATION.sub(r"main.\3", query)

    def fill(self, name: str, **columns: list[Any]) -> None:
        """Replaces the rows of an input; columns that are not given are null."""
        self.database.execute(f"delete from {name}")
        self.database.register("rows", pa.table(columns))
        self.database.execute(f"insert into {name} by name from rows")

    def run(self) -> None:
        for name, query in self.queries.items():
            self.database.execute(f"create or replace table {name} as {query}")
        self.database.execute(
            "create or replace table segment_history as from fct_segment_history; "
            "create or replace table segmentation_days as from int_segmentation_days"
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()


def members_of(chance: random.Random, customers: set[str], objecting: set[str]) -> set[Member]:
    names = [name for name in SEGMENTS if name == "rfm" or chance.random() < 0.8]
    members = set()
    for customer in sorted(customers):
        for name in names:
            if customer in objecting and name in PROFILING:
                members.add((customer, name, "not_profiled"))
                continue
            several = chance.randrange(3) if name == "business" else 1
            for number in chance.sample(range(SEGMENTS[name]), several):
                members.add((customer, name, f"segment {number}"))
    return members


@pytest.mark.parametrize("seed", range(2))
def test_stays_are_those_of_the_days(built: Project, seed: int) -> None:
    chance, told, history = random.Random(seed), Told(), History(built)
    day = date(2025, 1, 1)
    created = {f"customer {number}": day for number in range(12)}
    objecting: set[str] = set()
    merged: dict[str, str] = {}
    for number in range(20):
        last_day, erased = day, ""
        kind = chance.choice(["next", "next", "again", "replay"]) if number > 2 else "next"
        if kind == "next":
            day += timedelta(chance.randrange(1, 4))
        elif kind == "replay":
            day = chance.choice(sorted(told.members)[:-1]) - timedelta(chance.randrange(2))
        for event in chance.choices(["new", "gone", "erased", "merge", "objection"], k=2):
            customer, other = chance.sample(sorted(created), 2)
            if event in ("gone", "erased", "merge"):
                del created[customer]
                objecting.discard(customer)
            if event != "objection":
                created[f"customer {number} {event}"] = last_day
            if event == "erased":
                erased = customer
            elif event == "objection":
                objecting ^= {customer}
            elif event == "merge":
                merged |= {key: other for key, value in merged.items() if value == customer}
                merged[customer] = other
        # A run of an earlier day does not know later customers.
        customers = {customer for customer, since in created.items() if since <= day}
        members = members_of(chance, customers, objecting)

        history.fill("as_of", as_of_date=[day], last_seen_date=[day])
        history.fill("int_customers", customer_id=list(customers))
        history.fill("int_profiling_objections", customer_id=list(objecting))
        key = md5(f"erased|customer|{erased}".encode()).hexdigest()
        history.fill("erased_keys", key_hash=[key])
        history.fill(
            "int_identity_merges",
            absorbed_customer_id=list(merged),
            customer_id=list(merged.values()),
        )
        columns = ("customer_id", "segmentation", "segment")
        history.fill(
            "segment_memberships",
            **{column: [row[place] for row in members] for place, column in enumerate(columns)},
        )
        history.run()
        earlier_ids = {key for key, value in merged.items() if value in objecting}
        told.run(day, members, customers | merged.keys(), objecting | earlier_ids, erased)

        stays = set(told.stays())
        rows = history.rows("select * exclude (is_current) from fct_segment_history")
        assert len(rows) == len(stays)
        assert {row[:5] for row in rows} == stays
        for _, segmentation, _, start, end, entered_because, left_because in rows:
            assert (entered_because is None) == told.is_first_day(segmentation, start)
            assert (left_because is None) == (end is None)
        changes = history.rows("select * exclude (cause) from fct_segment_changes")
        entries = {
            (*stay[:4], "enter") for stay in stays if not told.is_first_day(stay[1], stay[3])
        }
        exits = {(*stay[:3], stay[4], "exit") for stay in stays if stay[4]}
        assert len(changes) == len(entries) + len(exits)
        assert {row[:5] for row in changes} == entries | exits
        assert all(row[5] for row in changes)
        day = max(day, last_day)

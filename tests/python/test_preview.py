"""A preview gives what the next build gives, and names the mistakes by their rows."""

import csv
import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import LEAN, REPOSITORY, Project
from typer.testing import CliRunner

from customer_segmentation.__main__ import app
from customer_segmentation.preview.figures import audience_changes, edited_seeds, segment_changes
from customer_segmentation.preview.replay import Replay, replayed
from customer_segmentation.preview.steps import EDITED

pytestmark = pytest.mark.end_to_end

EDITS = 50
ROUNDS = 2

Rows = dict[str, list[dict[str, str]]]


def rows_of_project() -> Rows:
    """The rows of the edited seeds by their names."""
    rows = {}
    for name in EDITED:
        (file,) = (REPOSITORY / "seeds/business").rglob(f"{name}.csv")
        with file.open(encoding="utf-8", newline="") as lines:
            rows[name] = list(csv.DictReader(lines))
    rows["segments"] = [row for row in rows["segments"] if row["segmentation"] == "business"]
    return rows


def write(rows: Rows, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, records in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, records[0].keys())
            writer.writeheader()
            writer.writerows(records)


def differences(replay: Replay) -> dict[str, int]:
    """The number of rows in which tables of the preview differ from those of the build."""
    found = {}
    for name, step in replay.steps.items():
        if step["relation"] and step["resource_type"] != "test":
            before, after = replay.before(name), replay.after(name)
            (count,) = replay.connection.execute(
                f"select count(*) from ((from {before} except all from {after}) union all"
                f" (from {after} except all from {before}))"
            ).fetchone() or (0,)
            found[name] = count
    return found


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built.copy(tmp_path_factory.mktemp("preview") / "project")


def previewed(project: Project, folder: Path, use: Callable[[Replay], Any]) -> Any:
    with replayed(project.warehouse, str(folder)) as replay:
        return use(replay)


def test_unchanged_rows_give_the_last_build(project: Project) -> None:
    with replayed(project.warehouse) as replay:
        assert not replay.mistakes
        assert edited_seeds(replay) == []
        found = differences(replay)
    assert {"rule_strengths", "contact_candidates", "audience_members", "audiences"} <= found.keys()
    assert set(found.values()) == {0}


# ---- edits at random -----------------------------------------------------------------------------


def threshold(rows: Rows, draw: random.Random) -> None:
    numeric = [row for row in rows["segment_rules"] if row["value"].isdecimal()]
    row = draw.choice(numeric)
    row["value"] = str(int(row["value"]) + draw.choice([1, 2, 5, 50]))


def rule_goes(rows: Rows, draw: random.Random) -> None:
    rules = rows["segment_rules"]
    first = draw.randrange(len(rules))
    group = (rules[first]["segment"], rules[first]["rule_group"])
    others = [row for row in rules if (row["segment"], row["rule_group"]) == group]
    if len(others) > 1:
        rules.remove(rules[first])


def segment_comes(rows: Rows, draw: random.Random) -> None:
    name = f"new_{draw.randrange(10**6)}"
    row = dict(rows["segments"][0])
    row |= {"segment": name, "label": name, "sort_order": str(100 + len(rows["segments"]))}
    rows["segments"].append(row)
    condition = {
        "feature": draw.choice(["lifetime_orders", "window_net_amount", "web_window_sessions"]),
        "operator": draw.choice(["at_least", "less_than"]),
        "value": str(draw.randrange(1, 40)),
        "width": draw.choice(["", "2"]),
    }
    if draw.random() < 0.5:
        condition = {
            "feature": draw.choice(["product_view", "add_to_cart", "message_sent", "purchase"]),
            "operator": draw.choice(["followed_by", "not_followed_by"]),
            "value": f"{draw.choice(['purchase', 'service_contact'])}|{draw.randrange(1, 40)}",
            "width": "",
        }
    rows["segment_rules"].append({"segment": name, "rule_group": "all", **condition})


def audience_changes_its_limits(rows: Rows, draw: random.Random) -> None:
    row = draw.choice(rows["audiences"])
    column, values = draw.choice(
        [
            ("channel", ["email", "letter", "phone"]),
            ("min_age", ["16", "18", "40"]),
            ("holdout_percent", ["0", "5", "50"]),
            ("frequency_cap_days", ["1", "90", "365"]),
        ]
    )
    row[column] = draw.choice(values)


def audiences_change_places(rows: Rows, draw: random.Random) -> None:
    first, second = draw.sample(rows["audiences"], 2)
    first["priority"], second["priority"] = second["priority"], first["priority"]


def audience_takes_a_segment(rows: Rows, draw: random.Random) -> None:
    audience = draw.choice(rows["audiences"])["audience"]
    segment = draw.choice(rows["segments"])["segment"]
    keys = {(row["audience"], row["segment"]) for row in rows["audience_segments"]}
    if (audience, segment) not in keys:
        kind = draw.choice(["include", "include", "require", "exclude"])
        rows["audience_segments"].append(
            {"audience": audience, "segmentation": "business", "segment": segment, "kind": kind}
        )


def audience_offers(rows: Rows, draw: random.Random) -> None:
    offer = {
        "audience": draw.choice(rows["audiences"])["audience"],
        "product_by": "category",
        "product_value": draw.choice(["deli", "fashion", "nothing of ours"]),
    }
    if offer not in rows["audience_offers"]:
        rows["audience_offers"].append(offer)


def suppression_changes(rows: Rows, draw: random.Random) -> None:
    row = draw.choice(rows["suppression_rules"])
    if row["customer_by"] == "age_from":
        row["customer_value"] = str(draw.randrange(30, 60))
    elif row["customer_by"] == "country_code":
        row["customer_value"] = draw.choice(["SE", "AT", "DE", "XX"])


CHANGES = [
    threshold,
    rule_goes,
    segment_comes,
    audience_changes_its_limits,
    audiences_change_places,
    audience_takes_a_segment,
    audience_offers,
    suppression_changes,
]


def edited(rows: Rows, seed: int) -> Rows:
    """A copy of ``rows`` with one edit that changes something."""
    draw = random.Random(seed)
    while True:
        copy = {name: [dict(row) for row in records] for name, records in rows.items()}
        draw.choice(CHANGES)(copy, draw)
        if copy != rows:
            return copy


def test_previews_of_random_edits_equal_the_next_build(project: Project) -> None:
    """Edits add up in each round, and each round ends with a build."""
    folder = project.root / "own"
    with replayed(project.warehouse) as replay:
        steps = [step["name"] for step in replay.steps.values() if step["resource_type"] != "test"]
    edits, moved = 0, 0
    for turn in range(ROUNDS):
        rows = rows_of_project()
        while edits < EDITS * (turn + 1) // ROUNDS:
            edits += 1
            rows = edited(rows, edits)
            write(rows, folder)

        def expect(replay: Replay) -> dict[str, list[tuple[Any, ...]]]:
            assert not replay.mistakes
            return {
                name: sorted(
                    replay.connection.execute(f"from {replay.after(name)}").fetchall(), key=str
                )
                for name in steps
            }

        expected = previewed(project, folder, expect)
        moved += previewed(
            project,
            folder,
            lambda replay: sum(
                change.entered + change.left
                for change in (*segment_changes(replay), *audience_changes(replay))
            ),
        )
        project.done(
            *LEAN, "build", "--exclude-resource-type", "test", "unit_test",
            "--select", *steps, variables={"business_path": "own"},
        )  # fmt: skip
        with duckdb.connect(str(project.warehouse), read_only=True) as connection:
            for name in steps:
                with_schema = next(
                    f'"{schema}"."{name}"'
                    for (schema,) in connection.execute(
                        "select table_schema from information_schema.tables"
                        f" where table_name = '{name}'"
                    ).fetchall()
                )
                built_rows = sorted(connection.execute(f"from {with_schema}").fetchall(), key=str)
                assert built_rows == expected[name], name
    assert edits == EDITS
    assert moved > 100


# ---- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seed", "row", "change", "expected"),
    [
        (
            "segment_rules",
            3,
            {"feature": "lifetme_orders"},
            "row 5, segment 'best_regulars': feature",
        ),
        (
            "audiences",
            1,
            {"priority": "first"},
            "row 3: priority is 'first'; expected a whole number",
        ),
        ("audiences", 1, {"priority": "1"}, "audiences.csv, row 3: broken claim 'unique priority'"),
        ("audiences", 7, {"channel": "fax"}, "row 9: broken claim 'channel has an accepted value'"),
        ("audience_segments", 0, {"audience": "nobody"}, "row 2: broken claim 'audience is in aud"),
        ("audience_segments", 2, {"segment": "cant_loose"}, "audiences are of segments of the cat"),
        ("audiences", 2, {"channel": "letter"}, "audiences use the channel of their strat"),
        ("suppression_rules", 1, {"product_by": "shelf"}, "row 3: broken claim 'product_by has an"),
    ],
)
def test_a_mistake_names_its_row(
    project: Project, tmp_path: Path, seed: str, row: int, change: dict[str, str], expected: str
) -> None:
    rows = rows_of_project()
    rows[seed][row] |= change
    write(rows, tmp_path / "own")
    mistakes: list[str] = previewed(project, tmp_path / "own", lambda replay: replay.mistakes)
    assert any(expected in mistake for mistake in mistakes), mistakes


# ---- the command ---------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["preview", *map(str, arguments)], env={"COLUMNS": "160"})
    return result.exit_code, result.output


def test_the_command_says_who_would_enter_and_leave(built: Project, tmp_path: Path) -> None:
    rows = rows_of_project()
    rows["segment_rules"][0]["value"] = "2"
    write(rows, tmp_path / "own")
    members = tmp_path / "members.csv"
    code, output = run(built.warehouse, "--business-path", tmp_path / "own", "--members", members)
    assert code == 0, output
    assert "segment_rules: 1 new rows, 1 gone" in output
    with replayed(built.warehouse, str(tmp_path / "own")) as replay:
        (active,) = (change for change in segment_changes(replay) if change.name == "active_now")
    assert active.left > 0
    assert active.net_amount_left > 0
    assert f"-{active.net_amount_left:,.0f}" in output
    with members.open(newline="") as lines:
        written = [row for row in csv.DictReader(lines) if row["name"] == "active_now"]
    assert [row["change"] for row in written] == ["leaves"] * active.left
    assert stat.S_IMODE(members.stat().st_mode) == 0o600


def test_the_command_stops_at_mistakes(built: Project, tmp_path: Path) -> None:
    rows = rows_of_project()
    rows["audiences"][1]["channel"] = "fax"
    write(rows, tmp_path / "own")
    code, output = run(built.warehouse, "--business-path", tmp_path / "own")
    assert code == 1
    assert "Mistakes, which would stop a build" in output
    assert "Business segments" not in output


def test_seeds_outside_of_the_preview_are_named(built: Project, tmp_path: Path) -> None:
    (file,) = (REPOSITORY / "seeds/business").rglob("visit_strategies.csv")
    rows = file.read_text(encoding="utf-8").replace(
        "indecisive,help_to_choose", "indecisive,make_it_quick"
    )
    (tmp_path / file.name).write_text(rows, encoding="utf-8")
    code, output = run(built.warehouse, "--business-path", tmp_path)
    assert code == 0, output
    assert "visit_strategies: its other effects are seen after make build" in output


@pytest.mark.parametrize(
    ("folder", "file", "expected"),
    [
        ("none", None, "which is no folder"),
        ("own", "audience.csv", "rename it to audiences.csv"),
        ("own", "audiences.csv", "the seed has no column x"),
    ],
)
def test_a_folder_or_file_that_a_build_would_refuse_is_a_mistake(
    built: Project, tmp_path: Path, folder: str, file: str | None, expected: str
) -> None:
    if file:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("x\n1\n", encoding="utf-8")
    mistakes: list[str] = previewed(built, tmp_path / folder, lambda replay: replay.mistakes)
    assert any(expected in mistake for mistake in mistakes), mistakes


def test_no_build_is_said(tmp_path: Path) -> None:
    code, output = run(tmp_path / "none.duckdb")
    assert (code, "there is no build; run `make build` first" in output) == (1, True)
    with duckdb.connect(str(tmp_path / "other.duckdb")):
        pass
    code, output = run(tmp_path / "other.duckdb")
    assert (code, "it has no complete build" in output) == (1, True)

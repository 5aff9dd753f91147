"""A poisoned sample: a marker in every personal column, searched in all files of a build.

Personal columns have the PII class direct or special in the contract. Only the build database and
the files of audiences may have them, not the console, the log, target/ or other published tables.
This holds for builds that succeed or fail in a reader, at a gate or in a model.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from project import FILES, REPOSITORY, Project, Rows

pytestmark = pytest.mark.end_to_end

WORD = "zzqmarker"
# Markers for columns that cannot have the word: a day, digits, unused addresses.
DAY, DIGITS, ADDRESS = "1911-03-29", "36997310377", "203.0.113."
MARKERS = [text.encode() for text in (WORD, DAY, DIGITS, ADDRESS)]

# More than the gate accepts.
BAD_ROWS = 100


def personal_columns() -> dict[str, list[str]]:
    """The personal columns of every landing table, by the contract."""
    found = {}
    for file in sorted((REPOSITORY / "models" / "staging").glob("*/_*__sources.yml")):
        for table in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"][0]["tables"]:
            found[table["name"]] = [
                column["name"]
                for column in table["columns"]
                if column.get("config", {}).get("meta", {}).get("pii") in ("direct", "special")
            ]
    return found


PERSONAL = personal_columns()


class Poison:
    """Marks values; equal values stay equal."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, value: str) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def marked(self, column: str, value: str) -> str:
        if not value:
            return value
        if column == "phone":
            return f"+4{DIGITS}{self.number(value) % 1000:03}"
        if column == "ip_address":
            return f"{ADDRESS}{self.number(value) % 250}"
        if column == "birth_date":
            return DAY
        return f"{WORD}.{value}" if column == "email" else f"{WORD.title()} {value}"

    def rows(self, table: str, rows: Rows) -> Rows:
        if table == "declared_preferences":
            rows[0]["email"] = "ada@example.org"
        for row in rows:
            for column in PERSONAL[table]:
                row[column] = self.marked(column, row.get(column, ""))
            # A web address can have any text.
            for column in ("page_url", "referrer_url"):
                if row.get(column):
                    row[column] += f"?mail={WORD}"
        if table == "customers":
            # Rows for the quarantine: an address as key, a name in another column.
            rows[1] |= {"contact_id": f"{WORD}1@example.org", "created_at": "2999-01-01"}
            rows[2] |= {"annual_income": f"{WORD} Gruber"}
            rows[3] |= {"contact_id": "C-broken", "birth_date": f"{WORD} 1911"}
        return rows


def land(project: Project, change: Callable[[str, Rows], Rows] = lambda table, rows: rows) -> None:
    poison = Poison()
    project.land_files(lambda table, rows: change(table, poison.rows(table, rows)))


def places_with_a_marker(project: Project) -> list[str]:
    """The files and published tables with a marker, without those of audiences."""
    found = []
    for path in sorted(project.root.rglob("*")):
        parts = path.relative_to(project.root).parts
        may_hold_it = (
            parts[0] == "landing" or "audiences" in parts or path.name == project.warehouse.name
        )
        if path.is_file() and not may_hold_it:
            content = path.read_bytes().lower()
            found += ["/".join(parts) + f": {m.decode()}" for m in MARKERS if m in content]
    # A database may compress values.
    if project.published.exists():
        tables = project.published_tables()
        if project.published.with_name("service_cards.duckdb").exists():
            tables["service_cards"] = project.service_cards()
        for table, rows in tables.items():
            text = str(rows).lower()
            found += [f"published {table}: {m.decode()}" for m in MARKERS if m.decode() in text]
    return found


# A function that breaks the file of a landing table.
Spoil = Callable[[Path], None]


def rewrite(change: Callable[[bytes], bytes]) -> Spoil:
    def spoil(file: Path) -> None:
        file.write_bytes(change(file.read_bytes()))

    return spoil


def add_line(change: Callable[[int], str]) -> Spoil:
    """Adds a line, made by ``change`` from the number of columns, after the sampled lines."""

    def longer(text: bytes) -> bytes:
        header, *lines = text.splitlines(keepends=True)
        lines = (lines * (25000 // len(lines) + 1))[:25000]
        line = change(header.count(b",") + 1) + "\n"
        return b"".join([header, *lines, line.encode(), *lines[:10]])

    return rewrite(longer)


def as_parquet(file: Path) -> Path:
    parquet = file.with_suffix(".parquet")
    rows = f"from read_csv('{file}', all_varchar = true)"
    duckdb.sql(f"copy ({rows}) to '{parquet}' (compression uncompressed)")
    file.unlink()
    return parquet


def as_cut_parquet(file: Path) -> None:
    parquet = as_parquet(file)
    parquet.write_bytes(parquet.read_bytes()[:-30])


def as_parquet_of_latin_1(file: Path) -> None:
    parquet = as_parquet(file)
    parquet.write_bytes(parquet.read_bytes().replace(WORD.encode(), b"zzqmark\xf6r"))


def as_folder_of_different_files(file: Path) -> None:
    folder = file.with_suffix("")
    folder.mkdir()
    file.rename(folder / "a.csv")
    (folder / "b.csv").write_text(f"{WORD},{DIGITS}\n{WORD},{DIGITS}\n")


# Broken files of a table, and the messages before any model.
NO_HEADER = "landing table '{}' lacks required column(s) {}"
UNREADABLE: dict[str, tuple[Spoil, str]] = {
    "customers": (
        rewrite(lambda text: text.replace(b"Zzqmarker", b"Zzqmark\xf6r", 1)),
        "customers: landing/customers.csv cannot be read: line 2 is not UTF-8 text; "
        "save the file as UTF-8",
    ),
    "accounts": (as_folder_of_different_files, NO_HEADER.format("accounts", "account_id")),
    "declared_preferences": (
        rewrite(lambda text: text.decode().encode("utf-16")),
        "declared_preferences: landing/declared_preferences.csv cannot be read: it is UTF-16 text",
    ),
    "sensitive_attributes": (
        rewrite(lambda text: b""),
        "sensitive_attributes: landing/sensitive_attributes.csv is empty",
    ),
    "erasure_requests": (
        as_cut_parquet,
        "erasure_requests: landing/erasure_requests.parquet cannot be read: it is no whole Parquet",
    ),
    "campaign_touches": (
        rewrite(lambda text: text.partition(b"\n")[2]),
        NO_HEADER.format("campaign_touches", "touch_id"),
    ),
    "survey_responses": (
        # Without a byte order mark.
        rewrite(lambda text: text.decode().encode("utf-16-le")),
        "survey_responses: landing/survey_responses.csv is UTF-16 text",
    ),
}
# Files with broken lines, and the messages of the models that read them.
NO_FIELDS = "cannot be read: line 25002 does not have the"
BROKEN_LINES: dict[str, tuple[Spoil, str]] = {
    "stg_crm__leads": (
        as_parquet_of_latin_1,
        "landing/leads.parquet cannot be read: a text in it is not UTF-8",
    ),
    "stg_crm__consents": (
        add_line(lambda columns: f'"{WORD}"{WORD},' + ",".join([WORD] * columns)),
        "landing/consents.csv cannot be read: a quote is not closed in line 25002",
    ),
    "stg_shop__orders": (
        add_line(lambda columns: ",".join([WORD] * (columns - 2))),
        "landing/orders.csv " + NO_FIELDS,
    ),
    "stg_web__events": (
        add_line(lambda columns: ",".join([WORD] * (columns + 1))),
        "landing/events.csv " + NO_FIELDS,
    ),
    "stg_service__service_contacts": (
        add_line(lambda columns: ";".join([WORD] * columns)),
        "landing/service_contacts.csv " + NO_FIELDS,
    ),
}


def test_an_unreadable_file_is_named_without_values(files_today: Project) -> None:
    land(files_today)
    for table, (spoil, _) in UNREADABLE.items():
        spoil(files_today.landing / f"{table}.csv")
    printed = files_today.refused("run", "--select", "stg_crm__customers", variables=FILES)
    # dbt prints a message in several lines.
    printed = " ".join(printed.split())
    assert [message for _, message in UNREADABLE.values() if message not in printed] == []
    assert "It has no column of the contract and 2 other(s). A file needs a header" in printed
    assert places_with_a_marker(files_today) == []


def test_a_broken_line_is_named_without_values(files_today: Project) -> None:
    land(files_today)
    for model, (spoil, _) in BROKEN_LINES.items():
        spoil(files_today.landing / f"{model.partition('__')[2]}.csv")
    run = files_today.dbt("run", "--select", *BROKEN_LINES, variables=FILES)
    assert f"ERROR={len(BROKEN_LINES)} SKIP=0" in run.stdout
    printed = " ".join(run.stdout.split())
    assert [message for _, message in BROKEN_LINES.values() if message not in printed] == []
    assert places_with_a_marker(files_today) == []


def test_a_failed_gate_shows_no_person(files_today: Project) -> None:
    def spoil(table: str, rows: Rows) -> Rows:
        if table == "customers":
            for row in rows[:BAD_ROWS]:
                row["annual_income"] = f"{WORD} Gruber"
        return rows

    land(files_today, spoil)
    run = files_today.dbt(
        "build", "--select", "+gate_crm", "quarantined_rows", "--exclude",
        "resource_type:seed", "path:tests/singular", variables=FILES,
    )  # fmt: skip
    assert run.returncode == 1
    assert "of rows are rejected, and at most 5.0% may be: annual_income cannot be" in run.stdout
    assert places_with_a_marker(files_today) == []
    ((quarantined,),) = files_today.warehouse_rows(
        "select count(*) from segments_quality.quarantined_rows "
        "where value_shape = 'aaaaaaaaa Aaaaaa'"
    )
    assert quarantined >= BAD_ROWS - 3
    for table in ("quarantined_rows", "gate_crm"):
        text = str(files_today.warehouse_rows(f"from segments_quality.{table}")).lower()
        assert [marker for marker in MARKERS if marker.decode() in text] == []


# Models that fail on values; DuckDB, pandas and Python quote them in different ways.
EMAILS = "{{ ref('stg_crm__customers') }} where email is not null"
FAILING_MODELS = {
    "in_a_cast.sql": f"select cast(email as date) as day from {EMAILS}",
    "in_a_format.sql": f"select strptime(email, '%Y') as day from {EMAILS}",
    "in_a_key.sql": (
        '{{ config(post_hook="create unique index one_name on {{ this }} (last_name)") }}'
        f"select last_name from {EMAILS}"
    ),
    "in_a_query_of_a_model.sql": (
        "-- depends_on: {{ ref('stg_crm__customers') }}\n"
        "{% if execute %}{% do run_query('select cast(email as int) from ' "
        "~ ref('stg_crm__customers')) %}{% endif %} select 1 as one"
    ),
    "in_pandas.py": (
        "def model(dbt, session):\n"
        "    rows = dbt.ref('stg_crm__customers').df()\n"
        "    rows['email'].dropna().astype(float)\n"
        "    return rows\n"
    ),
    "in_python.py": (
        "def model(dbt, session):\n"
        "    rows = dbt.ref('stg_crm__customers').df()\n"
        "    return {}[rows['email'].dropna().iloc[0]]\n"
    ),
    "in_a_chain.py": (
        "def model(dbt, session):\n"
        "    email = dbt.ref('stg_crm__customers').df()['email'].dropna().iloc[0]\n"
        "    try:\n"
        "        session.execute(f\"select cast('{email}' as int)\").fetchall()\n"
        "    except Exception as error:\n"
        "        raise RuntimeError(str(error)) from error\n"
        "    return dbt.ref('stg_crm__customers')\n"
    ),
}


def test_a_failing_model_does_not_show_values(files_today: Project, tmp_path: Path) -> None:
    project = files_today.copy(tmp_path / "project")
    folder = project.root / "models" / "failing"
    folder.mkdir()
    for name, text in FAILING_MODELS.items():
        (folder / name).write_text(text, encoding="utf-8")
    land(project)
    names = [name.partition(".")[0] for name in FAILING_MODELS]
    run = project.dbt("run", "--select", "stg_crm__customers", *names, variables=FILES)
    assert run.returncode == 1
    assert f"ERROR={len(names)} SKIP=0" in run.stdout
    assert "ConversionException: the database failed on a value of column email" in run.stdout
    assert "KeyError (its text is not shown" in run.stdout
    assert places_with_a_marker(project) == []


@pytest.mark.other_build
def test_a_good_build_shows_no_person(parsed_for_files: Project) -> None:
    parsed_for_files.forget_builds()
    land(parsed_for_files)
    parsed_for_files.done("build", "--exclude", "path:seeds,resource_type:test", variables=FILES)
    # The searched files exist, and the markers are in the database.
    assert WORD.encode() in parsed_for_files.warehouse.read_bytes().lower()
    files = {path.name for path in parsed_for_files.root.rglob("*")}
    assert {"dbt.log", "run_results.json", "manifest.json", "gate_crm.html"} <= files
    shapes = parsed_for_files.rows(
        "select row_key, column_name, value_shape from quarantined_rows "
        "where table_name = 'customers' and value_shape is not null"
    )
    assert ("aaaaaaaaa9@aaaaaaa.aaa", "created_at", "9999-99-99 99:99:99") in shapes
    assert places_with_a_marker(parsed_for_files) == []

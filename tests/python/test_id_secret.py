"""Customer ids keyed with a secret, which is stored nowhere."""

from hashlib import md5, sha256
from pathlib import Path

import duckdb
import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

SECRET = "correct-horse-battery-staple-0123456789"
IDS = ("build", "--select", "int_identity_evidence", "int_customer_identifiers", "run_report")


def keyed_id(text: str) -> str:
    """The id of an identifier, as defined in macros/sql/keyed_hash.sql."""
    inner = sha256(f"{SECRET}|{text}".encode()).hexdigest()
    return sha256(f"{SECRET}|{inner}".encode()).hexdigest()[:32]


@pytest.fixture(scope="module")
def sample(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built sample; tests may change its ids."""
    return built.copy(tmp_path_factory.mktemp("keyed") / "project")


def account_ids(project: Project) -> dict[str, str]:
    """The customer ids of companies, by account id."""
    query = "from segments_intermediate.int_customer_identifiers where identifier_type = 'account'"
    ids = project.warehouse_rows(f"select identifier, customer_id {query}")
    assert ids
    return dict(ids)


def reported(project: Project) -> str:
    """The text about customer ids in the run report."""
    query = "select detail from segments_marts.run_report where item = 'customer_ids'"
    return str(project.warehouse_rows(query)[0][0])


def test_ids_are_keyed_without_the_secret(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert account_ids(sample) == {
        account: md5(f"account|{account}".encode()).hexdigest() for account in account_ids(sample)
    }
    assert "can be guessed" in reported(sample)

    monkeypatch.setenv("SEGMENTS_ID_SECRET", SECRET)
    sample.done(*IDS)
    assert account_ids(sample) == {
        account: keyed_id(f"account|{account}") for account in account_ids(sample)
    }
    assert reported(sample) == "keyed with SEGMENTS_ID_SECRET"
    holders = [
        path
        for path in sample.root.rglob("*")
        if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert (sample.root / "logs" / "dbt.log").is_file()
    assert holders == []


def test_a_short_secret_stops_the_run(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTS_ID_SECRET", "summer")
    output = sample.refused(*IDS)
    assert "SEGMENTS_ID_SECRET has fewer than 32 characters" in output
    assert "summer" not in output


def test_a_quote_in_the_secret_is_refused(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTS_ID_SECRET", SECRET + "'")
    output = sample.refused(*IDS)
    assert "SEGMENTS_ID_SECRET may only have letters" in output
    assert SECRET not in output


def test_a_profile_passes_the_secret(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMENTS_ID_SECRET", SECRET)
    profile = sample.root / "profiles" / "profiles.yml"
    text = profile.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "plugins: [" not in line]
    try:
        profile.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run = sample.dbt(*IDS)
    finally:
        profile.write_text(text, encoding="utf-8")
    assert run.returncode != 0
    assert "the profile does not pass it to the session" in run.stdout


def test_another_secret_does_not_lose_the_history(built: Project, tmp_path: Path) -> None:
    """No customer of the history is known, as after a change of the secret."""
    project = built.copy(tmp_path / "project")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(
            "insert into segments_history.int_kept_segment_history by name "
            "select * exclude (is_current) from segments_marts.fct_segment_history; "
            "delete from segments_marts.fct_segment_history"
        )
    run = project.dbt("test", "--select", "the_history_forgets_few_customers")
    assert run.returncode == 1
    assert "customers of the history are not known any more" in run.stdout
    assert "is SEGMENTS_ID_SECRET another one than in the last run?" in run.stdout

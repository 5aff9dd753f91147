"""An agent finds the card of a customer by an address, a number or an id."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import Project
from rich.console import Console
from typer.testing import CliRunner

from customer_segmentation.__main__ import app
from customer_segmentation.cards import PARTS, found_cards, possible_keys, print_cards

pytestmark = pytest.mark.end_to_end

KINDS = ["contact", "lead", "account", "visitor", "email", "phone"]


def cards_file(project: Project) -> Path:
    return project.published.with_name("service_cards.duckdb")


def customers(project: Project, text: str) -> list[Any]:
    return [card["customer_id"] for card in found_cards(cards_file(project), text)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_identifier_finds_its_customer(built: Project, kind: str) -> None:
    known = built.warehouse_rows(
        "select identifier, customer_id from segments_intermediate.int_customer_identifiers"
        f" where identifier_type = '{kind}' order by hash(identifier) limit 20"
    )
    assert len(known) > 10
    for identifier, customer in known:
        assert customers(built, f" {identifier} ") == [customer], kind
        if kind == "email":
            assert customers(built, f"Ada <{identifier.upper()}>") == [customer]
        if kind == "phone":
            spaced = f"00{identifier[1:4]} (0) {identifier[4:6]}-{identifier[6:]}"
            assert customers(built, spaced) == [customer]


def test_an_order_number_finds_its_customer(built: Project) -> None:
    orders = built.warehouse_rows(
        "select order_id, customer_id from segments_intermediate.int_orders"
        " where customer_id is not null order by hash(order_id) limit 20"
    )
    assert [customers(built, order) for order, _ in orders] == [[who] for _, who in orders]


def test_the_command_prints_the_card(built: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ((contact, customer),) = built.warehouse_rows(
        "select identifier, customer_id from segments_intermediate.int_customer_identifiers"
        " where identifier_type = 'contact' order by identifier limit 1"
    )
    arguments = ["card", contact, "--path", str(cards_file(built))]
    printed = CliRunner().invoke(app, arguments)
    assert printed.exit_code == 0, printed.output
    assert "Do not offer" in printed.output
    assert customer in printed.output

    monkeypatch.setenv("SEGMENTS_ID_SECRET", "another-secret-of-sixteen")
    other = CliRunner().invoke(app, arguments)
    assert (other.exit_code, "SEGMENTS_ID_SECRET of the build" in other.output) == (1, True)
    # The text is personal.
    assert contact not in other.output


def test_attributes_are_on_the_card(built: Project) -> None:
    ((contact, attributes),) = built.warehouse_rows(
        "select identifier, attributes from segments_intermediate.int_customer_identifiers"
        " join segments_intermediate.customer_features using (customer_id)"
        " where identifier_type = 'contact' and attributes is not null order by identifier limit 1"
    )
    assert attributes.startswith("skin type: ")
    printed = CliRunner().invoke(app, ["card", contact, "--path", str(cards_file(built))])
    assert attributes in printed.output


def test_words_of_the_landing_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    card = dict.fromkeys(["customer_id", *(name for part in PARTS.values() for name in part)])
    odd = dict.fromkeys(
        ["visit_products", "recommended_strategy_label", "what_to_do", "recommended_by"], "[/b]"
    )
    print_cards([{**card, "recommended_reason": "[/b]: 6 views", **odd}], Console(width=100))
    assert capsys.readouterr().out.count("[/b]") == 5


def test_cards_of_an_older_version_have_no_keys(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "cards.duckdb")) as connection:
        connection.execute("create table service_cards as select 'a' as customer_id")
    found = CliRunner().invoke(app, ["card", "a", "--path", str(tmp_path / "cards.duckdb")])
    assert found.exit_code == 1
    assert "have no keys yet; run `make build`" in found.output


def test_cards_of_the_version_before_lack_columns(built: Project, tmp_path: Path) -> None:
    file = tmp_path / "cards.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"attach '{cards_file(built)}' as today (read_only)")
        connection.execute("create table card_keys as from today.card_keys")
        columns = "* exclude (next_products)"
        connection.execute(
            f"create table service_cards as select {columns} from today.service_cards"
        )
    found = CliRunner().invoke(app, ["card", "a", "--path", str(file)])
    assert found.exit_code == 1
    assert "have no next_products yet; run `make build`" in " ".join(found.output.split())


def test_keys_are_written_as_the_build_writes_them() -> None:
    assert "phone|+43660123" in possible_keys("+43 (0) 660 / 123")
    assert "phone|+43660123" in possible_keys("0043 660 123")
    assert not any(key.startswith("phone") for key in possible_keys("0660 123"))
    assert "email|a@b.example" in possible_keys(" A@B.example; ")
    assert "order|A-7" in possible_keys("A-7")

"""No customer who refused, in any words and any table, is in an exported file."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import NamedTuple

import duckdb
import pytest
from project import Project
from rich.console import Console

from customer_segmentation.report import print_report

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

# The age of guests is unknown.
VARIABLES = {
    "landing": "files",
    "landing_path": "landing",
    "unknown_age_is_too_young": False,
    "use_examples": True,
}
Row = dict[str, str]

# The last landed day is incomplete; the build describes the day before.
RUNNING_DAY = date(2024, 7, 1)
GRANTED, REFUSED, AFTER = "2024-03-01 10:00:00", "2024-05-01 10:00:00", "2024-06-01 10:00:00"
NOW = "2024-07-01 07:00:00"


class Person(NamedTuple):
    """The statements of a customer after a first grant."""

    consents: tuple[Row, ...] = ()
    touches: tuple[Row, ...] = ()
    contacts: tuple[Row, ...] = ()
    is_guest: bool = False
    grants_plainly: bool = True


def said(**said: str) -> Person:
    return Person(consents=(withdrawal(**said),))


def withdrawal(**said: str) -> Row:
    return {"recorded_at": REFUSED, "status": "withdrawn", **said}


def grant(**said: str) -> Row:
    return {"recorded_at": AFTER, "status": "granted", **said}


def met(*touches: Row) -> Person:
    return Person(touches=touches)


def touch(**touched: str) -> Row:
    return {"touched_at": REFUSED, "campaign_id": "spring", "channel": "email", **touched}


# Customers who must not be contacted. {me} is the address, {id} the contact, {other} the address of
# another customer.
REFUSING = {
    "a known word": said(status="unsubscribed"),
    "a word with signs": said(status="Opt-Out."),
    "a word of a machine": said(status="FALSE"),
    "a word that was never a grant": said(status="never_subscribed"),
    "a word that no list has": said(status="gone fishing"),
    "no word": said(status=""),
    "no day": said(recorded_at=""),
    "a day that cannot be read": said(recorded_at="01.05.2024"),
    "a day that stands for none": said(recorded_at="1970-01-01 00:00:00"),
    "this very day": said(recorded_at=NOW),
    "a day to come": said(recorded_at="2042-05-01 10:00:00"),
    "no hour of the day of a grant": Person(
        consents=(grant(recorded_at="2024-05-01 18:00:00"), withdrawal(recorded_at="2024-05-01"))
    ),
    "the moment of a grant": said(recorded_at=GRANTED),
    "another spelling of the channel": said(channel="E-Mail"),
    "a channel that no list has": said(channel="pigeon post"),
    "no channel": said(channel=""),
    "a purpose that no list has": said(purpose="novelties"),
    "no purpose": said(purpose=""),
    "an address in capitals": said(contact_id="", email="{ME}"),
    "an address with a name": said(contact_id="", email='"Uma" <{me}>'),
    "an address as a link": said(contact_id="", email="mailto:{me};"),
    "a guest's address": Person(
        consents=(withdrawal(contact_id="", email="<{me}> (Uma)"),), is_guest=True
    ),
    "an address of before": Person(
        consents=(withdrawal(contact_id="", email="old.{me}"),),
        contacts=({"contact_id": "{id}", "updated_at": GRANTED, "email": "old.{me}"},),
    ),
    "a contact of this very day": Person(
        consents=(withdrawal(recorded_at=NOW, contact_id="{id}", email=""),),
        contacts=({"contact_id": "{id}", "created_at": NOW, "email": "{me}"},),
        is_guest=True,
    ),
    "a former id of a contact": Person(
        consents=(withdrawal(contact_id="F{id}", email=""),),
        contacts=(
            {"contact_id": "{id}", "updated_at": AFTER, "merged_contact_ids": "F{id};G{id}"},
        ),
    ),
    "a contact with a blank and quotes": said(contact_id="'{id}\u00a0", email=""),
    "a deleted contact": Person(
        contacts=(
            {"contact_id": "{id}", "updated_at": AFTER, "email": "{me}", "is_deleted": "true"},
        )
    ),
    "no address beside a contact": said(email="see above"),
    "no contact beside an address": said(contact_id="X1", email="{me}"),
    "no key": said(consent_id=""),
    "the key of the grant": said(consent_id="{id} grant"),
    "one of two whom a row names": said(email="{other}"),
    "an unsubscription without a channel": met(touch(touch_type="unsubscribed", channel="")),
    "an unsubscription in other words": met(touch(touch_type="List-Unsubscribe")),
    "an unsubscription by a word that no list has": met(touch(touch_type="farewell")),
    "an unsubscription of this very day": met(touch(touch_type="unsub", touched_at=NOW)),
    "an unsubscription without anything": met(
        touch(touch_type="opt_out", touched_at="", campaign_id="", touch_id="", channel="")
    ),
    "an unsubscription with the key of what was sent": met(
        touch(touch_type="sent", touch_id="{id} message"),
        touch(touch_type="unsubscribe", touch_id="{id} message"),
    ),
    "an unsubscription by an address with a name": met(
        touch(touch_type="unsubscribed", contact_id="", email="Uma <{me}>")
    ),
    "a complaint by another channel": met(touch(touch_type="Spam Report", channel="push")),
    "a complaint in other words": met(touch(touch_type="abuse")),
    "a hard bounce": met(touch(touch_type="hard bounce")),
    "a bounce of which nobody knows more": met(touch(touch_type="bounced")),
    "a grant without a day": Person((grant(recorded_at=""),), grants_plainly=False),
    "a grant for a purpose that no list has": Person(
        (grant(purpose="novelties"),), grants_plainly=False
    ),
    "a grant by a channel that no list has": Person(
        (grant(channel="pigeon post"),), grants_plainly=False
    ),
    "a grant whose end cannot be read": Person(
        (grant(expires_at="31.12.2030"),), grants_plainly=False
    ),
    "a grant of this very day": Person((grant(recorded_at=NOW),), grants_plainly=False),
    "a grant that names two people": Person((grant(email="{other}"),), grants_plainly=False),
}

# Customers who may be contacted, so that an empty file is a failure.
GRANTING = {
    "a grant": Person(),
    "a guest's grant": Person(is_guest=True),
    "a grant in other words": Person(
        (grant(status="Opt-In", channel="E-MAIL", purpose="Direct Marketing"),),
        grants_plainly=False,
    ),
    "a grant by an address with a name": Person(
        (grant(contact_id="", email='"Uma" <{me}>'),), grants_plainly=False
    ),
    "a grant after a withdrawal": Person((withdrawal(), grant())),
    "a grant after an unsubscription": Person((grant(),), (touch(touch_type="unsubscribed"),)),
    "a grant after a complaint": Person((grant(),), (touch(touch_type="spam"),)),
    "a withdrawal of surveys": said(purpose="survey"),
    "an unsubscription from text messages": met(touch(touch_type="unsubscribed", channel="sms")),
    "a soft bounce": met(touch(touch_type="soft_bounce")),
    "a bounce before an arrival": met(
        touch(touch_type="bounced"), touch(touch_type="delivered", touched_at=AFTER)
    ),
}
PEOPLE = {**REFUSING, **GRANTING}
# Two more people: one named by the row "one of two", one named by a grant in vain.
NAMED, NAMED_IN_VAIN = "named by another's withdrawal", "named by another's grant"


def addresses() -> dict[str, str]:
    names = [*PEOPLE, NAMED, NAMED_IN_VAIN]
    return {name: f"uma.{number:02d}@people.example" for number, name in enumerate(names)}


def landed_tables() -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {
        table: [] for table in ("customers", "orders", "consents", "campaign_touches")
    }
    address_of = addresses()
    people = {**PEOPLE, NAMED: Person(), NAMED_IN_VAIN: Person(grants_plainly=False)}
    others = {
        "one of two whom a row names": address_of[NAMED],
        "a grant that names two people": address_of[NAMED_IN_VAIN],
    }
    for number, (name, person) in enumerate(people.items()):
        me, contact = address_of[name], "" if person.is_guest else f"U{number:02d}"
        keys = {"contact_id": contact, "email": me if person.is_guest else ""}
        tables["customers"] += [
            {
                "created_at": "2024-01-05 09:00:00",
                "updated_at": REFUSED,
                "first_name": "Uma",
                "last_name": f"Example{number}",
                "birth_date": "1980-02-03",
                **version,
            }
            for version in [*([] if person.is_guest else [{**keys, "email": me}]), *person.contacts]
        ]
        for order in range(8):
            moment = datetime(2024, 6, 30, 8) - timedelta(days=9 * order)
            tables["orders"].append(
                {
                    "order_id": f"U{number:02d}-{order}",
                    "ordered_at": str(moment),
                    "status": "paid",
                    "email": me,
                    "contact_id": contact,
                    "currency": "EUR",
                    "gross_amount": "400.00",
                }
            )
        stated = [grant(recorded_at=GRANTED, consent_id="{id} grant")] * person.grants_plainly
        for place, row in enumerate([*stated, *person.consents]):
            consent = {
                "consent_id": f"{number} {place}",
                **keys,
                "purpose": "marketing",
                "channel": "email",
                **row,
            }
            tables["consents"].append(consent)
        for place, row in enumerate(person.touches):
            tables["campaign_touches"].append({"touch_id": f"{number} {place}", **keys, **row})
        for table in ("customers", "consents", "campaign_touches"):
            for landed in tables[table]:
                for column, text in landed.items():
                    landed[column] = (
                        text.replace("{me}", me)
                        .replace("{ME}", me.upper())
                        .replace("{id}", f"U{number:02d}")
                        .replace("{other}", others.get(name, ""))
                    )
    # Daily orders, which determine the day of the build.
    for day in range(181):
        moment = datetime.combine(RUNNING_DAY, datetime.min.time()) - timedelta(days=day)
        tables["orders"] += [
            {
                "order_id": f"D{day}-{number}",
                "ordered_at": str(moment + timedelta(hours=6)),
                "status": "paid",
                "email": f"day{day}.{number}@people.example",
                "contact_id": "",
                "currency": "EUR",
                "gross_amount": "20.00",
            }
            for number in range(3)
        ]
    return tables


def land(project: Project, tables: dict[str, list[Row]]) -> None:
    project.landing.mkdir(exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (project.landing / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_to(tmp_path_factory.mktemp("withdrawals") / "project")
    land(project, landed_tables())
    project.build(VARIABLES, tests="none")
    return project


@pytest.fixture(scope="module")
def written_to(project: Project) -> set[str]:
    files = project.published.parent / "audiences" / "*.parquet"
    return {address for (address,) in duckdb.sql(f"select address from '{files}'").fetchall()}


@pytest.fixture(scope="module")
def chosen(project: Project) -> set[str]:
    """The addresses of all members of an audience, holdouts included."""
    identifiers = project.warehouse_rows("""
        select identifier
        from segments_marts.audience_members
        inner join segments_intermediate.int_customer_identifiers using (customer_id)
        where identifier_type = 'email'
    """)
    return {address for (address,) in identifiers}


@pytest.mark.parametrize("name", [*REFUSING, NAMED, NAMED_IN_VAIN])
def test_customers_who_refused_are_in_no_audience(
    name: str, chosen: set[str], written_to: set[str]
) -> None:
    assert addresses()[name] not in chosen | written_to


@pytest.mark.parametrize("name", GRANTING)
def test_customers_who_agreed_are_in_an_audience(name: str, chosen: set[str]) -> None:
    assert addresses()[name] in chosen


def test_the_files_only_have_customers_who_agreed(written_to: set[str]) -> None:
    assert written_to <= {addresses()[name] for name in GRANTING}
    # Some are held out.
    assert len(written_to) >= len(GRANTING) / 2


def test_unknown_words_are_reported_with_their_rows(project: Project) -> None:
    words = project.rows(
        "select item, detail, item_count from run_report "
        "where section = 'unknown word' order by all"
    )
    every = "a withdrawal is about every"
    assert words == [
        ("campaign_touches.touch_type", '"farewell": read as unsubscribed', 1),
        ("consents.channel", f'"pigeon post": {every} channel, a grant about none', 2),
        ("consents.purpose", f'"novelties": {every} purpose, a grant about none', 2),
        ("consents.purpose", f"nothing: {every} purpose, a grant about none", 1),
        ("consents.status", '"gone fishing": read as withdrawn', 1),
        ("consents.status", "nothing: read as withdrawn", 1),
    ]


def test_the_printed_report_names_unknown_words(project: Project) -> None:
    printed = io.StringIO()
    print_report(project.published, Console(file=printed, width=200))
    assert (
        'consents.status: unknown words in 1 row, "gone fishing": read as withdrawn'
        in printed.getvalue()
    )


def test_a_statement_that_names_nobody_stops_the_run(project: Project) -> None:
    tables = landed_tables()
    tables["consents"].append(
        {"consent_id": "nobody", "recorded_at": REFUSED, "status": "withdrawn", "email": "Uma"}
    )
    land(project, tables)
    output = project.refused("build", "--select", "+gate_crm", variables=VARIABLES)
    assert "of rows are rejected, and none may be: " in output
    assert "Uma" not in output

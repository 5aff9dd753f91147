"""The people of a request: the search around its keys, compared with a whole build."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator

import duckdb
import jinja2
import pytest
from project import REPOSITORY, Project
from ruamel.yaml import YAML

from customer_segmentation.erasure.hashing import customer_id, id_hash, key_hash
from customer_segmentation.erasure.identity import Rules
from customer_segmentation.erasure.records import COLUMNS, Key, Record, Records
from customer_segmentation.erasure.resolver import Erasure, Numbering, erasure
from customer_segmentation.erasure.tables import hashed

AS_OF = dt.date(2024, 6, 30)
RULES = Rules(3, 50, frozenset({"info"}))
GERMANY = Numbering("49", "0")


def record(evidence: str, record_id: str | None = None, **columns: object) -> Record:
    values = dict.fromkeys(Record._fields) | {
        "evidence": evidence,
        "record_id": record_id,
        "known_on": dt.date(2024, 1, 1),
        "is_valid": True,
        "is_test": False,
        **columns,
    }
    return Record(**values)  # type: ignore[arg-type]


def contact(name: str, **columns: object) -> Record:
    return record(
        "contact record", name, contact_id=name, **{"name_hash": f"name of {name}", **columns}
    )


def found(records: list[Record], *requests: Record, rules: Rules = RULES) -> Erasure:
    """The keys that ``requests`` erase from ``records``, read by DuckDB as in a build."""
    types = {"known_on": "date", "converted_on": "date", "birth_date": "date"}
    types |= {"version_at": "timestamp", "is_valid": "boolean", "is_test": "boolean"}
    columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in Record._fields)
    with duckdb.connect() as session:
        session.execute(f"create table evidence ({columns})")
        session.executemany(
            f"insert into evidence values ({', '.join('?' * len(Record._fields))})",
            [list(row) for row in (*records, *requests)],
        )
        landing = Records(session, session.sql("select * from evidence"), rules.max_group_size)
        return erasure(landing, AS_OF, rules, [GERMANY])


def erased(records: list[Record], **named: str) -> set[str]:
    keys = {
        f"{kind}_id" if kind in ("contact", "visitor") else kind: key for kind, key in named.items()
    }
    return {
        key.key
        for person in found(records, record("request", "r", **keys)).people
        for key in person
    }


def test_all_keys_linked_to_a_contact_are_erased() -> None:
    records = [
        contact("ann", email="ann@x", phone="+491"),
        record("event", contact_id="ann", visitor_id="device", email="other@x"),
        record("order", "o1", email="other@x"),
        record("lead", "lead", lead_id="lead", email="ann@x"),
        contact("bob", email="bob@x"),
        record("order", "o2", contact_id="bob"),
    ]
    everything = {"ann", "ann@x", "+491", "device", "other@x", "o1", "lead"}
    for named in (
        {"contact": "ann"},
        {"email": "other@x"},
        {"visitor": "device"},
        {"phone": "+491"},
    ):
        assert erased(records, **named) == everything, named
    assert erased(records, contact="bob") == {"bob", "bob@x", "o2"}


def test_former_ids_are_the_surviving_contact() -> None:
    records = [
        contact("ann", email="ann@x"),
        contact("was ann", email="was@x", name_hash="a maiden name"),
        record("contact merge", contact_id="was ann", merged_into="ann"),
        record("contact merge", contact_id="first ann", merged_into="was ann"),
        record("order", "o1", contact_id="first ann"),
        contact("bob", email="bob@x"),
        # Two contacts claim the same former id.
        contact("eve", email="eve@x"),
        record("contact merge", contact_id="claimed", merged_into="bob"),
        record("contact merge", contact_id="claimed", merged_into="eve"),
        record("order", "o2", contact_id="claimed"),
    ]
    everything = {"ann", "ann@x", "was ann", "was@x", "first ann", "o1"}
    for named in ("ann", "was ann", "first ann"):
        assert erased(records, contact=named) == everything, named
    assert erased(records, email="was@x") == everything
    assert erased(records, contact="claimed") == {"claimed", "o2"}
    assert erased(records, contact="bob") == {"bob", "bob@x"}


def test_a_device_of_two_addresses_joins_no_guests() -> None:
    records = [
        record("order", "o1", email="one@x", visitor_id="device", phone="+431"),
        record("order", "o2", email="two@x", visitor_id="device", phone="+431"),
        # Two addresses of one contact are one person.
        contact("ann", email="ann@x"),
        record("order", "o3", contact_id="ann", email="other@x"),
        record("order", "o4", email="ann@x", visitor_id="hers"),
        record("order", "o5", email="other@x", visitor_id="hers"),
        record("event", visitor_id="hers"),
    ]
    assert erased(records, email="one@x") == {"one@x", "o1"}
    assert erased(records, contact="ann") == {
        *("ann", "ann@x", "other@x", "hers"),
        *("o3", "o4", "o5"),
    }


def test_an_unnamed_shared_key_adds_nobody() -> None:
    records = [
        contact("ann", email="ann@x", phone="+491"),
        contact("bob", email="bob@x", phone="+491"),
        record("event", contact_id="ann", visitor_id="device"),
        record("event", contact_id="bob", visitor_id="device"),
        record("order", "o1", contact_id="ann", email="info@x"),
        record("order", "o2", contact_id="bob", email="info@x"),
    ]
    assert erased(records, contact="ann") == {"ann", "ann@x", "o1"}


def test_a_named_shared_key_erases_everybody_with_it() -> None:
    records = [
        contact("ann", email="ann@x", phone="+491"),
        contact("bob", email="bob@x", phone="+491"),
        contact("eve", email="eve@x"),
    ]
    assert erased(records, phone="+491") == {"ann", "ann@x", "bob", "bob@x", "+491"}
    people = found(records, record("request", "r", phone="+491")).people
    assert len(people) == 2
    # An unknown mailbox counts as a person.
    assert found(
        [record("order", "o", email="info@x")], record("request", "r", email="info@x")
    ) == (
        Erasure(
            {Key("email", "info@x"): True}, [frozenset({Key("email", "info@x"), Key("order", "o")})]
        )
    )


def test_a_device_of_many_is_not_followed() -> None:
    others = [record("event", contact_id=f"c{number}", visitor_id="kiosk") for number in range(60)]
    records = [contact("ann"), record("event", contact_id="ann", visitor_id="kiosk"), *others]
    assert erased(records, contact="ann") == {"ann"}


def test_a_program_and_a_role_mailbox_link_nobody() -> None:
    records = [
        contact("ann", email="info@x"),
        record("event", contact_id="ann", visitor_id="crawler"),
        record("bot", visitor_id="crawler"),
        record("event", email="guest@x", visitor_id="crawler"),
    ]
    assert erased(records, contact="ann") == {"ann"}
    assert erased(records, email="guest@x") == {"guest@x"}


def test_a_group_with_two_names_is_cut_back() -> None:
    # Each key has one contact; only two keys together join two people.
    records = [
        contact("ann", email="ann@x"),
        contact("bob", email="bob@x"),
        record("event", visitor_id="tablet", email="ann@x"),
        record("event", visitor_id="tablet", email="bob@x"),
    ]
    assert erased(records, contact="ann") == {"ann", "ann@x"}


def test_the_address_of_an_old_version_is_erased() -> None:
    old, new = dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 1)
    records = [
        contact("ann", email="old@x", version_at=old),
        contact("ann", email="new@x", version_at=new),
        record("order", "o1", email="old@x"),
    ]
    assert erased(records, contact="ann") == {"ann", "new@x", "old@x", "o1"}
    assert erased(records, email="old@x") == {"ann", "new@x", "old@x", "o1"}


def test_links_of_the_build_day_and_later_count() -> None:
    later = dt.date(2024, 12, 31)
    # Bob uses the device after the day of the build.
    records = [
        contact("ann"),
        contact("bob"),
        record("event", contact_id="ann", visitor_id="device"),
        record("event", contact_id="bob", visitor_id="device", known_on=later),
        record("event", contact_id="ann", visitor_id="new device", known_on=later),
    ]
    assert erased(records, contact="ann") == {"ann", "device", "new device"}


def test_a_company_stays_with_its_orders() -> None:
    records = [
        contact("ann", email="ann@x"),
        record("order", "o1", contact_id="ann", account_id="acme", email="ann@x"),
        record("order", "o2", contact_id="ann"),
    ]
    assert erased(records, contact="ann") == {"ann", "ann@x", "o2"}


@pytest.mark.parametrize("spelling", ["+4930123456", "030123456", "30123456", "4930123456"])
def test_a_number_without_a_country_may_belong_to_any(spelling: str) -> None:
    records = [contact("ann", phone="+4930123456"), contact("bob", phone="+4930123457")]
    assert erased(records, phone=spelling) == {"ann", "+4930123456"}


def test_requests_without_a_person_are_marked() -> None:
    records = [contact("ann"), record("consent", email="only in a consent@x")]
    answer = found(
        records,
        record("request", "r1", contact_id="ann"),
        record("request", "r2", email="nobody@x"),
        record("request", "r3", email="only in a consent@x"),
    )
    assert answer.named == {
        Key("contact", "ann"): True,
        Key("email", "nobody@x"): False,
        Key("email", "only in a consent@x"): True,
    }


def test_stored_hashes_name_nobody() -> None:
    table = hashed(found([contact("ann", email="ann@x")], record("request", "r", contact_id="ann")))
    text = str(table.to_pylist())
    for key in (Key("contact", "ann"), Key("email", "ann@x")):
        assert key.key not in text
        assert customer_id(*key) not in text
    assert table["key_hash"].to_pylist() == sorted(table["key_hash"].to_pylist())
    assert set(table["person_no"].to_pylist()) == {1}


def test_every_column_with_personal_keys_declares_its_key() -> None:
    """The macro landing filters tables by these columns, from the contract."""
    kinds = {"contact_id", "lead_id", "email", "phone", "visitor_id", "order_id"}
    for path in REPOSITORY.glob("models/staging/*/_*__sources.yml"):
        for table in YAML(typ="safe").load(path)["sources"][0]["tables"]:
            columns = {
                column["name"]: column.get("config", {}).get("meta", {})
                for column in table["columns"]
            }
            own_key = table["config"]["meta"]["key"]
            for name, meta in columns.items():
                names_somebody = any(name.endswith(f"_{kind}") for kind in kinds)
                if name in kinds or (names_somebody and name != own_key):
                    assert meta.get("identifies") in (*COLUMNS, "order"), (table["name"], name)
                if "phone_country" in meta:
                    assert meta["phone_country"] in columns
            if any(meta.get("pii") in ("direct", "special") for meta in columns.values()):
                assert any("identifies" in meta for meta in columns.values()), table["name"]


@pytest.mark.end_to_end
def test_only_erasure_models_read_erased_people(parsed: Project) -> None:
    nodes = parsed.manifest["nodes"].values()
    readers = {
        node["name"]: node["depends_on"]["nodes"]
        for node in nodes
        if node["resource_type"] == "model"
        and any(".landing." in parent for parent in node["depends_on"]["nodes"])
    }
    filtered = {
        name
        for name, parents in readers.items()
        if "model.customer_segmentation.erased_keys" in parents
    }
    assert readers.keys() - filtered == {
        "as_of",
        "stg_crm__erasure_requests",
        "erasure_evidence",
        "requested_keys",
        # Tables without people.
        "stg_shop__exchange_rates",
        "stg_shop__products",
    }
    for table in ("exchange_rates", "products"):
        columns = parsed.manifest["sources"][f"source.customer_segmentation.landing.{table}"][
            "columns"
        ]
        assert not any("identifies" in column["config"]["meta"] for column in columns.values())
    assert len(filtered) == 14
    # All models are built before the one that clears the traces.
    children = parsed.manifest["child_map"]
    last = [
        node["name"]
        for node in nodes
        if node["resource_type"] == "model"
        and not any(child.startswith("model.") for child in children[node["unique_id"]])
    ]
    assert last == ["erasure_traces"]


@pytest.mark.end_to_end
def test_the_hash_is_the_same_in_python_and_in_sql(built: Project) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        ids = connection.execute(
            "select identifier_type, identifier, customer_id "
            "from segments_intermediate.int_customer_identifiers inner join "
            "segments_intermediate.int_identity_identifiers using (identifier_type, identifier) "
            "where substr(age_rank, 14) = identifier_type || '|' || identifier "
        ).fetchall()
        assert len(ids) > 1000
        ours = {customer_id(kind, key) for kind, key, _ in ids}
        assert {stored for _, _, stored in ids} <= ours
        macro = (REPOSITORY / "macros/erasure/erased_id_hash.sql").read_text(encoding="utf-8")
        sql = jinja2.Template(macro + "{{ erased_id_hash('?') }}").render({"return": str})
        assert connection.execute(f"select {sql}", ["a"]).fetchone() == (id_hash("a"),)
        requested = connection.execute(
            "select contact_id from segments_staging.stg_crm__erasure_requests "
            "where contact_id is not null"
        ).fetchall()
    assert (key_hash("contact", "C000019"),) in requested


@pytest.fixture(scope="module")
def landing(built: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        yield connection


class Requests(Records):
    """The landing of the sample with other requests."""

    def ask_for(self, key: Key) -> None:
        self.request = record("request", "r", **{COLUMNS[key.kind]: key.key})

    def requests(self) -> list[Record]:
        return [self.request]

    def open(self) -> None:
        """Does nothing: the landing stays open for all requests."""

    def close(self) -> None:
        """Does nothing: the landing stays open for all requests."""


@pytest.mark.end_to_end
def test_a_request_erases_the_whole_person_of_its_key(landing: duckdb.DuckDBPyConnection) -> None:
    """300 random people of the sample, each named by one of their keys."""
    people: dict[str, set[Key]] = defaultdict(set)
    rows = landing.execute(
        "select identifier_type, identifier, customer_id "
        "from segments_intermediate.int_customer_identifiers order by all"
    ).fetchall()
    for kind, key, customer in rows:
        people[customer].add(Key(kind, key))
    owners = {key: customer for customer, keys in people.items() for key in keys}
    persons = sorted(
        customer
        for customer, keys in people.items()
        if not any(key.kind == "account" for key in keys)
    )
    mailboxes = landing.execute("select mailbox from segments_business.role_mailboxes").fetchall()
    rules = Rules(3, 50, frozenset(mailbox for (mailbox,) in mailboxes))
    as_of = landing.execute("select as_of_date from segments_staging.as_of").fetchall()[0][0]
    requests = Requests(landing, landing.sql("select * from segments_staging.erasure_evidence"), 50)
    Records.open(requests)

    draw = random.Random(1)
    kinds: dict[str, int] = defaultdict(int)
    merged = 0
    for customer in draw.sample(persons, 300):
        key = draw.choice(sorted(key for key in people[customer] if key.kind != "lead") or [None])
        if key is None:
            continue
        requests.ask_for(key)
        answer = erasure(requests, as_of, rules)
        assert answer.named == {key: True}
        keys = {key for person in answer.people for key in person if key.kind != "order"}
        assert people[customer] <= keys, key.kind
        # More is erased only if staging cannot read the key, so that it belongs to nobody.
        assert not {other for other in keys - people[customer] if other in owners}, key.kind
        kinds[key.kind] += 1
        merged += len({key.kind for key in keys}) > 3
    assert sum(kinds.values()) >= 290
    assert {"contact", "email", "phone", "visitor"} == kinds.keys()
    assert merged >= 30

    for number in range(20):
        key = Key("email", f"nobody{number}@example.org")
        requests.ask_for(key)
        assert erasure(requests, as_of, rules) == Erasure({key: False}, [])


@pytest.mark.end_to_end
def test_the_example_of_the_docs_agrees_with_the_report(built: Project) -> None:
    text = (REPOSITORY / "docs" / "erasure.md").read_text(encoding="utf-8")
    told = [tuple(map(str.strip, line.strip("|").split("|"))) for line in text.splitlines()]
    facts = built.rows(
        "select item, item_count, detail from run_report where section = 'erasure' order by all"
    )
    assert len(facts) == 5
    assert sorted(row for row in told if len(row) == 3 and row[1].isdigit()) == sorted(
        (item, str(count), detail) for item, count, detail in facts
    )
    tables = built.warehouse_rows(
        "select table_name, rows_erased from segments_quality.landing_row_counts "
        "where rows_erased > 0"
    )
    assert sorted(row for row in told if len(row) == 2 and row[1].isdigit()) == sorted(
        (table, str(rows)) for table, rows in tables
    )
    assert f"nine people had {sum(rows for _, rows in tables)} rows in seven landing" in " ".join(
        text.split()
    )
    assert len(tables) == 7
    # An emptied row has no unknown word.
    unknown = (
        "select count(*) from run_report where section = 'unknown word' and detail like 'nothing%'"
    )
    assert built.rows(unknown) == [(0,)]
    with (REPOSITORY / "seeds/sample/sample_erasure_requests.csv").open(encoding="utf-8") as file:
        assert len(file.readlines()) == 1 + 9

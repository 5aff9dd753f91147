"""Identity: components of any graph, and examples from staging to customers.

The components are compared with a union-find in Python. The examples run the compiled SQL of the
models over a few staged rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from project import Project

pytestmark = pytest.mark.end_to_end

MODELS = (
    *("int_merged_contacts", "int_identity_evidence", "int_identity_links"),
    *("int_identity_identifiers", "int_identity_groups", "int_customer_identifiers"),
    *("int_identity_cuts", "int_identity_dated_links", "int_identity_merges", "int_customers"),
)
STAGING = (
    *("stg_crm__customers", "stg_crm__accounts", "stg_crm__leads", "stg_shop__orders"),
    "stg_web__events",
)
MAX_SIZE = 50
Edge = tuple[int, int]


@pytest.fixture(scope="module")
def project(parsed: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, compiled, with the seeds that identity reads."""
    copy = parsed.copy(tmp_path_factory.mktemp("identity") / "project")
    (copy.root / "models" / "components_of_links.sql").write_text(
        "with links as (select * from links), "
        f"{{{{ connected_components('links', {MAX_SIZE}) }}}} select * from components",
        encoding="utf-8",
    )
    for arguments in (
        ("seed", "--select", "bot_user_agents", "role_mailboxes"),
        ("compile", "--select", "components_of_links", *MODELS),
    ):
        copy.done(*arguments)
    return copy


@cache
def compiled(project: Project, model: str) -> str:
    """The SQL of a model with plain table names."""
    (path,) = (project.root / "target" / "compiled").glob(f"**/{model}.sql")
    return re.sub(r'"\w+"\."\w+"\."(\w+)"', r"\1", path.read_text(encoding="utf-8"))


@cache
def staged_columns(project: Project) -> dict[str, str]:
    """The columns of the staging tables with their types, mostly from the landing contract."""
    sources = project.manifest["sources"]
    contract = {
        table: sources[f"source.customer_segmentation.landing.{table.split('__')[1]}"]["columns"]
        for table in STAGING
    }
    return {
        table: "excluded_as string, "
        + ", ".join(f"{name} {column['data_type']}" for name, column in columns.items())
        for table, columns in contract.items()
    }


def union_find(edges: Iterable[Edge]) -> dict[int, int]:
    """Every node of the edges with the smallest node of its component."""
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        while parents.setdefault(node, node) != node:
            node = parents[node]
        return node

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    return {node: root(node) for node in parents}


def components(sql: str, edges: Sequence[Edge]) -> dict[int, tuple[int, bool]]:
    """The result of the macro: node -> smallest node of its component, and whether it is
    complete.
    """
    with duckdb.connect() as connection:
        connection.execute("create table links (node int, other int)")
        connection.executemany("insert into links values (?, ?)", edges)
        rows = connection.execute(
            f"select node, min(node) over (partition by component), is_complete from ({sql})"
        ).fetchall()
    assert len({node for node, _, _ in rows}) == len(rows)
    return {node: (smallest, is_complete) for node, smallest, is_complete in rows}


# Nodes are numbered at random, so the smallest node can be anywhere in a path.
GRAPHS = st.permutations(range(MAX_SIZE)).flatmap(
    lambda names: st.lists(
        st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda e: e[0] != e[1]),
        min_size=1,
        max_size=80,
    )
)
PATHS = st.tuples(
    st.permutations(range(MAX_SIZE)), st.integers(min_value=2, max_value=MAX_SIZE), st.randoms()
)


@settings(max_examples=30, deadline=None)
@given(edges=GRAPHS)
def test_components_agree_with_union_find(project: Project, edges: list[Edge]) -> None:
    expected = {node: (smallest, True) for node, smallest in union_find(edges).items()}
    assert components(compiled(project, "components_of_links"), edges) == expected


@settings(max_examples=30, deadline=None)
@given(path=PATHS)
def test_a_path_is_one_component(project: Project, path: tuple[list[int], int, Any]) -> None:
    names, length, random = path
    edges = list(pairwise(names[:length]))
    sql = compiled(project, "components_of_links")
    expected = {node: (min(names[:length]), True) for node in names[:length]}
    assert components(sql, edges) == expected
    random.shuffle(edges)
    turned = [edge if random.random() < 0.5 else edge[::-1] for edge in edges]
    assert components(sql, [*turned, *edges[:3]]) == expected


@pytest.mark.parametrize(
    "names",
    [
        range(40),
        [0, *range(39, 0, -1)],
        [*range(0, 40, 2), *range(1, 40, 2)],
        [node for pair in zip(range(20), range(39, 19, -1), strict=True) for node in pair],
    ],
)
def test_a_path_of_forty_nodes_is_one_component(project: Project, names: Sequence[int]) -> None:
    edges = list(pairwise(names))
    found = components(compiled(project, "components_of_links"), edges)
    assert found == dict.fromkeys(range(40), (0, True))


def test_an_incomplete_component_is_marked_in_every_node(project: Project) -> None:
    long = [0, *range(1999, 0, -1)]
    edges = [*pairwise(long), (5000, 5001), (5001, 5002), (5002, 5003)]
    found = components(compiled(project, "components_of_links"), edges)
    assert {is_complete for node, (_, is_complete) in found.items() if node < 2000} == {False}
    assert {found[node] for node in range(5000, 5004)} == {(5000, True)}


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


class Story:
    """The identity models over a few staged rows."""

    def __init__(self, project: Project, rows: Rows) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{project.warehouse}' as built (read_only)")
        for table in STAGING:
            self.connection.execute(f"create table {table} ({staged_columns(project)[table]})")
            for row in rows.get(table.split("__")[1], ()):
                self.connection.execute(
                    f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
        for schema, seed in (("reference", "bot_user_agents"), ("business", "role_mailboxes")):
            self.connection.execute(
                f"create table {seed} as select * from built.segments_{schema}.{seed}"
            )
        self.connection.execute("create table as_of as select date '2024-12-31' as as_of_date")
        for model in MODELS:
            self.connection.execute(f"create table {model} as {compiled(project, model)}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the models."""
        return self.connection.execute(query).fetchall()

    @property
    def people(self) -> set[frozenset[str]]:
        """The customers as sets of identifiers."""
        return {
            frozenset(identifiers)
            for (identifiers,) in self.rows(
                "select list(identifier) from int_customer_identifiers group by customer_id"
            )
        }


def chain(day: int = 1) -> dict[str, list[dict[str, Any]]]:
    """A device, an address, a contact, its lead, the lead's address and its device: five links."""
    return {
        "events": [
            {"visitor_id": "v", "email": "e@x.at", "occurred_at": f"2024-01-{day:02} 10:00:00"},
            {"visitor_id": "u", "email": "f@x.at", "occurred_at": "2024-03-02 10:00:00"},
        ],
        "customers": [
            {"contact_id": "ann", "email": "e@x.at", "phone": "+431", "created_at": "2024-02-01"}
        ],
        "leads": [
            {
                "lead_id": "l",
                "email": "f@x.at",
                "created_at": "2024-03-01",
                "converted_contact_id": "ann",
            }
        ],
    }


def test_a_chain_of_five_links_is_one_customer(project: Project) -> None:
    story = Story(project, chain())
    assert story.people == {frozenset({"v", "e@x.at", "ann", "+431", "l", "f@x.at", "u"})}
    assert story.rows(
        "select customer_id = md5('email|e@x.at'), contact_id, lead_id, "
        "cast(first_seen_date as varchar) from int_customers"
    ) == [(True, "ann", "l", "2024-01-01")]


def test_a_merge_keeps_the_older_id(project: Project) -> None:
    device = {"visitor_id": "w", "occurred_at": "2023-06-01 10:00:00"}
    login = {"visitor_id": "w", "contact_id": "ann", "occurred_at": "2024-06-01 10:00:00"}
    apart = chain()
    apart["events"].append(device)
    story = Story(project, apart)
    assert len(story.people) == 2
    assert story.rows("select * from int_identity_merges") == []
    together = chain()
    together["events"] += [device, login]
    story = Story(project, together)
    assert story.rows(
        "select absorbed_customer_id = md5('email|e@x.at'), customer_id = md5('visitor|w'), "
        "cast(merged_on as varchar), evidence from int_identity_merges"
    ) == [(True, True, "2024-06-01", "event")]
    assert len(story.people) == 1


@pytest.mark.parametrize(("contacts", "customers"), [(3, 1), (4, 5)])
def test_a_shared_address_links_nobody(project: Project, contacts: int, customers: int) -> None:
    story = Story(
        project,
        {
            "customers": [{"contact_id": f"c{n}", "email": "e@x.at"} for n in range(contacts)],
            "orders": [{"order_id": "o", "email": "e@x.at", "ordered_at": "2024-01-01 00:00:00"}],
        },
    )
    assert len(story.people) == customers
    cuts = story.rows(
        "select cut_rule, contacts, cut_key = md5('email|e@x.at') from int_identity_cuts"
    )
    assert cuts == ([] if customers == 1 else [("too_many_people", contacts, True)])


def test_a_role_mailbox_links_nobody(project: Project) -> None:
    story = Story(
        project,
        {
            "customers": [
                {"contact_id": "ann", "email": "office@x.at"},
                {"contact_id": "bob", "email": "office@x.at"},
            ],
            "leads": [{"lead_id": "l", "email": "office@x.at"}],
        },
    )
    assert story.people == {frozenset({"ann"}), frozenset({"bob"}), frozenset({"l"})}
    assert story.rows("select cut_rule from int_identity_cuts") == [("role_mailbox",)]


def test_companies_are_not_joined_with_their_people(project: Project) -> None:
    day = "2024-01-01 00:00:00"
    converted = {"converted_account_id": "acme", "converted_at": "2024-02-01 00:00:00"}
    order = {"order_id": "o", "contact_id": "ann", "visitor_id": "v", "ordered_at": day}
    story = Story(
        project,
        {
            "customers": [{"contact_id": "ann", "email": "ann@acme.at", "account_id": "acme"}],
            "accounts": [{"account_id": "acme"}, {"account_id": "owner"}],
            "leads": [{"lead_id": "l", "email": "desk@acme.at", "created_at": day, **converted}],
            "orders": [{**order, "account_id": "acme", "email": "ann@acme.at"}],
        },
    )
    assert story.people == {
        frozenset({"ann", "ann@acme.at"}),
        frozenset({"acme", "l", "desk@acme.at", "v"}),
        frozenset({"owner"}),
    }
    assert story.rows(
        "select company_customer_id = md5('account|acme') from int_customers "
        "where contact_id = 'ann'"
    ) == [(True,)]


def test_rows_of_a_test_contact_are_no_customer(project: Project) -> None:
    day = "2024-01-01 00:00:00"
    story = Story(
        project,
        {
            "customers": [
                {"contact_id": "test", "email": "test@x.at", "phone": "+431", "is_test": True},
                {"contact_id": "real", "email": "real@x.at", "phone": "+431"},
            ],
            "leads": [
                {"lead_id": "l1", "email": "other@x.at", "converted_contact_id": "test"},
                {"lead_id": "l2", "email": "test@x.at"},
            ],
            "orders": [
                {"order_id": "o1", "email": "test@x.at", "ordered_at": day},
                {"order_id": "o2", "phone": "+431", "ordered_at": day},
            ],
            "events": [{"visitor_id": "v", "contact_id": "test", "occurred_at": day}],
        },
    )
    assert story.people == {frozenset({"real", "real@x.at", "+431"})}


def test_merged_contacts_are_one_customer(project: Project) -> None:
    day = "2024-01-01 00:00:00"
    story = Story(
        project,
        {
            "customers": [
                {
                    "contact_id": "ann",
                    "email": "ann@x.at",
                    "first_name": "Ann",
                    "last_name": "New",
                    "created_at": "2024-02-01",
                    "updated_at": "2024-06-01",
                    "merged_contact_ids": "was ann;never seen",
                },
                {
                    "contact_id": "was ann",
                    "email": "was@x.at",
                    "first_name": "Ann",
                    "last_name": "Old",
                    "created_at": day,
                    "is_deleted": True,
                },
            ],
            "orders": [{"order_id": "o", "contact_id": "was ann", "ordered_at": day}],
        },
    )
    assert story.people == {frozenset({"ann", "ann@x.at", "was ann", "was@x.at", "never seen"})}
    assert story.rows(
        "select customer_id = md5('contact|was ann'), contact_id, is_deleted from int_customers"
    ) == [(True, "ann", False)]
    assert story.rows(
        "select absorbed_customer_id = md5('contact|ann'), cast(merged_on as varchar), evidence "
        "from int_identity_merges"
    ) == [(True, "2024-06-01", "contact merge")]
    assert story.rows("select * from int_identity_cuts") == []


def test_a_deleted_contact_is_a_customer_by_its_orders_only(project: Project) -> None:
    day = "2024-01-01 00:00:00"
    story = Story(
        project,
        {
            "customers": [
                {"contact_id": "silent", "email": "silent@x.at", "is_deleted": True},
                {"contact_id": "buyer", "email": "buyer@x.at", "is_deleted": True},
                {"contact_id": "old", "email": "ann@x.at", "is_deleted": True},
                {"contact_id": "new", "email": "ann@x.at"},
            ],
            "orders": [{"order_id": "o", "contact_id": "buyer", "ordered_at": day}],
        },
    )
    assert story.people == {
        frozenset({"buyer", "buyer@x.at"}),
        frozenset({"old", "new", "ann@x.at"}),
    }
    assert story.rows("select contact_id, is_deleted from int_customers order by 1") == [
        ("buyer", True),
        ("new", False),
    ]


def test_bots_are_no_customers_and_other_devices_are_prospects(project: Project) -> None:
    day = "2024-01-01 00:00:00"
    story = Story(
        project,
        {
            "events": [
                {"visitor_id": "person", "occurred_at": day, "user_agent": "Mozilla/5.0"},
                {"visitor_id": "bot", "occurred_at": day, "user_agent": "ExampleBot/2.1"},
            ]
        },
    )
    assert story.people == {frozenset({"person"})}


def drawn_rows(contacts: Sequence[str | None]) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Rows with a contact, an address, a number, a device (or a lead) and a day of January."""
    keys = st.sampled_from([None, "1", "2", "3"])
    kinds = st.sampled_from(["customers", "leads", "orders", "events"])
    days = st.integers(min_value=1, max_value=28)
    row = st.tuples(kinds, st.sampled_from(contacts), keys, keys, keys, days)
    return st.lists(row, min_size=2, max_size=14, unique=True)


ROWS = drawn_rows([None, "1", "2", "3", "4"])
# With one contact per person, little is cut.
ROWS_OF_ONE_CONTACT = drawn_rows([None, "5"])


def landed(drawn: Iterable[tuple[Any, ...]]) -> dict[str, list[dict[str, Any]]]:
    """Staged rows of random identifiers; a contact or lead has one row."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for table, contact, email, phone, visitor, day in drawn:
        at = f"2024-01-{day:02} 00:00:00"
        mail = email and f"e{email}@x.at"
        match table:
            case "customers":
                key = contact or "5"
                row = {"contact_id": key, "email": mail, "phone": phone, "created_at": at}
            case "leads":
                key = visitor or "5"
                row = {"lead_id": key, "email": mail, "phone": phone, "created_at": at}
                row |= {"converted_contact_id": contact}
            case "orders":
                key = f"{contact} {email} {phone} {visitor} {day}"
                row = {"order_id": key, "contact_id": contact, "email": mail, "phone": phone}
                row |= {"visitor_id": visitor, "ordered_at": at}
            case _:
                key = f"{contact} {email} {visitor} {day}"
                row = {"contact_id": contact, "email": mail, "visitor_id": visitor}
                row |= {"occurred_at": at}
        tables.setdefault(table, {}).setdefault(key, row)
    return {table: list(rows.values()) for table, rows in tables.items()}


def typed_people(story: Story) -> set[frozenset[str]]:
    """The customers as sets of kinds and identifiers."""
    return {
        frozenset(identifiers)
        for (identifiers,) in story.rows(
            "select list(identifier_type || ' ' || identifier) from int_customer_identifiers "
            "group by customer_id"
        )
    }


@settings(max_examples=12, deadline=None)
@given(drawn=drawn_rows([None]))
def test_guests_of_two_addresses_are_two_people(
    project: Project, drawn: list[tuple[Any, ...]]
) -> None:
    # A lead or a contact with two addresses would be evidence.
    rows = {
        table: of_table
        for table, of_table in landed(drawn).items()
        if table in ("orders", "events")
    }
    for person in typed_people(Story(project, rows)):
        assert len([key for key in person if key.startswith("email ")]) <= 1, person


@settings(max_examples=12, deadline=None)
@given(drawn=ROWS)
def test_a_former_id_means_the_surviving_contact(
    project: Project, drawn: list[tuple[Any, ...]]
) -> None:
    rows = landed(drawn)
    contacts = {row["contact_id"]: row for row in rows.pop("customers", [])}
    contacts.setdefault("1", {"contact_id": "1", "created_at": "2024-01-01 00:00:00"})
    formers = [contacts.pop(former) for former in ("2", "3") if former in contacts]
    survivor = {**contacts.pop("1"), "merged_contact_ids": "2,3"}
    merged = {**rows, "customers": [survivor, *formers, *contacts.values()]}
    # The same rows as if the contact had always had one id.
    renamed = {
        table: [
            {
                column: "1" if column.endswith("contact_id") and value in ("2", "3") else value
                for column, value in row.items()
            }
            for row in these
        ]
        for table, these in rows.items()
    }
    renamed.setdefault("orders", []).extend(
        {
            "order_id": f"record of {former['contact_id']}",
            "contact_id": "1",
            "email": former["email"],
            "phone": former["phone"],
            "ordered_at": former["created_at"],
        }
        for former in formers
    )
    renamed["customers"] = [survivor | {"merged_contact_ids": None}, *contacts.values()]
    former_keys = {"contact 2", "contact 3"}
    found = {person - former_keys for person in typed_people(Story(project, merged))}
    assert found == typed_people(Story(project, renamed))


@settings(max_examples=12, deadline=None)
@given(drawn=ROWS, random=st.randoms())
def test_rows_have_no_order(project: Project, drawn: list[tuple[Any, ...]], random: Any) -> None:
    rows = landed(drawn)
    shuffled = {table: random.sample(these, len(these)) for table, these in rows.items()}
    one, other = Story(project, rows), Story(project, shuffled)
    for model in MODELS:
        query = f"select * from {model} order by all"
        assert one.rows(query) == other.rows(query)
    assert not one.rows(
        "select identifier from int_customer_identifiers group by identifier_type, identifier "
        "having count(*) > 1"
    )
    assert not one.rows(
        "select order_id from stg_shop__orders as orders "
        "where coalesce(contact_id, email, phone, visitor_id) is not null "
        "and not exists (select 1 from int_customer_identifiers "
        "where (identifier_type, identifier) = case when contact_id is not null "
        "then ('contact', contact_id) when email is not null then ('email', email) "
        "when phone is not null then ('phone', phone) else ('visitor', visitor_id) end)"
    )
    absorbed = {
        customer for (customer,) in one.rows("select absorbed_customer_id from int_identity_merges")
    }
    current = {customer for (customer,) in one.rows("select customer_id from int_customers")}
    assert not absorbed & current


@settings(max_examples=12, deadline=None)
@given(drawn=ROWS_OF_ONE_CONTACT)
def test_ids_of_a_past_day_are_known_today(project: Project, drawn: list[tuple[Any, ...]]) -> None:
    # Sorted by day, so that both days use the same row of a lead.
    drawn = sorted(drawn, key=lambda row: row[-1])
    past = Story(project, landed(row for row in drawn if row[-1] <= 14))
    today = Story(project, landed(drawn))
    # Links that are cut today may have existed then.
    assume(not today.rows("select 1 from int_identity_cuts"))
    then = {customer for (customer,) in past.rows("select customer_id from int_customers")}
    now = {customer for (customer,) in today.rows("select customer_id from int_customers")}
    merged = {
        customer
        for (customer,) in today.rows("select absorbed_customer_id from int_identity_merges")
    }
    assert then <= now | merged

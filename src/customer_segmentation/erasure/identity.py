"""The identity rules of the project over the few records around the keys of a request.

The rules are the same as in SQL (models/intermediate/identity), and are explained there. A test
compares both over the whole sample.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from customer_segmentation.erasure.records import Key, Record


@dataclass(frozen=True)
class Rules:
    """The vars and the seed that identity depends on."""

    max_contacts_per_key: int
    max_group_size: int
    role_mailboxes: frozenset[str]


class Evidence(NamedTuple):
    """A row of int_identity_evidence, with its hub."""

    kind: str
    contact: str | None
    account: str | None
    lead: str | None
    email: str | None
    phone: str | None
    visitor: str | None
    is_test: bool = False

    @property
    def hub(self) -> Key | None:
        """The identifier of the record; a company has no key of a person."""
        if self.account is not None:
            return None
        return next(iter(self.named()), None)

    def named(self) -> list[Key]:
        """The keys in the record, the most trusted first."""
        named = {
            "lead": self.lead,
            "contact": self.contact,
            "email": self.email,
            "phone": self.phone,
            "visitor": self.visitor,
        }
        return [Key(kind, key) for kind, key in named.items() if key is not None]


@dataclass(frozen=True)
class Person:
    """Names and birth dates of contact records, by which two people differ."""

    name_hash: str | None
    birth_date: dt.date | None
    is_test: bool


@dataclass(frozen=True)
class View:
    """The facts of one view of the records."""

    evidence: frozenset[Evidence]
    people: dict[str, Person]
    bots: frozenset[str]
    survivors: dict[str, str]


def views(records: Collection[Record], as_of_date: dt.date) -> list[View]:
    """Three views of the records: as of ``as_of_date``, as of now, and all versions.

    An erasure joins records that are one person in any of these views.
    """
    return [
        _view([record for record in records if record.is_valid], as_of_date, one_version=True),
        _view([record for record in records if record.is_valid], dt.date.max, one_version=True),
        _view(records, dt.date.max, one_version=False),
    ]


def _view(records: Iterable[Record], last_day: dt.date, one_version: bool) -> View:
    versions: dict[tuple[str, str], list[Record]] = defaultdict(list)
    others: list[Record] = []
    for record in records:
        if record.record_id is not None:
            versions[record.evidence, record.record_id].append(record)
        else:
            others.append(record)
    counting = {key: _counting(of_key, last_day) for key, of_key in versions.items()}
    chosen = counting if one_version else versions
    seen = [
        record
        for record in (*others, *(record for of_key in chosen.values() for record in of_key))
        if record.known_on is None or record.known_on <= last_day
    ]
    evidence = {row for record in seen for row in _evidence(record, last_day)}
    survivors = _survivors(records)
    people = {
        record.record_id: Person(record.name_hash, record.birth_date, record.is_test)
        for (kind, _), of_key in counting.items()
        if kind == "contact record"
        for record in of_key
        if record.record_id is not None and record.record_id not in survivors
    }
    bots = frozenset(record.visitor_id or "" for record in seen if record.evidence == "bot")
    return View(frozenset(evidence), people, bots, survivors)


def _survivors(records: Iterable[Record]) -> dict[str, str]:
    """The surviving contact of each former contact id, as in int_merged_contacts."""
    claims: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if record.contact_id is not None and record.merged_into is not None:
            claims[record.contact_id].add(record.merged_into)
    steps: dict[str, str] = {}
    for former, contacts in claims.items():
        last = contacts - claims.keys()
        if len(last) <= 1:
            steps[former] = min(last or contacts)
    survivors: dict[str, str] = {}
    for former in steps:
        contact = former
        for _ in range(4):
            contact = steps.get(contact, contact)
        if contact not in claims:
            survivors[former] = contact
    return survivors


def _counting(versions: list[Record], last_day: dt.date) -> list[Record]:
    """The versions of a record that count on a day: the last known one, else the first."""
    known = [
        record
        for record in versions
        if record.version_at is not None and record.version_at.date() <= last_day
    ]
    if known:
        last = max(record.version_at for record in known if record.version_at)
        return [record for record in known if record.version_at == last]
    undated = [record for record in versions if record.version_at is None]
    if undated:
        return undated
    first = min(record.version_at for record in versions if record.version_at)
    return [record for record in versions if record.version_at == first]


def _evidence(record: Record, last_day: dt.date) -> list[Evidence]:
    found = Evidence(
        record.evidence,
        record.contact_id,
        record.account_id,
        record.lead_id,
        record.email,
        record.phone,
        record.visitor_id,
        record.is_test,
    )
    match record.evidence:
        case "contact record" | "event":
            return [found]
        case "order":
            if record.is_test:
                return []
            return [found if record.account_id is None else found._replace(contact=None)]
        case "lead":
            if record.converted_on is not None and record.converted_on > last_day:
                return [found._replace(contact=None, account=None)]
            return [found if record.contact_id is None else found._replace(account=None)]
    return []


class Identity:
    """The identity rules in a view, over the ``examined`` keys, of which all records are read."""

    def __init__(
        self, view: View, examined: Collection[Key], shared: Collection[Key], rules: Rules
    ) -> None:
        """Judges the keys; the ``shared`` ones belong to too many people to be read."""
        self._view = view
        self._rules = rules
        self._contacts, self._emails, self._tests = self._count()
        self._people = self._people_of_keys()
        self._cut = {key for key in examined if self._is_cut(key)} | set(shared)
        self._linked: dict[Key, set[Key]] = defaultdict(set)
        for one, another in self._links():
            self._linked[one].add(another)
            self._linked[another].add(one)
        linking = {key for key in examined if key in self._linked} - self._cut
        self._neighbours = {key: self._linked[key] & linking for key in linking}
        self._groups: dict[Key, frozenset[Key]] = {}

    def is_cut(self, key: Key) -> bool:
        """Whether a key may belong to several people and therefore links nobody."""
        return key in self._cut

    def linked(self, keys: Iterable[Key]) -> set[Key]:
        """The keys that records link to ``keys``, examined or not."""
        wanted = set(keys)
        return {other for key in wanted - self._cut for other in self._linked.get(key, ())} - wanted

    def component(self, key: Key) -> frozenset[Key]:
        """The connected component of a key over links that are not cut."""
        found, waiting = {key}, [key]
        while waiting:
            for other in self._neighbours.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(found)

    def is_too_large(self, component: Collection[Key]) -> bool:
        """Whether a component has too many linking keys."""
        joining = sum(len(self._neighbours.get(key, ())) > 1 for key in component)
        return joining > self._rules.max_group_size

    def group(self, key: Key) -> frozenset[Key]:
        """The keys of the person with this key."""
        if key not in self._groups:
            component = self.component(key)
            if self.is_too_large(component) or self._contradicts(component):
                groups: dict[Key, set[Key]] = defaultdict(set)
                for member in component:
                    groups[self._owner(member)].add(member)
                parts: Iterable[frozenset[Key]] = map(frozenset, groups.values())
            else:
                parts = [component]
            for part in parts:
                self._groups.update(dict.fromkeys(part, part))
        return self._groups[key]

    def _owner(self, key: Key) -> Key:
        if key.kind == "contact":
            return Key("contact", self._surviving(key.key))
        contacts = self._contacts.get(key, set())
        if len(contacts) == 1:
            return Key("contact", next(iter(contacts)))
        return key

    def _surviving(self, contact: str) -> str:
        return self._view.survivors.get(contact, contact)

    def _count(self) -> tuple[dict[Key, set[str]], dict[Key, set[str]], set[Key]]:
        contacts: dict[Key, set[str]] = defaultdict(set)
        emails: dict[Key, set[str]] = defaultdict(set)
        tests: set[Key] = set()
        for row in self._view.evidence:
            contact = self._surviving(row.contact) if row.contact is not None else None
            person = self._view.people.get(contact or "")
            for key in row.named():
                if key.kind == "contact":
                    continue
                if contact is not None and not (person and person.is_test):
                    contacts[key].add(contact)
                if row.email is not None and row.account is None and key.kind in _HOUSEHOLD:
                    emails[key].add(row.email)
            if row.is_test and row.hub:
                tests.add(row.hub)
        return contacts, emails, tests

    def _people_of_keys(self) -> dict[Key, set[str]]:
        """The people with a number or a device: by the name of the contact, guests by address."""
        of_emails: dict[str, set[str]] = defaultdict(set)
        for row in self._view.evidence:
            if row.email is not None and row.contact is not None and row.account is None:
                of_emails[row.email].update(self._person(row.contact))
        people: dict[Key, set[str]] = defaultdict(set)
        for row in self._view.evidence:
            if row.account is not None:
                continue
            if row.contact is not None:
                named = self._person(row.contact)
            elif row.email is not None and not self._is_role_mailbox(row.email):
                named = of_emails.get(row.email, {row.email})
                if len(named) > 1:
                    named = {row.email}
            else:
                continue
            for key in row.named():
                if key.kind in _HOUSEHOLD:
                    people[key].update(named)
        return people

    def _person(self, contact: str) -> set[str]:
        """The name of a contact, else its id; a test contact is nobody."""
        survivor = self._surviving(contact)
        person = self._view.people.get(survivor)
        if person and person.is_test:
            return set()
        return {(person and person.name_hash) or survivor}

    def _is_role_mailbox(self, email: str) -> bool:
        return email.split("@")[0] in self._rules.role_mailboxes

    def _is_cut(self, key: Key) -> bool:
        if key.kind in ("contact", "lead"):
            return False
        if key.kind == "email" and self._is_role_mailbox(key.key):
            return True
        if key.kind == "visitor" and key.key in self._view.bots:
            return True
        contacts = self._contacts.get(key, set())
        limit = self._rules.max_contacts_per_key
        if len(contacts) > limit or len(self._emails.get(key, ())) > limit:
            return True
        return (len(contacts) > 1 and self._differ(contacts)) or len(self._people[key]) > 1

    def _contradicts(self, component: Iterable[Key]) -> bool:
        return self._differ(
            key.key
            for key in component
            if key.kind == "contact"
            and (person := self._view.people.get(key.key))
            and not person.is_test
        )

    def _differ(self, contacts: Iterable[str]) -> bool:
        people = [
            self._view.people[contact] for contact in contacts if contact in self._view.people
        ]
        names = {person.name_hash for person in people} - {None}
        births = {person.birth_date for person in people} - {None}
        return len(names) > 1 or len(births) > 1

    def _links(self) -> Iterable[tuple[Key, Key]]:
        for former, survivor in self._view.survivors.items():
            yield Key("contact", former), Key("contact", survivor)
        for row in self._view.evidence:
            hub = row.hub
            if hub is None:
                continue
            for key in row.named():
                # Only leads are linked to a contact: the one that they became.
                if key == hub or (key.kind == "contact" and hub.kind != "lead"):
                    continue
                if key.kind == hub.kind:
                    continue
                if hub in self._tests and self._contacts.get(key):
                    continue
                yield hub, key


_HOUSEHOLD = ("phone", "visitor")

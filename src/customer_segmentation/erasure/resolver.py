"""Find the people to erase: everybody named by a key of a request, with all their keys.

The search starts at the keys of the requests and reads only records around them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from customer_segmentation.erasure.identity import Identity, Rules, views
from customer_segmentation.erasure.records import Key, Record, Records

# Records about one person: a key in them names that person.
_ABOUT_PEOPLE = ("contact record", "lead", "order", "event")


@dataclass(frozen=True)
class Numbering:
    """The dialling rules of a country: its code and its national prefix."""

    calling_code: str
    trunk_prefix: str


@dataclass(frozen=True)
class Erasure:
    """The people to erase.

    Attributes:
        named: the keys of the requests -> whether the landing has them.
        people: the keys and orders of each person.
    """

    named: dict[Key, bool]
    people: list[frozenset[Key]] = field(default_factory=list)


def erasure(
    records: Records, as_of_date: dt.date, rules: Rules, countries: Collection[Numbering] = ()
) -> Erasure:
    """Find the people that the landed requests name.

    Args:
        records: the landing.
        as_of_date: the day that the build describes. It only adds people: those who were one person
            on that day.
        rules: the identity rules.
        countries: the possible countries of a telephone number without a country.
    """
    requested = {key for request in records.requests() for key in request.named()}
    if not requested:
        return Erasure({})
    records.open()
    try:
        return _Search(records, as_of_date, rules).people(requested, countries)
    finally:
        records.close()


class _Search:
    def __init__(self, records: Records, as_of_date: dt.date, rules: Rules) -> None:
        self._landing = records
        self._as_of_date = as_of_date
        self._rules = rules
        self._records: set[Record] = set()
        self._examined: set[Key] = set()
        self._shared: set[Key] = set()
        self._read_versions: set[tuple[str, str]] = set()

    def people(self, requested: set[Key], countries: Collection[Numbering]) -> Erasure:
        spellings = {key: _spellings(key, countries) for key in requested}
        named = {key for keys in spellings.values() for key in keys}
        self._examine(named, shared_too=True)
        known = {key for record in self._records for key in record.named()}
        named &= known
        seeds = self._named_people(named)
        identities = self._explore(seeds)
        people = self._with_shared(_together(seeds, identities), identities)
        orders = self._orders()
        return Erasure(
            {key: any(other in known for other in spellings[key]) for key in requested},
            [person.union(*(orders[key] for key in person & orders.keys())) for person in people],
        )

    def _named_people(self, named: set[Key]) -> set[Key]:
        """The keys, and the people that records with these keys are about."""
        about: set[Key] = set()
        for record in self._records:
            keys = record.named()
            if record.evidence not in _ABOUT_PEOPLE or not named.intersection(keys):
                continue
            people = [key for key in keys if key.kind == "lead" or key.kind == "contact"]
            if record.account_id is None or record.evidence == "lead":
                about.update(people or keys[:1])
        self._examine(about)
        identities = self._identities()
        # A shared mailbox or device names nobody, unless a request names it.
        return named | {
            key for key in about if not all(identity.is_cut(key) for identity in identities)
        }

    def _explore(self, seeds: set[Key]) -> list[Identity]:
        """Reads records until the components of all ``seeds`` are examined."""
        while True:
            identities = self._identities()
            unread: set[Key] = set()
            for identity in identities:
                for component in {identity.component(key) for key in seeds}:
                    if not identity.is_too_large(component):
                        unread |= identity.linked(component) - self._examined
            if not unread:
                return identities
            self._examine(unread)

    def _identities(self) -> list[Identity]:
        return [
            Identity(view, self._examined, self._shared, self._rules)
            for view in views(self._records, self._as_of_date)
        ]

    def _examine(self, keys: set[Key], shared_too: bool = False) -> None:
        """Reads the records with ``keys``, and the records that are needed to judge these keys."""
        wanted = keys - self._examined
        if not wanted:
            return
        self._examined |= wanted
        shared = self._landing.shared(wanted)
        self._shared |= shared
        found = self._landing.around(wanted if shared_too else wanted - shared)
        # A number or a device is judged by the contacts behind its addresses, a contact by the one
        # that it was merged into.
        behind = {
            key
            for record in found
            for key in record.named()
            if (key.kind == "contact" and self._landing.has_merges)
            or (key.kind == "email" and _is_of_household(record, wanted))
        } - self._examined
        if behind:
            found |= self._landing.around(behind - self._landing.shared(behind))
        versions = {
            (record.evidence, record.record_id) for record in found if record.record_id is not None
        } | {
            ("contact record", contact)
            for record in found
            for contact in (record.contact_id, record.merged_into)
            if contact
        }
        self._records |= found | self._landing.versions(versions - self._read_versions)
        self._read_versions |= versions

    def _with_shared(
        self, people: list[frozenset[Key]], identities: Collection[Identity]
    ) -> list[frozenset[Key]]:
        """The people; each shared key of a request is assigned to one of its people."""

        def is_shared(person: frozenset[Key]) -> bool:
            return all(identity.is_cut(key) for identity in identities for key in person)

        found = [person for person in people if not is_shared(person)]
        for shared in filter(is_shared, people):
            mentioned = {
                key
                for record in self._records
                if shared.intersection(record.named())
                for key in record.named()
            }
            number = next((no for no, one in enumerate(found) if one & mentioned), len(found))
            found[number : number + 1] = [shared.union(*found[number : number + 1])]
        return found

    def _orders(self) -> dict[Key, set[Key]]:
        """The orders with each key, without orders of a company."""
        of_companies = {record.record_id for record in self._records if record.account_id}
        orders: dict[Key, set[Key]] = defaultdict(set)
        for record in self._records:
            number = record.record_id
            if record.evidence == "order" and number is not None and number not in of_companies:
                for key in record.named():
                    orders[key].add(Key("order", number))
        return orders


def _is_of_household(record: Record, keys: Collection[Key]) -> bool:
    return any(key.kind in ("phone", "visitor") and key in keys for key in record.named())


def _spellings(key: Key, countries: Iterable[Numbering]) -> set[Key]:
    """The possible keys for a requested key: a number without a country may belong to any."""
    if key.kind != "phone" or key.key.startswith("+"):
        return {key}
    numbers = {key.key, f"+{key.key}"}
    for country in countries:
        national = key.key.removeprefix(country.trunk_prefix)
        numbers.add(f"+{country.calling_code}{national}")
    return {Key("phone", number) for number in numbers}


def _together(seeds: Iterable[Key], identities: Collection[Identity]) -> list[frozenset[Key]]:
    """The people of ``seeds``; keys of one person in any view are one person."""
    people: list[frozenset[Key]] = []
    done: set[Key] = set()
    for seed in sorted(seeds):
        if seed in done:
            continue
        person: set[Key] = set()
        waiting = {seed}
        while waiting:
            key = waiting.pop()
            person.add(key)
            for identity in identities:
                waiting |= identity.group(key) - person
        done |= person
        people.append(frozenset(person))
    return people

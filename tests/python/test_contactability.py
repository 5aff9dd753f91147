"""Contactability by customer, purpose and channel, compared with plain Python over staging."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from project import REPOSITORY, Project, csv_rows

pytestmark = pytest.mark.end_to_end

CHANNELS = ("email", "phone", "sms", "letter", "push")
PURPOSES = ("marketing", "service", "survey")
ARRIVED = ("delivered", "opened", "clicked", "redeemed")
GENERAL_MIN_AGE = 16


class Statement(NamedTuple):
    customer: str
    purpose: str | None
    channel: str | None
    status: str
    at: datetime | None
    expires: datetime | None


def midnight_after(moment: datetime | date) -> datetime:
    return datetime.combine(moment, time()) + timedelta(days=1)


class Sample:
    """Staged rows of the sample by customer, with the customers of the models."""

    def __init__(self, project: Project) -> None:
        self.project = project
        ((self.today,),) = self.rows("select as_of_date from segments_staging.as_of")
        self.customers = {
            row[0]: row[1:]
            for row in self.rows(
                "select customer_id, customer_kind, contact_id, lead_id "
                "from segments_intermediate.int_customers"
            )
        }
        # The people of each company, those who were seen first at the beginning.
        self.people: dict[str, list[str]] = defaultdict(list)
        for company, person in self.rows(
            "select company_customer_id, customer_id from segments_intermediate.int_customers "
            "where company_customer_id is not null order by first_seen_date nulls last, customer_id"
        ):
            self.people[company].append(person)
        self.owners: dict[tuple[str, str], str] = {}
        self.addresses: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, key, customer in self.rows(
            "select identifier_type, identifier, customer_id "
            "from segments_intermediate.int_customer_identifiers"
        ):
            self.owners[kind, key] = customer
            self.addresses[customer, kind].append(key)
        self.contacts = {
            row[0]: row[1:]
            for row in self.rows(
                "select contact_id, birth_date, email, phone, address_line, city "
                "from segments_staging.stg_crm__customers where excluded_as is null"
            )
        }
        self.leads = {
            row[0]: row[1:]
            for row in self.rows(
                "select lead_id, email, phone from segments_staging.stg_crm__leads "
                "where excluded_as is null"
            )
        }
        # Every version of a contact counts.
        self.emails: dict[str, set[str]] = defaultdict(set)
        self.holders: dict[str, set[str]] = defaultdict(set)
        for contact, email in self.rows(
            "select contact_id, email from segments_staging.stg_crm__customers "
            "where contact_id is not null and email is not null and is_test is not true"
        ):
            self.emails[contact].add(email)
            self.holders[email].add(contact)
        self.touches = self.rows(
            "select touch_type, channel, contact_id, email, touched_at, campaign_id "
            "from segments_staging.stg_web__campaign_touches where excluded_as is null"
        )
        self.statements: dict[str, list[Statement]] = defaultdict(list)
        for statement in {*self.consents(), *self.refusals()}:
            self.statements[statement.customer].append(statement)
        self.bounces, self.arrivals = self.deliveries()
        self.objectors = {
            customer
            for customer in self.customers
            if any(
                self.consent(customer, "profiling", channel) == "withdrawn"
                for channel in (*CHANNELS, "all")
            )
        }

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.project.warehouse_rows(query)

    def named(self, contact: str | None, email: str | None) -> set[str]:
        """Every customer named by a refusal with these keys."""
        keys = {("contact", contact), ("email", email)}
        keys |= {("email", address) for address in self.emails.get(contact or "", ())}
        holders = self.holders.get(email or "", set())
        if len(holders) == 1:
            keys |= {("contact", holder) for holder in holders}
        return {
            self.owners[kind, key]
            for kind, key in keys
            if key is not None and (kind, key) in self.owners
        }

    def consents(self) -> Iterable[Statement]:
        for contact, email, *said in self.rows(
            "select contact_id, email, purpose, channel, status, recorded_at, expires_at "
            "from segments_staging.stg_crm__consents "
            "where excluded_as is null and status <> 'void'"
        ):
            if said[2] == "withdrawn":
                yield from (Statement(customer, *said) for customer in self.named(contact, email))
                continue
            by_contact = self.owners.get(("contact", contact)) if contact else None
            by_email = self.owners.get(("email", email)) if email else None
            customer = by_contact if contact else by_email
            if customer and (not by_email or by_email == customer):
                yield Statement(customer, *said)

    def refusals(self) -> Iterable[Statement]:
        for kind, channel, contact, email, at, _ in self.touches:
            if kind not in ("unsubscribed", "complained"):
                continue
            left = channel if kind == "unsubscribed" and channel in CHANNELS else None
            for customer in self.named(contact, email):
                for purpose in ("marketing", "survey"):
                    yield Statement(customer, purpose, left, "unsubscribed", at, None)

    def deliveries(self) -> tuple[dict[str, set[tuple[Any, ...]]], dict[Any, datetime]]:
        """Hard bounces of each customer, and the last arrival by customer and channel."""
        bounces: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
        arrivals: dict[Any, datetime] = {}
        for kind, channel, contact, email, at, _ in self.touches:
            if kind == "bounced_hard":
                for key in (("contact", contact), ("email", email)):
                    if key in self.owners:
                        bounces[self.owners[key]].add(
                            (channel, email if channel == "email" else None, at)
                        )
            elif kind in ARRIVED:
                writer = (self.writer(contact, email), channel)
                arrivals[writer] = max(at, arrivals.get(writer, at))
        return bounces, arrivals

    def writer(self, contact: str | None, email: str | None) -> str | None:
        """The customer of a touch without a refusal: that of the contact, if there is one."""
        return self.owners.get(("contact", contact) if contact else ("email", email or ""))

    def consent(self, customer: str, purpose: str, channel: str) -> str | None:
        def order(statement: Statement) -> tuple[bool, datetime, bool, datetime]:
            refused = statement.status != "granted"
            at = statement.at or datetime.max
            if statement.at and refused and statement.at.time() == time():
                at = midnight_after(statement.at)
            earliest_end = datetime.max - (statement.expires or datetime.max)
            return statement.at is None, at, refused, datetime.min + earliest_end

        said = [
            statement
            for statement in self.statements[customer]
            if statement.purpose in (purpose, None) and statement.channel in (channel, None)
        ]
        if not said:
            return None
        last = max(said, key=order)
        if last.status == "granted" and last.expires:
            return "expired" if last.expires < midnight_after(self.today) else "granted"
        return last.status

    def age(self, customer: str) -> int | None:
        contact = self.contacts.get(self.customers[customer][1])
        if contact is None or contact[0] is None:
            return None
        born, today = contact[0], self.today
        return int(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))

    def address(self, customer: str, channel: str) -> str | None:
        _, contact_id, lead_id = self.customers[customer]
        contact = self.contacts.get(contact_id, (None,) * 5)
        lead = self.leads.get(lead_id, (None,) * 2)
        if channel == "letter":
            return "letter" if contact[3] and contact[4] else None
        kind = {"email": "email", "phone": "phone", "sms": "phone"}.get(channel)
        pattern = {"email": r"[^@\s\"<>(),:;]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,}"}.get(
            channel, r"\+[1-9][0-9]{7,14}"
        )
        usable = [
            key
            for key in self.addresses.get((customer, kind or ""), [])
            if re.fullmatch(pattern, key)
        ]
        usable.sort(key=lambda key: (key not in contact[1:3], key not in lead, key))
        return usable[0] if usable else None

    def bounced(self, customer: str, channel: str, address: str) -> bool:
        for by, about, at in self.bounces.get(customer, ()):
            arrived = self.arrivals.get((customer, by)) if by else None
            concerns = by in (channel, None) and about in (address, None)
            if concerns and not (at and arrived and at < arrived):
                return True
        return False

    def contact(
        self, customer: str, purpose: str, channel: str, min_age: int, takes_unknown_age: bool
    ) -> tuple[str, str | None]:
        """The customer whose consent and address count, and why not."""
        own = self.own_reason(customer, purpose, channel, min_age, takes_unknown_age)
        if own in ("no_consent", "no_address"):
            for person in self.people[customer]:
                if self.own_reason(person, purpose, channel, min_age, True) is None:
                    return person, None
        return customer, own

    def why_not(self, customer: str, *use: Any) -> str | None:
        return self.contact(customer, *use)[1]

    def own_reason(
        self, customer: str, purpose: str, channel: str, min_age: int, takes_unknown_age: bool
    ) -> str | None:
        if customer in self.objectors:
            return "objected"
        if self.customers[customer][0] == "person":
            age = self.age(customer)
            if age is None and not takes_unknown_age:
                return "age_not_known"
            if age is not None and age < min_age:
                return "too_young"
        consent = self.consent(customer, purpose, channel)
        if consent != "granted":
            return "unsubscribed" if consent == "unsubscribed" else "no_consent"
        address = self.address(customer, channel)
        if address is None or self.bounced(customer, channel, address):
            return "no_address"
        return None

    def contact_dates(self) -> dict[str, list[tuple[str | None, date]]]:
        """Channel and day of each message; the n-th `sent` and n-th `delivered` are one message."""
        moments: dict[tuple[Any, ...], dict[str, list[datetime]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for kind, channel, contact, email, at, campaign in self.touches:
            customer = self.writer(contact, email)
            if customer and kind in ("sent", "delivered"):
                moments[customer, channel, campaign][kind].append(at)
        messages = defaultdict(list)
        for (customer, channel, _), touches in moments.items():
            sent, delivered = sorted(touches["sent"]), sorted(touches["delivered"])
            for number in range(max(len(sent), len(delivered))):
                first = min([*sent[number : number + 1], *delivered[number : number + 1]])
                messages[customer].append((channel, first.date()))
        return messages


@pytest.fixture(scope="module")
def sample(built: Project) -> Sample:
    return Sample(built)


def seed_rows(name: str) -> list[dict[str, str]]:
    return csv_rows(REPOSITORY / "seeds/business" / name)


def treatment(audience: dict[str, str]) -> tuple[int, bool]:
    """The minimum age of an audience, and whether it takes people of an unknown age."""
    return int(audience["min_age"]), audience["takes_unknown_age"] == "true"


def check_orders() -> dict[str, int]:
    rows = seed_rows("consents/contact_reasons.csv")
    return {row["reason"]: int(row["check_order"]) for row in rows}


def test_every_customer_has_the_expected_contactability(sample: Sample) -> None:
    general = (GENERAL_MIN_AGE, False)
    ages = {(purpose, channel, *general) for purpose in PURPOSES for channel in CHANNELS}
    for row in seed_rows("audiences/audiences.csv"):
        ages.add((row["purpose"], row["channel"], *treatment(row)))
    for row in seed_rows("surveys/survey_studies.csv"):
        ages |= {("survey", channel, int(row["min_age"]), False) for channel in CHANNELS}
    expected = {
        (customer, *use): sample.contact(customer, *use)
        for customer in sample.customers
        for use in ages
    }
    rows = sample.rows(
        "select customer_id, purpose, channel, min_age, takes_unknown_age, contact_customer_id, "
        "why_not, is_reachable from segments_intermediate.int_customer_contactability"
    )
    actual = {row[:5]: row[5:7] for row in rows}
    assert len(rows) == len(actual)
    assert actual == expected
    assert all((row[6] is None) == row[7] for row in rows)
    assert sum(contact != use[0] for use, (contact, _) in expected.items()) > 20
    # Every reason occurs.
    found = Counter(why_not for _, why_not in expected.values())
    assert set(found) == {
        *(None, "objected", "too_young", "age_not_known"),
        *("no_consent", "unsubscribed", "no_address"),
    }


def test_frequency_caps_count_the_expected_messages(sample: Sample) -> None:
    messages = sample.contact_dates()
    answers = defaultdict(list)
    for customer, day in sample.rows(
        "select customer_id, answered_date from segments_intermediate.int_survey_answers"
    ):
        answers[customer].append(day)
    caps: dict[tuple[str, str], tuple[int, int, str | None]] = {}
    for row in seed_rows("audiences/audiences.csv"):
        caps["audience", row["audience"]] = (
            int(row["frequency_cap"]),
            int(row["frequency_cap_days"]),
            row["channel"],
        )
    for row in seed_rows("surveys/survey_studies.csv"):
        caps["survey", row["survey_id"]] = (1, int(row["min_days_since_contact"]), None)

    orders = check_orders()
    capped = 0
    for kind, name, customer, why_not in sample.rows(
        "select list_kind, list_name, contact_customer_id, why_not "
        "from segments_marts.contact_candidates"
    ):
        cap, days, channel = caps[kind, name]
        contacts = [day for by, day in messages.get(customer, []) if channel in (by, None)]
        if kind == "survey":
            contacts += answers[customer]
        recent = [day for day in contacts if (sample.today - day).days < days]
        if len(recent) >= cap:
            assert why_not and orders[why_not] <= orders["frequency_cap"]
            capped += why_not == "frequency_cap"
        else:
            assert why_not != "frequency_cap"
    assert capped > 10


def test_surveys_and_audiences_have_the_same_candidates(sample: Sample) -> None:
    """The best channel gives the reason, unless an earlier check fails."""
    orders = check_orders()
    uses: dict[tuple[str, str], tuple[str, tuple[str, ...], tuple[int, bool]]] = {}
    for row in seed_rows("audiences/audiences.csv"):
        uses["audience", row["audience"]] = (row["purpose"], (row["channel"],), treatment(row))
    for row in seed_rows("surveys/survey_studies.csv"):
        uses["survey", row["survey_id"]] = ("survey", CHANNELS, (int(row["min_age"]), False))
    of_contact = {
        "objected",
        "too_young",
        "age_not_known",
        "no_consent",
        "unsubscribed",
        "no_address",
    }
    compared = 0
    for kind, name, customer, why_not in sample.rows(
        "select list_kind, list_name, customer_id, why_not from segments_marts.contact_candidates"
    ):
        purpose, channels, age = uses[kind, name]
        reasons = [sample.why_not(customer, purpose, channel, *age) for channel in channels]
        best = None if None in reasons else max((r for r in reasons if r), key=orders.__getitem__)
        if why_not is None or why_not in of_contact:
            assert why_not == best
            compared += 1
        else:
            assert best is None or orders[why_not] < orders[best]
    assert compared > 1000

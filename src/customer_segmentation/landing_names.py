"""Find the name of the contract that a landed name probably means."""

import difflib
import re
from collections.abc import Iterable, Sequence

# Words of exports and of the contract. A match is shown to people and never used to read a column.
_WORDS = {
    **dict.fromkeys(("client", "customer", "user", "buyer", "person", "profile"), "contact"),
    **dict.fromkeys(("company", "organisation", "organization"), "account"),
    **dict.fromkeys(("total", "price", "value", "sum", "revenue", "subtotal"), "amount"),
    **dict.fromkeys(("date", "time", "timestamp", "on", "datetime"), "at"),
    **dict.fromkeys(("article", "item", "sku", "variant"), "product"),
    **dict.fromkeys(("mail", "emailaddress"), "email"),
    **dict.fromkeys(("mobile", "tel", "telephone"), "phone"),
    **dict.fromkeys(("plz", "postal", "zip"), "postcode"),
    **dict.fromkeys(("dob", "birthday"), "birth"),
    **dict.fromkeys(("forename", "firstname", "given"), "first"),
    **dict.fromkeys(("lastname", "surname", "family"), "last"),
    **dict.fromkeys(("cookie", "device", "visitor", "anonymous"), "visitor"),
    "qty": "quantity",
    "state": "status",
    "cancelled": "status",
    "rebate": "discount",
}
# Words that say nothing alone.
_GENERIC = {"id", "at", "is", "name", "code", "key", "no", "number", "type"}


def nearest_name(name: str, candidates: Sequence[str]) -> str | None:
    """The first of the most similar ``candidates``, or None if none is similar."""
    own = _words(name)
    scores = [(_score(own, _words(candidate)), candidate) for candidate in candidates]
    best = max((score for score, _ in scores), default=0.0)
    return next(candidate for score, candidate in scores if score == best) if best >= 0.75 else None


def nearest_names(
    contract: Iterable[str], landed: Iterable[str]
) -> list[tuple[str, str, str | None]]:
    """Each column of the contract and each landed one with its state and its nearest name.

    A missing column and an unknown one may be the nearest of each other.
    """
    contract, landed = list(contract), list(landed)
    missing = [name for name in contract if name not in landed]
    unknown = [name for name in landed if name not in contract]
    meant = {name: nearest_name(name, missing) for name in unknown}
    return [
        *((name, "found", None) for name in contract if name in landed),
        *(
            (name, "missing", next((one for one in unknown if meant[one] == name), None))
            for name in missing
        ),
        *((name, "unknown", meant[name]) for name in unknown),
    ]


def _words(name: str) -> list[str]:
    words = re.findall(r"[a-z]+|[0-9]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
    return [_WORDS.get(word, word) for word in words]


def _score(own: list[str], other: list[str]) -> float:
    """1 if one name has all words of the other, else the similarity of the spelling."""
    shared = {*own} & {*other}
    if shared - _GENERIC and shared in ({*own}, {*other}):
        return 1.0
    return difflib.SequenceMatcher(None, "_".join(own), "_".join(other)).ratio()

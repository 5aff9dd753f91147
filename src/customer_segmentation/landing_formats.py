"""The formats of landed dates and numbers that a business declares in the var landing_formats.

A format is compiled into a regular expression and the places of its parts, from which every engine
makes a text in ISO 8601 or a plain number. A value in another format is not read.
"""

import re
from typing import Any

# Digits of a time since 1970, so that seconds and milliseconds cannot be mistaken, and the
# microseconds of one.
_EPOCHS = {
    "epoch_s": ("[0-9]{9,10}", 1_000_000),
    "epoch_ms": ("[0-9]{12,13}", 1_000),
    "epoch_us": ("[0-9]{15,16}", 1),
}
_TWO_DIGITS = "[0-9]{1,2}"
_DIRECTIVES = {
    "Y": ("year", "[0-9]{4}"),
    "y": ("short_year", "[0-9]{2}"),
    "m": ("month", _TWO_DIGITS),
    "b": ("month_name", "[A-Za-z]{3,9}[.]?"),
    "d": ("day", _TWO_DIGITS),
    "H": ("hour", _TWO_DIGITS),
    "I": ("hour_of_half", "0?[1-9]|1[0-2]"),
    "p": ("half", "[AaPp][.]?[Mm][.]?"),
    "M": ("minute", "[0-9]{2}"),
    "S": ("second", "[0-9]{2}"),
    "f": ("fraction", "[0-9]{1,9}"),
    "z": ("zone", "Z|UTC|[+-][0-9]{2}:?[0-9]{2}"),
}
_EXAMPLE = re.compile(
    r"(?P<before>[^\d ]*) ?1(?P<group>[., \u00a0\u202f'\u2019]?)234"
    r"(?P<decimal>[.,])56 ?(?P<after>[^\d ]*)"
)
_EXPECTED = {
    "time": "a pattern such as %d/%m/%Y %H:%M, epoch_s, epoch_ms or epoch_us",
    "number": "the number 1234.56 as the file writes it, such as 1.234,56 or € 1,234.56",
}


def compiled_format(declared: str, data_type: str) -> dict[str, Any]:
    """The ``declared`` format of a column as a dict for macros.

    Raises:
        ValueError: the format does not exist or does not suit the type; the text says what does.
    """
    compiled = None
    kind = "time" if data_type in ("date", "timestamp") else "number"
    if data_type in ("string", "boolean"):
        raise ValueError(f"is a {data_type} and has no format")
    compiled = _epoch(declared) or _time(declared) if kind == "time" else _number(declared)
    if not compiled:
        raise ValueError(f"has the format {declared!r}; expected {_EXPECTED[kind]}")
    return compiled


def format_problems(
    formats: dict[str, dict[str, str]], types: dict[str, dict[str, str]]
) -> list[str]:
    """All that is wrong with the var landing_formats, a message each.

    ``types`` are the types of the contract's columns by landing table and column.
    """
    problems = []
    for table, columns in formats.items():
        if table not in types:
            problems.append(f"landing_formats: there is no landing table {table}")
            continue
        for column, declared in columns.items():
            if column not in types[table]:
                problems.append(f"landing_formats: {table} has no column {column}")
                continue
            try:
                compiled_format(declared, types[table][column])
            except ValueError as error:
                problems.append(f"landing_formats: {table}.{column} {error}")
    return problems


def _epoch(declared: str) -> dict[str, Any] | None:
    if declared not in _EPOCHS:
        return None
    digits, microseconds = _EPOCHS[declared]
    return {"kind": "epoch", "pattern": f"^{digits}([.][0-9]*)?$", "microseconds": microseconds}


def _time(declared: str) -> dict[str, Any] | None:
    pieces = re.findall(r"%(.)|(.)", declared)
    names = [_DIRECTIVES[letter][0] for letter, _ in pieces if letter in _DIRECTIVES]
    named = {*names}
    is_date = (
        {"day"} <= named and named & {"year", "short_year"} and named & {"month", "month_name"}
    )
    if (
        not is_date
        or len(named) < len(names)
        or any(letter and letter not in _DIRECTIVES for letter, _ in pieces)
        or any(sign in "'\\^[]" for _, sign in pieces if sign)
        or ("half" in named) != ("hour_of_half" in named)
    ):
        return None
    # Without a sign between them, the parts need all of their digits.
    is_dense = bool(re.search(r"%[mdHI]%", declared))
    pattern = "".join(
        f"({_DIRECTIVES[letter][1]})" if letter else sign if sign.isalnum() else f"[{sign}]"
        for letter, sign in pieces
    )
    if is_dense:
        pattern = pattern.replace("{1,2}", "{2}").replace("0?[1-9]", "0[1-9]")
    places = {name: place for place, name in enumerate(names, 1)}
    return {"kind": "time", "pattern": f"^{pattern}$", "places": places}


def _number(declared: str) -> dict[str, Any] | None:
    example = _EXAMPLE.fullmatch(declared)
    if not example or example["group"] == example["decimal"]:
        return None
    decimal = example["decimal"]
    # An apostrophe between groups is replaced by a blank, as protected blanks are.
    replaced = {"\u00a0": " ", "\u202f": " ", "\u2019": " ", "'": " "}
    group = replaced.get(example["group"], example["group"])
    grouped = f"[0-9]{{1,3}}([{group}][0-9]{{3}})+|" if group else ""
    signs = {sign: "" for sign in (example["before"], example["after"]) if sign}
    return {
        "kind": "number",
        "replaced": {**(replaced if group == " " or signs else {}), **signs},
        "pattern": f"^[+-]?({grouped}[0-9]+)([{decimal}][0-9]+)?$",
        "group": group,
        "decimal": decimal,
    }

"""Find the service card of a customer by what an agent knows, and print it."""

import re
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from customer_segmentation.keyed_hash import keyed_hash

# Columns of service_cards by what an agent asks; the first column of a row has the answer.
PARTS = {
    "Visit": ("visit_state", "visit_reason"),
    "Products of the visit": ("visit_products",),
    "Products in the cart": ("cart_products",),
    "Who": ("age_band", "area", "language", "attributes"),
    "Last order": ("last_order_date",),
    "Orders": ("lifetime_orders",),
    "Open service contacts": ("open_service_contacts",),
    "Offer next": ("next_products",),
    "Due again": ("replenishments",),
    "Do not offer": ("do_not_offer",),
    "Preferred channel": ("preferred_channel", "preferred_channel_reason"),
    "Preferred style": ("preferred_style", "preferred_style_reason"),
    "Hours": ("contact_hours", "contact_hours_reason", "time_zone"),
    "Satisfaction": ("satisfaction", "satisfaction_reason"),
    "Marketing": ("marketing_channels", "no_marketing_reason"),
    "Segments": ("segments",),
}

Card = dict[str, object]


def found_cards(file: Path, text: str) -> list[Card]:
    """The cards of the customers whom ``text`` names, in the order of their ids.

    Args:
        file: the published file of service cards. It has hashes that are keyed with
            SEGMENTS_ID_SECRET, so that the environment needs the secret of the build.
        text: an e-mail address, a telephone number with its country (+43...), the id of a visitor,
            contact, lead or account, an order number, or the customer id itself.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: an older version published the file, without card_keys or with fewer columns.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no cards are published at {file}; run `make build`")
    hashes = [keyed_hash(key) for key in possible_keys(text)]
    places = ", ".join("?" * len(hashes))
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        if ("card_keys",) not in tables:
            raise ValueError(f"the cards at {file} have no keys yet; run `make build`")
        cards = connection.execute(
            f"""
            select * from service_cards
            where customer_id = ? or customer_id in (
                select customer_id from card_keys where key_hash in ({places})
            )
            order by customer_id
            """,
            [text.strip(), *hashes],
        )
        names = [column[0] for column in cards.description]
        missing = sorted({name for part in PARTS.values() for name in part} - set(names))
        if missing:
            raise ValueError(
                f"the cards at {file} have no {', '.join(missing)} yet; run `make build`"
            )
        return [dict(zip(names, row, strict=True)) for row in cards.fetchall()]


def possible_keys(text: str) -> list[str]:
    """The keys that a text may stand for, as the model card_keys writes them before the hash."""
    text = text.strip()
    keys = [f"{kind}|{text}" for kind in ("contact", "lead", "account", "visitor", "order")]
    if "@" in text:
        # As in 'Ada <ada@b.example>'.
        keys.append(f"email|{text.rpartition('<')[2].strip('<>,; ').lower()}")
    digits = re.sub(r"[^0-9]", "", text.replace("(0)", ""))
    if text.startswith("+"):
        keys.append(f"phone|+{digits}")
    elif digits.startswith("00"):
        keys.append(f"phone|+{digits[2:]}")
    return keys


def print_cards(cards: list[Card], console: Console) -> None:
    """Print each card: what to do first, then what is known."""
    for card in cards:
        # Words of the landing, such as categories, may look like markup.
        title = escape(str(card["recommended_strategy_label"] or "No recommended step"))
        what_to_do = escape(str(card["what_to_do"] or ""))
        console.print(f"\n[bold]{title}[/]  {what_to_do}", highlight=False)
        reasons = (card["recommended_by"], card["recommended_reason"])
        text = ": ".join(str(reason) for reason in reasons if reason)
        console.print(escape(text), highlight=False)
        table = Table(box=None, show_header=False)
        for part, columns in PARTS.items():
            values = [escape(str(card[column])) for column in columns if card[column] is not None]
            table.add_row(part, "\n".join(values) or "not known")
        table.add_row("Customer", str(card["customer_id"]))
        console.print(table)

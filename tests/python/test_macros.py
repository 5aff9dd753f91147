"""The SQL of the macros has the expected values.

Each case is a Jinja expression over one given row (or rows) and its value as text. All cases run in
one dbt invocation of a tiny project with these macros, on the target of ``values_on``. So every
engine must pass the same cases.
"""

import gzip
import json
import re
import shutil
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY, Project

MACRO_FOLDERS = ("sql", "landing", "staging", "erasure")

LANDING_COLUMNS = [
    {"name": "thing_id", "data_type": "string", "config": {"meta": {"required": True}}},
    {"name": "made_on", "data_type": "date"},
    {"name": "price", "data_type": "decimal(18,2)"},
    {"name": "owner", "data_type": "string", "config": {"meta": {"pii": "direct"}}},
    {"name": "belief", "data_type": "string", "config": {"meta": {"pii": "special"}}},
    {"name": "colour", "data_type": "string"},
    {"name": "born", "data_type": "date", "config": {"meta": {"pii": "direct"}}},
]
# things is a CSV file, parts a folder of Parquet files, numbers a Parquet file with ids as doubles;
# absent is not supplied.
LANDING_META = {"domain": "shop", "key": "thing_id", "max_quarantined_share": 0.25}
LANDING_TABLES = [
    {"name": name, "columns": LANDING_COLUMNS, "config": {"meta": LANDING_META}}
    for name in ("things", "parts", "numbers", "forms", "absent")
]
# Rows of people; ERASED has the erased ones.
LANDING_TABLES.append(
    {
        "name": "visits",
        "columns": [
            {"name": "visit_id", "data_type": "string"},
            {"name": "visited_at", "data_type": "timestamp"},
            {"name": "company", "data_type": "string"},
            {"name": "guest", "data_type": "string", "config": {"meta": {"identifies": "contact"}}},
            {"name": "mail", "data_type": "string", "config": {"meta": {"identifies": "email"}}},
            {
                "name": "number",
                "data_type": "string",
                "config": {"meta": {"identifies": "phone", "phone_country": "land"}},
            },
            {"name": "land", "data_type": "string"},
        ],
        "config": {
            "meta": {
                "domain": "web",
                "key": "visit_id",
                "max_quarantined_share": 0,
                "company_column": "company",
            }
        },
    }
)
VISITS = """visit_id,visited_at,company,guest,mail,number,land
other,2024-01-01,,bob,bob@shop.example,030 7654321,Germany
unread,soon,,bob,,,
contact,soon,,ann,,,
address,2024-01-01,,,\"\"\"Ann\"\" <ANN@shop.example>\",,
number,2024-01-01,,,,030 / 12345-67,Germany
elsewhere,2024-01-01,,,,030 / 12345-67,
company,2024-01-01,acme,ann,sales@acme.example,,
"""
ERASED = [("contact", "ann"), ("email", "ann@shop.example"), ("phone", "+49301234567")]
# Files of one table, each in another form: name, encoding and text. All have these columns.
FORMS = {
    "comma.csv": ("utf-8", 'thing_id,price,colour\n#1,1,"a, b"\n2,2,"say ""x"""\n'),
    "semicolon.CSV": ("utf-8-sig", " Thing ID ;PRICE;colour\r\n3;3;'a\r\n4;4;c\\\r\n"),
    "it's [1] {2}.tsv": ("utf-8", 'thing_id\tprice\n5\t5\n\n"6"\t6\n'),
    "pipe.txt.gz": ("utf-8", 'price|thing_id|colour\n7|7|"two\nlines"\n8|8|Ø\n'),
    "windows.csv": ("cp1252", "thing_id;price;colour\r\n9;9;€ Köln\r\n"),
    "mixed.csv": ("utf-8", 'thing_id,price,colour\r\n10,10,"two\nlines"\n11,11,x\r\n'),
    "ids.csv": ("utf-8", "thing_id\n12\n13"),
    "colour=red/made_on=2024-02-29/a.csv": ("utf-8", "thing_id,price\n14,14\n"),
    "empty.csv": ("utf-8", "thing_id,price,colour\n"),
    "_SUCCESS": ("utf-8", ""),
    ".comma.csv.crc": ("utf-8", "crc"),
}
THINGS = """THING_ID,made_on,price,owner,colour,born
 a ,2024-02-29,10.5,Ada," ",
b,yesterday,1.50,,red,
c,2024-03-01,free,Cleo,blue,
d,,,,,May 17
"""


@dataclass(frozen=True)
class Case:
    """``expression`` over the rows of ``given``; ``expected`` is its value as text or None."""

    expression: str
    given: str
    expected: str | None

    @property
    def sql(self) -> str:
        """A query of one row with the value as text."""
        given = self.given if self.given.startswith("select") else f"select {self.given}"
        value = f"cast({self.expression} as string)"
        return f"select {value} as actual from ({given}) as given"


def cases(expression: str, *given_and_expected: tuple[str, str | None]) -> list[Case]:
    return [Case(expression, given, expected) for given, expected in given_and_expected]


# Spark would compile code for every case, which is slower than running it.
UNCOMPILED = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "pyspark-shell"
)

SECRET = "0123456789abcdef0123456789abcdef"


def keyed(text: str) -> str:
    """The keyed hash, as defined."""
    inner = sha256(f"{SECRET}|{text}".encode()).hexdigest()
    return sha256(f"{SECRET}|{inner}".encode()).hexdigest()[:32]


def rows(column: str, *values: str) -> str:
    """A query with one row per value."""
    return " union all ".join(f"select {value} as {column}" for value in values)


def texts(expression: str, *text_and_expected: tuple[str, str | None]) -> list[Case]:
    """Cases over one row with the column ``text``."""
    return [
        Case(expression, "'{}' as text".format(text.replace("'", "''")), expected)
        for text, expected in text_and_expected
    ]


NULL_TEXT = "cast(null as string) as text"

SQL_CASES = [
    # 100, 300 and 1,000 are in the table of Krejcie and Morgan (1970); 385 is in textbooks.
    *cases(
        "{{ sample_size('people', 'margin', 'confidence') }}",
        ("0 as people, 5 as margin, 95 as confidence", "0"),
        ("1 as people, 5 as margin, 95 as confidence", "1"),
        ("100 as people, 5 as margin, 95 as confidence", "80"),
        ("300 as people, 5 as margin, 95 as confidence", "169"),
        ("1000 as people, 5 as margin, 95 as confidence", "278"),
        ("500000000 as people, 5 as margin, 95 as confidence", "385"),
        ("500000000 as people, 3 as margin, 95 as confidence", "1068"),
        ("500000000 as people, 5 as margin, 90 as confidence", "271"),
        ("500000000 as people, 1 as margin, 99 as confidence", "16587"),
        ("2 as people, 50 as margin, 90 as confidence", "2"),
        ("300 as people, 5 as margin, 80 as confidence", None),
    ),
    *texts(
        "{{ ipv4_number('text') }}",
        ("0.0.0.0", "0"),
        ("1.2.3.4", "16909060"),
        ("255.255.255.255", "4294967295"),
        ("256.0.0.1", None),
        ("1.2.3.256", None),
        ("1.2.3", None),
        ("2001:db8::1", None),
        ("99999999999999999999.1.1.1", None),
        ("", None),
    ),
    *cases("{{ ipv4_number('text') }}", (NULL_TEXT, None)),
    *[
        Case(
            "array_contains({{ fitting_ids('id', 'amount', 'most', ['day', 'id']) }}, "
            f"'{key}')",
            "select 'c' as id, 2 as day, 3 as amount, 10 as most "
            "union all select 'a', 1, 8, 10 union all select 'd', 3, 2, 10 "
            "union all select 'b', 1, 11, 10",
            fits,
        )
        for key, fits in {"a": "true", "b": "false", "c": "false", "d": "true"}.items()
    ],
    Case(
        "array_contains({{ fitting_ids('id', 'amount', 'most', ['id']) }}, 'a')",
        "select 'a' as id, 9 as amount, cast(null as int) as most",
        "true",
    ),
    *texts(
        "{{ json_field('text', 'city') }}",
        ('{"city": "Graz", "zip": 8010}', "Graz"),
        ('{"zip": 8010}', None),
        ('{"city": null}', None),
        ("Graz", None),
        ("", None),
    ),
    *texts("{{ json_field('text', 'zip') }}", ('{"city": "Graz", "zip": 8010}', "8010")),
    *texts(
        "(select count(line.sku) from (select {{ json_rows('text', ['sku', 'size']) }} as line))",
        ('[{}, {"sku": "a"}]', "1"),
    ),
    *texts("{{ hash_number('text', 10000) }}", ("", "9424"), ("a", "2362"), ("Grüße", "5963")),
    *texts(
        "{{ keyed_hash('text') }}", ("a", keyed("a")), ("", keyed("")), ("Grüße", keyed("Grüße"))
    ),
    *cases("{{ keyed_hash('text') }}", (NULL_TEXT, None)),
    *texts("{{ hash_number('text', 7) }}", ("a", str(int(md5(b"a").hexdigest()[:15], 16) % 7))),
    *texts(
        "{{ matches('text', '[0-9]+') }}", ("order 17", "true"), ("order", "false"), ("", "false")
    ),
    *texts(
        "{{ matches('text', '^a[.]b') }}", ("a.bc", "true"), ("ba.b", "false"), ("axb", "false")
    ),
    *cases("{{ matches('text', 'a') }}", (NULL_TEXT, None)),
    *texts(
        "{{ remove_matches('text', '[^0-9]') }}", ("a1b22c", "122"), ("122", "122"), ("abc", "")
    ),
    *cases("{{ remove_matches('text', 'a') }}", (NULL_TEXT, None)),
    *texts(
        "{{ safe_cast_text('text', 'int') }}",
        ("12", "12"),
        ("-3", "-3"),
        ("twelve", None),
        ("99999999999", None),
        ("12.0", "12"),
        ("12.", "12"),
        ("12.7", None),
        ("1_000", None),
        ("0x10", None),
        ("1e2", None),
    ),
    *texts(
        "{{ safe_cast_text('text', 'decimal(18,2)') }}",
        ("1.5", "1.50"),
        ("-0.005", "-0.01"),
        ("1,5", None),
        ("1.5 EUR", None),
        ("12.345", "12.35"),
        (".5", "0.50"),
        ("+5.", "5.00"),
        ("-1.4210854715202004e-14", "0.00"),
        # The last digits are lost.
        ("4.36E+11", None),
        ("1_000", None),
        ("1.234,56", None),
        ("1,234.56", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e308", None),
        ("99999999999999999", None),
    ),
    *texts(
        "{{ safe_cast_text('text', 'double') }} = 1250",
        ("1.25E+3", "true"),
        ("1250.0", "true"),
        ("nan", None),
        ("inf", None),
        ("1,250", None),
    ),
    *texts(
        "{{ safe_cast_text('text', 'boolean') }}",
        ("true", "true"),
        ("Yes", "true"),
        ("1.0", "true"),
        ("F", "false"),
        ("0", "false"),
        ("2", None),
        ("on", None),
        ("maybe", None),
    ),
    *texts(
        "{{ safe_cast_text('text', 'date') }}",
        ("2024-02-29", "2024-02-29"),
        ("2024-02-29 23:59:59", "2024-02-29"),
        ("2024-01-31T23:30:00-02:00", "2024-02-01"),
        ("2024-01-30T23:00:00Z", "2024-01-31"),
        ("2024-01-30T00:00:00Z", "2024-01-30"),
        ("2023-02-29", None),
        ("2024", None),
        ("2024-1-2", None),
        ("01/02/2024", None),
        ("yesterday", None),
    ),
    *texts(
        "{{ safe_cast_text('text', 'timestamp') }}",
        ("2024-01-31 21:30:00", "2024-01-31 21:30:00"),
        # With an offset, local times of business_time_zone in winter and summer.
        ("2024-01-31T21:30:00Z", "2024-01-31 22:30:00"),
        ("2024-01-31T23:30:00+02:00", "2024-01-31 22:30:00"),
        ("2024-06-30 18:30:00-05", "2024-07-01 01:30:00"),
        ("2024-06-30T18:30:00.5-0500", "2024-07-01 01:30:00.5"),
        ("2024-01-31T00:00:00Z", "2024-01-31 01:00:00"),
        ("2024-01-31T01:00:00+01:00", "2024-01-31 01:00:00"),
        # Without a time: local as it is.
        ("2024-01-31", "2024-01-31 00:00:00"),
        ("2024-01-31 at noon", None),
        ("2024-13-01 00:00:00", None),
        ("2024-01-31 21:30", "2024-01-31 21:30:00"),
        ("2024-06-10 09:00:00 -0400", "2024-06-10 15:00:00"),
        ("2024-06-10 09:00:00 UTC", "2024-06-10 11:00:00"),
        ("2024-06-10 09:00:00+00", "2024-06-10 11:00:00"),
        ("2024-06-10T23:30:00 -04:00", "2024-06-11 05:30:00"),
        ("2024-06-10T09:00+0530", "2024-06-10 05:30:00"),
        ("2024-06-10T09:00:00.123456789+01:00", "2024-06-10 10:00:00.123456"),
        ("2024-02-30 09:00:00 -0400", None),
        ("2024-06-10 09:00:00+25:00", None),
        ("2024-06-10 24:00:00", None),
        ("2025-03-01 10:00:00 America/New_York", None),
        ("2025-03-01 10:00:00 EST", None),
        ("2025-03-01 10:00:00 pm", None),
        ("0000-00-00 00:00:00", None),
        ("infinity", None),
        ("1718010000", None),
    ),
    *texts(
        "{{ replace_matches('text', '[0-9]', '#') }}",
        ("a1b22c", "a#b##c"),
        ("", ""),
        ("abc", "abc"),
    ),
    *texts(
        "{{ text_shape('text') }}",
        ("2024-06-31 25:00", "9999-99-99 99:99"),
        ("Ada@Example.org", "Aaa@Aaaaaaa.aaa"),
        ("1.234,56 \u20ac", "9.999,99 a"),
        # Letters and digits of other scripts and unprinted characters become letters too.
        ("Mödling", "Aaaaaaa"),
        ("Αθήνα ٣", "aaaaa a"),
        ("a\tb", "aaa"),
        # At most 40 characters.
        ("1" * 40, "9" * 40),
        ("1" * 40 + "2", "9" * 40),
        ("", ""),
    ),
    *cases("{{ text_shape('text') }}", (NULL_TEXT, None)),
    *cases(
        """{{ sentence("{part} of {whole} o'clock on {given.day}") }}""",
        (
            "1 as part, 'all' as whole, cast('2024-02-29' as date) as day",
            "1 of all o'clock on 2024-02-29",
        ),
        ("cast(null as int) as part, 'all' as whole, 1 as day", None),
    ),
    *cases("{{ sentence('{1 + part}') }}", ("1 as part", "2")),
    *cases(r"""{{ text_literal("it's a \\ and " ~ '"') }}""", ("1 as part", "it's a \\ and \"")),
    *cases("{{ sentence('nothing in it') }}", ("1 as part", "nothing in it")),
    *cases(
        "cast({{ next_day('moment') }} as date)",
        ("cast('2024-02-28' as date) as moment", "2024-02-29"),
        ("cast('2024-12-31 23:59:59' as timestamp) as moment", "2025-01-01"),
        ("cast(null as date) as moment", None),
    ),
    *[
        Case(
            "{{ local_time('moment', 'zone') }}",
            f"cast('{moment}' as timestamp) as moment, '{zone}' as zone",
            expected,
        )
        for moment, zone, expected in [
            # An hour is skipped on the last Sunday of March, and comes twice in October.
            ("2025-03-30 00:59:59", "Europe/Vienna", "2025-03-30 01:59:59"),
            ("2025-03-30 01:00:00", "Europe/Vienna", "2025-03-30 03:00:00"),
            ("2025-10-26 00:30:00", "Europe/Vienna", "2025-10-26 02:30:00"),
            ("2025-10-26 01:30:00", "Europe/Vienna", "2025-10-26 02:30:00"),
            # The reverse in the south; half an hour in one place.
            ("2025-01-01 12:00:00", "Australia/Sydney", "2025-01-01 23:00:00"),
            ("2025-07-01 12:00:00", "Australia/Lord_Howe", "2025-07-01 22:30:00"),
            ("2025-07-01 20:00:00", "Asia/Kathmandu", "2025-07-02 01:45:00"),
            ("2025-07-01 02:00:00", "America/New_York", "2025-06-30 22:00:00"),
            ("2025-07-01 02:00:00", "UTC", "2025-07-01 02:00:00"),
        ]
    ],
    *[
        Case(expression, f"cast('{moment}' as timestamp) as moment", expected)
        for expression, moment, expected in [
            ("{{ business_time('moment') }}", "2025-06-30 22:30:00", "2025-07-01 00:30:00"),
            ("{{ business_time('moment') }}", "2025-12-31 23:00:00", "2026-01-01 00:00:00"),
            ("{{ business_time('moment') }}", "2025-07-01 00:00:00", "2025-07-01 00:00:00"),
            ("{{ utc_time('moment') }}", "2025-07-01 00:30:00", "2025-06-30 22:30:00"),
        ]
    ],
    *cases(
        "{{ local_time('moment', 'zone') }}",
        ("cast('2025-07-01' as timestamp) as moment, cast(null as string) as zone", None),
        ("cast(null as timestamp) as moment, 'Europe/Vienna' as zone", None),
    ),
    *cases(
        "{{ sorted_list('word') }}",
        (rows("word", "'pear'", "'apple'", "null", "'pear'"), "apple, pear"),
        (rows("word", "cast(null as string)"), None),
    ),
    *cases(
        "{{ percentile('number', 0.75) }}",
        (rows("number", "5", "8", "50", "100", "null"), "62.5"),
        (rows("number", "cast(2.50 as decimal(18, 2))"), "2.5"),
        (rows("number", "cast(null as int)"), None),
    ),
    *cases(
        "{{ exact_mean('number') }}",
        (rows("number", "1", "2", "null"), "1.5"),
        (rows("number", "cast(0.10 as decimal(18, 2))"), "0.1"),
        (rows("number", "cast(null as int)"), None),
    ),
    *cases(
        "round({{ exact_stddev('number') }}, 9)",
        (rows("number", "1", "2", "3", "4", "null"), "1.290994449"),
        (rows("number", "7", "7", "7"), "0.0"),
        (rows("number", "0.10", "0.10"), "0.0"),
        (rows("number", *["33.33"] * 5), "0.0"),
        (rows("number", "99999999.99", "99999999.98"), "0.007071068"),
        (rows("number", "7"), None),
        (rows("number", "cast(null as int)"), None),
    ),
    *cases(
        "{{ amount_per('amount', 'orders') }}",
        ("cast(10.01 as decimal(18, 2)) as amount, 2 as orders", "5.01"),
        ("cast(10.00 as decimal(18, 2)) as amount, 3 as orders", "3.33"),
        ("cast(20.00 as decimal(18, 2)) as amount, 3 as orders", "6.67"),
        ("cast(0 as decimal(18, 2)) as amount, 4 as orders", "0.00"),
        ("cast(10.00 as decimal(18, 2)) as amount, 0 as orders", None),
        ("cast(null as decimal(18, 2)) as amount, 2 as orders", None),
    ),
    *cases(
        "{{ exact_ratio('part', 'whole', 2) }}",
        ("1 as part, 8 as whole", "0.13"),
        ("1 as part, 3 as whole", "0.33"),
        ("2 as part, 3 as whole", "0.67"),
        ("0 as part, 3 as whole", "0.00"),
        ("9 as part, 2 as whole", "4.50"),
        # 0.00499999999; a double would be 0.005.
        ("49999999999 as part, 10000000000000 as whole", "0.00"),
        ("50000000000 as part, 10000000000000 as whole", "0.01"),
        ("1 as part, 0 as whole", None),
        ("cast(null as bigint) as part, 3 as whole", None),
    ),
    *cases(
        "{{ exact_ratio('100 * part', 'whole', 0) }}",
        ("1 as part, 200 as whole", "1"),
        ("49 as part, 10000 as whole", "0"),
    ),
    *cases(
        "{{ in_reporting_currency('amount') }}",
        ("cast(10.01 as decimal(18, 2)) as amount, cast(0.5 as decimal(18, 8)) as rate", "5.01"),
        (
            "cast(100 as decimal(18, 2)) as amount, cast(1.08123456 as decimal(18, 8)) as rate",
            "108.12",
        ),
        ("cast(100 as decimal(18, 2)) as amount, 1 as rate", "100.00"),
        ("cast(200000000 as decimal(18, 2)) as amount, 1 as rate", "200000000.00"),
        ("cast(4000 as decimal(18, 2)) as amount, 26000 as rate", "104000000.00"),
        ("cast(100 as decimal(18, 2)) as amount, cast(null as decimal(18, 8)) as rate", None),
    ),
    *texts(
        "{{ domain('text') }}",
        ("https://www.Shop.example/p/1?from=mail", "shop.example"),
        ("http://news.shop.example:8080", "news.shop.example"),
        ("https://shop.example#top", "shop.example"),
        ("shop.example/p", "shop.example"),
    ),
    *cases("{{ domain('text') }}", (NULL_TEXT, None)),
    *cases(
        "{{ microseconds_between('earlier', 'later') }}",
        *[
            (
                f"cast('{earlier}' as timestamp) as earlier, cast('{later}' as timestamp) as later",
                expected,
            )
            for earlier, later, expected in [
                ("2024-02-28 23:59:59", "2024-02-29 00:00:00", "1000000"),
                ("2024-02-28 12:00:00.25", "2024-02-28 12:00:00.750001", "500001"),
                ("1970-01-01 00:00:00", "2024-06-30 10:00:00", "1719741600000000"),
                ("2024-06-30 10:00:01", "2024-06-30 10:00:00", "-1000000"),
            ]
        ],
        ("cast(null as timestamp) as earlier, cast('2024-06-30' as timestamp) as later", None),
    ),
    *cases(
        "{{ whole_quotient('number', 7) }}",
        ("0 as number", "0"),
        ("6 as number", "0"),
        ("7 as number", "1"),
        ("8000000000000001 as number", "1142857142857143"),
        ("cast(null as bigint) as number", None),
    ),
]

# Formats by the name of a column; a text and its value in each, in the time zone of the business.
FORMATS = {
    "day_first": "%d/%m/%Y %H:%M",
    "month_first": "%m/%d/%y %I:%M %p",
    "month_name": "%b %d, %Y",
    "dense": "%Y%m%d%H%M%S",
    "with_offset": "%d.%m.%Y %H:%M:%S.%f %z",
    "seconds": "epoch_s",
    "milliseconds": "epoch_ms",
    "comma": "1.234,56",
    "without_groups": "1234,56",
    "with_blank": "1 234,56",
    "with_apostrophe": "1'234.56",
    "euro_after": "1.234,56 \u20ac",
    "dollar": "$1,234.56",
}
FORMATTED = [
    ("timestamp", "day_first", "03/04/2025 09:05", "2025-04-03 09:05:00"),
    ("timestamp", "day_first", "3/4/2025 9:05", "2025-04-03 09:05:00"),
    ("timestamp", "day_first", "13/13/2025 09:05", None),
    ("timestamp", "day_first", "2025-04-03 09:05:00", None),
    ("date", "day_first", "31/12/2024 23:59", "2024-12-31"),
    ("timestamp", "month_first", "12/31/24 12:05 AM", "2024-12-31 00:05:00"),
    ("timestamp", "month_first", "1/2/24 01:05 p.m.", "2024-01-02 13:05:00"),
    ("timestamp", "month_first", "1/2/24 13:05 pm", None),
    ("date", "month_name", "Sept 5, 2024", "2024-09-05"),
    ("date", "month_name", "December 24, 2024", "2024-12-24"),
    ("date", "month_name", "Foo 24, 2024", None),
    ("timestamp", "dense", "20240610090000", "2024-06-10 09:00:00"),
    ("timestamp", "with_offset", "10.06.2024 09:00:00.25 -0400", "2024-06-10 15:00:00.25"),
    ("timestamp", "seconds", "1718010000", "2024-06-10 11:00:00"),
    ("timestamp", "seconds", "1718010000.0", "2024-06-10 11:00:00"),
    ("timestamp", "seconds", "1718010000000", None),
    ("timestamp", "milliseconds", "1718010000250", "2024-06-10 11:00:00.25"),
    ("timestamp", "milliseconds", "1718010000", None),
    ("decimal(18,2)", "comma", "1.234,56", "1234.56"),
    ("decimal(18,2)", "comma", "-1.234.567", "-1234567.00"),
    ("decimal(18,2)", "comma", "1234,5", "1234.50"),
    # Not a group of three digits, but perhaps decimals.
    ("decimal(18,2)", "comma", "12.50", None),
    ("decimal(18,2)", "comma", "1,234.56", None),
    ("decimal(18,2)", "without_groups", "1234,5", "1234.50"),
    ("decimal(18,2)", "without_groups", "1.234", None),
    ("decimal(18,2)", "with_blank", "1\u202f234,56", "1234.56"),
    ("decimal(18,2)", "with_blank", "1\u00a0234,56", "1234.56"),
    ("int", "with_apostrophe", "1\u2019234", "1234"),
    ("decimal(18,2)", "euro_after", "1.234,56\u00a0\u20ac", "1234.56"),
    ("decimal(18,2)", "euro_after", "-12,5 \u20ac", "-12.50"),
    ("decimal(18,2)", "euro_after", "$12,5", None),
    ("decimal(18,2)", "dollar", "-$1,234.56", "-1234.56"),
]

LANDING_CASES = [
    *[
        Case(
            f"{{{{ typed_text('text', 'things', {{'name': '{name}', 'data_type': '{kind}'}}) }}}}",
            f"select '{text}' as text",
            expected,
        )
        for kind, name, text, expected in FORMATTED
    ],
    *cases(
        "'{% for column in query_columns('select 1 as one') %}{{ column.name }}{% endfor %}'",
        ("1 as nothing", "one"),
    ),
    *cases("{{ is_supplied('things') }}", ("1 as nothing", "true")),
    *cases("{{ is_supplied('absent') }}", ("1 as nothing", "false")),
    *cases("'{{ landing_key('things') }}'", ("1 as nothing", "thing_id")),
    *cases("{{ max_quarantined_share('things') }} * 100 = 25", ("1 as nothing", "true")),
    *cases("'{{ same_type('VARCHAR', 'string') }}'", ("1 as nothing", "True")),
    *cases("'{{ same_type('INTEGER', 'int') }}'", ("1 as nothing", "True")),
    *cases("'{{ same_type('INTEGER', 'bigint') }}'", ("1 as nothing", "False")),
    *cases("count(*)", ("select * from {{ landing('things') }} as landed", "4")),
    *cases("count(*)", ("select * from {{ landing('absent') }} as landed", "0")),
    *cases("sum(price)", ("select * from {{ landing('parts') }} as landed", "3.00")),
    # Prices 1 to 11 and 14, two rows without a price, and prices 15 and 16 in a Parquet file.
    *[
        Case(expression, f"select * from {{{{ landing('forms') }}}} as landed {where}", expected)
        for expression, where, expected in [
            ("count(*)", "", "16"),
            ("count(distinct thing_id)", "", "16"),
            ("sum(price)", "", "111.00"),
            ("count(type_error)", "", "0"),
            ("{{ sorted_list('colour') }}", "where thing_id in ('#1', '2')", 'a, b, say "x"'),
            ("{{ sorted_list('colour') }}", "where thing_id in ('3', '4')", "'a, c\\"),
            ("{{ sorted_list('colour') }}", "where thing_id in ('7', '10')", "two lines"),
            ("max(colour)", "where thing_id = '8'", "Ø"),
            ("max(colour)", "where thing_id = '9'", "€ Köln"),
            ("max(colour)", "where made_on = date '2024-02-29'", "red"),
            ("max(made_on)", "where thing_id = 'p16'", "2024-03-01"),
        ]
    ],
    *cases(
        "{{ sorted_list('thing_id', delimiter=' ') }}",
        (
            "select thing_id from {{ landing('numbers') }} as landed where type_error is null",
            "12346 7.5 999999999999999",
        ),
    ),
    *cases(
        "{{ sorted_list(\"coalesce(thing_id, '') || type_error\", delimiter=', ') }}",
        (
            "select * from {{ landing('numbers') }} as landed where type_error is not null",
            "thing_id is a number that has lost digits, thing_id is a placeholder",
        ),
    ),
    *cases(
        "{{ sorted_list('item', delimiter='|') }}",
        (
            "select {{ list_items('text') }} as item from (select '3;1,,2|4' as text) as texts",
            "|1|2|3|4",
        ),
    ),
    *texts(
        "{{ cleaned_text('text') }}",
        (" Ada ", "Ada"),
        ("Ada\u00a0Gruber\t1", "Ada Gruber 1"),
        ("\u202eAda\u202c\u0007\u200b\ufeff", "Ada"),
        ("O\u200cK", "O\u200cK"),
        ("\u00a0\u200b", None),
        ("", None),
        ("Mödling 日本", "Mödling 日本"),
    ),
    *texts(
        "{{ cleaned_id('text', ['guest', 'n/a', '99999']) }}",
        ("C000218", "C000218"),
        ("12346", "12346"),
        ("007", "007"),
        ("SO-1.0", "SO-1.0"),
        ("ada@shop.example", "ada@shop.example"),
        ("+43 660 1234567", "+43 660 1234567"),
        # Numbers of a data frame or a spreadsheet.
        ("12346.0", "12346"),
        ("12346,00", "12346"),
        ("12346.0000000000", "12346"),
        ("007.0", "007"),
        ("12.000", "12.000"),
        ("12346.5", "12346.5"),
        ("1E5", "1E5"),
        ("5e123456", "5e123456"),
        ("4.36E+11", None),
        ("4,36e+11", None),
        ("1.2346E4", None),
        ("4E+11", None),
        ("9007199254740992.0", None),
        # Blanks, quotes and invisible signs.
        (" \u00a0C1\u200b ", "C1"),
        ("\u202dC1\u202c\ufeff", "C1"),
        ('="007"', "007"),
        ('"C1"', "C1"),
        # Placeholders.
        ("0", None),
        ("0.0", None),
        ("00000000-0000-0000-0000-000000000000", None),
        ("{00000000-0000-0000-0000-000000000000}", None),
        ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"),
        ("Guest", None),
        (" N/A ", None),
        ("guest7", "guest7"),
        ("99999", None),
        ("99999.0", None),
        ("099999", "099999"),
        ("none", "none"),
        ("", None),
    ),
    *cases(
        "{{ cleaned_id('text', ['guest']) }}",
        ("chr(39) || '007' as text", "007"),
        ("'O' || chr(39) || 'Neil' as text", "O'Neil"),
        ("chr(8217) || '007' || chr(39) as text", "007"),
        ("chr(39) || 'guest' as text", None),
        (NULL_TEXT, None),
    ),
    # A row of an erased person only has the mark of erasure.
    *[
        Case(
            f"{expression}", f"select * from {{{{ landing('visits'{more}) }}}} as landed", expected
        )
        for more, expression, expected in [
            ("", "count(*)", "7"),
            ("", "count(*) filter (where type_error = 'erased')", "3"),
            ("", "count(*) filter (where type_error <> 'erased')", "1"),
            ("", "count(unread_shape) filter (where type_error = 'erased')", "0"),
            (
                "",
                "count(coalesce(visit_id, cast(visited_at as string), company, "
                "guest, mail, number, land)) filter (where type_error = 'erased')",
                "0",
            ),
            ("", "min(visit_id)", "company"),
            ("", "max(case when visit_id = 'company' then company end)", "acme"),
            (
                "",
                "max(case when visit_id = 'company' then coalesce(guest, mail, number) end)",
                None,
            ),
            # Without a country, the number is different.
            ("", "max(case when visit_id = 'elsewhere' then number end)", "030 / 12345-67"),
            ("", "max(case when visit_id = 'other' then guest end)", "bob"),
            (", with_erased=true", "count(*) filter (where type_error = 'erased')", "0"),
            (", with_erased=true", "count(visit_id)", "7"),
        ]
    ],
    *[
        Case(
            column,
            f"select * from {{{{ landing('things') }}}} as landed where thing_id = '{key}'",
            text,
        )
        for key, column, text in [
            # Text is trimmed; empty text and missing columns are null.
            ("a", "thing_id", "a"),
            ("a", "made_on", "2024-02-29"),
            ("a", "price", "10.50"),
            ("a", "colour", None),
            ("a", "belief", None),
            ("a", "type_error", None),
            # An unreadable value is null and reported.
            ("b", "made_on", None),
            ("b", "price", "1.50"),
            ("b", "type_error", "made_on is not a date"),
            ("c", "price", None),
            ("c", "type_error", "price cannot be read as a number"),
            ("a", "unread_shape", None),
            ("b", "unread_shape", "aaaaaaaaa"),
            # Personal data are not shown, not even as a pattern.
            ("d", "type_error", "born is not a date"),
            ("d", "unread_shape", None),
        ]
    ],
]

PLACE = "'{}' as phone, {} as calling_code, {} as trunk_prefix"
AUSTRIA, ITALY, AMERICA, NOWHERE = (
    ("'43'", "'0'"),
    ("'39'", "cast(null as string)"),
    ("'1'", "'1'"),
    ("cast(null as string)", "cast(null as string)"),
)
ROW = (
    "'k' as thing_id, cast('2024-02-29' as date) as made_on, "
    "cast(null as decimal(18, 2)) as price, 'Ada' as owner, 'none' as belief, "
    "'light \"sky\" blue' as colour, cast(null as date) as born"
)

STAGING_CASES = [
    *texts(
        "{{ normalised_email('text') }}",
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada+news@mail.example.org", "ada+news@mail.example.org"),
        ("ada", None),
        ("ada@example", None),
        ("ada@example.x", None),
        ("ada@@example.org", None),
        ("ada l@example.org", None),
        ("@example.org", None),
        # Text around an address, from people and mail programs.
        ('"Ada Lovelace" <Ada@Example.ORG>', "ada@example.org"),
        ("Ada <ada@example.org>;", "ada@example.org"),
        ("<mailto:ada@example.org>", "ada@example.org"),
        ("mailto:ada@example.org?subject=no", "ada@example.org"),
        ("\u200bada@example.org\u00a0", "ada@example.org"),
        ("\tada@example.org.", "ada@example.org"),
        ('"ada@example.org",', "ada@example.org"),
        ("\u201cada@example.org\u201d", "ada@example.org"),
        ("ada@example.org (Ada)", "ada@example.org"),
        ("E-Mail: ada@example.org", "ada@example.org"),
        # Two addresses are ambiguous.
        ("ada@example.org, bob@example.org", None),
        ("ada@example.org;bob@example.org", None),
        ("Ada <ada@example.org> Bob <bob@example.org>", None),
        ("<ada>", None),
    ),
    *texts(
        "{{ folded_word('text') }}",
        ("Opt-Out.", "optout"),
        (" opt_out ", "optout"),
        ("E\u2011Mail", "email"),
        ("\u201cno\u201d\u00a0", "no"),
        ("ZUR\u00dcCK", "zur\u00fcck"),
        ("n/a", "na"),
        ("-", ""),
    ),
    *[
        Case("{{ normalised_phone('phone', 'given') }}", PLACE.format(phone, *country), expected)
        for phone, country, expected in [
            ("0664 123 4567", AUSTRIA, "+436641234567"),
            ("+43 664 / 123-4567", AUSTRIA, "+436641234567"),
            ("+43 (0) 664 1234567", AUSTRIA, "+436641234567"),
            ("0043 664 1234567", AUSTRIA, "+436641234567"),
            (" +1 212 555 0199", AUSTRIA, "+12125550199"),
            ("06 1234 5678", ITALY, "+390612345678"),
            ("(212) 555-0199", AMERICA, "+12125550199"),
            ("1 212 555 0199", AMERICA, "+12125550199"),
            ("0664 1234567", NOWHERE, None),
            ("+43 664 1234567", NOWHERE, "+436641234567"),
            ("123456", AUSTRIA, "+43123456"),
            ("12345", AUSTRIA, "+4312345"),
            ("1234", AUSTRIA, None),
            ("0664123456789", AUSTRIA, "+43664123456789"),
            ("066412345678901", AUSTRIA, None),
            ("+123456789012345", AUSTRIA, "+123456789012345"),
            ("+1234567890123456", AUSTRIA, None),
            ("call me", AUSTRIA, None),
        ]
    ],
    *texts(
        "{{ place_key('text') }}",
        ("München", "munchen"),
        ("St. Pölten", "stpolten"),
        ("Łódź", "lodz"),
        ("Weißenburg", "weissenburg"),
        ("Ærøskøbing", "aeroskobing"),
        ("Malmö 2", "malmo2"),
        ("'s-Hertogenbosch", "shertogenbosch"),
        ("Αθήνα", ""),
    ),
    *cases("{{ place_key('text') }}", (NULL_TEXT, None)),
    *[
        Case(
            "cast({{ plausible_birth_date('born', 'today') }} as date)",
            f"cast('{born}' as date) as born, cast('2024-06-30' as date) as today",
            expected,
        )
        for born, expected in [
            ("1985-05-17", "1985-05-17"),
            ("1900-01-01", None),
            ("1970-01-01", None),
            ("1969-12-31", "1969-12-31"),
            ("1970-01-02", "1970-01-02"),
            ("2024-06-30", "2024-06-30"),
            ("2024-07-01", None),
            # 111 years old today, and 111 tomorrow.
            ("1913-06-30", None),
            ("1913-07-01", "1913-07-01"),
        ]
    ],
    *texts("{{ currency_code('text') }}", ("eur", "EUR"), ("CHF", "CHF")),
    *cases("{{ currency_code('text') }}", (NULL_TEXT, "XTS")),
    *cases(
        "{{ first_broken_rule({'is negative': 'number < 0', 'is odd': 'number % 2 <> 0'}) }}",
        ("cast(null as string) as type_error, 2 as number", None),
        ("cast(null as string) as type_error, -1 as number", "is negative"),
        ("cast(null as string) as type_error, 3 as number", "is odd"),
        (
            "'number cannot be read as a whole number' as type_error, cast(null as int) as number",
            "number cannot be read as a whole number",
        ),
    ),
    *[
        Case(
            "{{ is_in_the_future('seen_at') }}",
            f"cast('{seen_at}' as timestamp) as seen_at, date '2024-06-30' as horizon_date",
            expected,
        )
        for seen_at, expected in [("2024-06-30 23:59:59", "false"), ("2024-07-01 00:00:00", "true")]
    ],
    *texts(
        "{{ shown_key('text') }}",
        ("C000218", "C000218"),
        ("SEK-2024.08:1#2_b", "SEK-2024.08:1#2_b"),
        # Too long, without a digit, an address, free text, a web address.
        ("7" * 64, "7" * 64),
        ("7" * 65, "9" * 40),
        ("Gruber", "Aaaaaa"),
        ("ada1@example.org", "aaa9@aaaaaaa.aaa"),
        ("Ada Gruber 17", "Aaa Aaaaaa 99"),
        ("a/b?token=1", "a/a?aaaaa=9"),
    ),
    *cases("{{ shown_key('text') }}", (NULL_TEXT, None)),
    *[
        Case(
            column,
            "select {{ columns_with('things', {'colour': 'upper(landed.colour)'}, 'landed') }}"
            f" from (select {ROW}) as landed",
            expected,
        )
        for column, expected in [("thing_id", "k"), ("colour", 'LIGHT "SKY" BLUE')]
    ],
]

CASES = [*SQL_CASES, *LANDING_CASES, *STAGING_CASES]

# Printed, because every engine can print; one line of JSON per case.
TELL_VALUES = """
{%- macro tell_values(relation) -%}
    {%- if execute -%}
        {%- for row in run_query("select case_number, actual from " ~ relation) -%}
            {{ print("value " ~ tojson([row[0] | int, row[1]])) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
"""


def tiny_project(root: Path) -> Project:
    """A dbt project with the macros of this one, a landing folder and models with all cases."""
    for folder in MACRO_FOLDERS:
        shutil.copytree(REPOSITORY / "macros" / folder, root / "macros" / folder)
    shutil.copy(REPOSITORY / "macros" / "segmentation" / "catalogue.sql", root / "macros")
    shutil.copytree(REPOSITORY / "profiles", root / "profiles")
    # dbt's plugin reads the catalogue of the project.
    catalogue = root / "seeds" / "business"
    catalogue.mkdir(parents=True)
    for name in ("segmentations.csv", "segments.csv"):
        shutil.copy(REPOSITORY / "seeds" / "business" / name, catalogue / name)
    (root / "landing" / "parts").mkdir(parents=True)
    (root / "landing" / "things.csv").write_text(THINGS)
    (root / "landing" / "visits.csv").write_text(VISITS)
    for name, (encoding, text) in FORMS.items():
        file = root / "landing" / "forms" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = text.encode(encoding)
        file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    duckdb.sql(
        """select 'p' || number as "Thing Id", number as price, date '2024-03-01' as made_on
        from range(15, 17) as numbers (number)"""
    ).write_parquet(str(root / "landing" / "forms" / "native.parquet"))
    for number in (1, 2):
        part = f"select 'p{number}' as thing_id, cast({number} as decimal(18, 2)) as price"
        duckdb.sql(f"copy ({part}) to '{root}/landing/parts/{number}.parquet'")
    ids = "select unnest([12346, 7.5, 1e15 - 1, 1e17 + 1, 0]::double[]) as thing_id"
    duckdb.sql(f"copy ({ids}) to '{root}/landing/numbers.parquet'")
    settings = {
        # The macros are dispatched by this name.
        "name": "customer_segmentation",
        "profile": "customer_segmentation",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {
            "landing": "files",
            "landing_path": str(root / "landing"),
            "landing_encoding": "windows-1252",
            "landing_formats": {"things": FORMATS},
            "reporting_currency": "XTS",
            "business_time_zone": "Europe/Vienna",
        },
        "models": {
            "+materialized": "table",
            "customer_segmentation": {"values": {"+post-hook": "{{ tell_values(this) }}"}},
        },
        "on-run-start": ["{{ create_landing_contract() }}"],
    }
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (root / "macros" / "tell_values.sql").write_text(TELL_VALUES)
    (root / "models" / "values").mkdir(parents=True)
    landing = {"name": "landing", "schema": "{{ target.schema }}_landing", "tables": LANDING_TABLES}
    for name, query in {
        "erased_keys": " union all ".join(
            f"select {{{{ erased_key_hash('{kind}', \"'{key}'\") }}}} as key_hash"
            for kind, key in ERASED
        ),
        "reference_countries": "select 'DE' as country_code, '49' as calling_code, "
        "'0' as trunk_prefix",
        "id_placeholders": "select 'guest' as placeholder",
        "reference_country_names": "select 'germany' as alias, 'DE' as country_code",
    }.items():
        (root / "models" / f"{name}.sql").write_text(query)
    contract = root / "models" / "staging" / "shop" / "_shop__sources.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text(yaml.safe_dump({"sources": [landing]}))
    # Some macros query the database, to which dbt has no connection while parsing.
    read = "-- depends_on: {{ ref('erased_keys') }} {{ ref('reference_countries') }}\n"
    read += "-- depends_on: {{ ref('reference_country_names') }} {{ ref('id_placeholders') }}\n"
    # Spark plans a union in more than linear time.
    queries = values_of_cases()
    for start in range(0, len(queries), 25):
        model = "\nunion all\n".join(queries[start : start + 25])
        model = read + "{% if execute %}" + model + "{% endif %}"
        (root / "models" / "values" / f"values_{start}.sql").write_text(model)
    return Project(root)


def values_of_cases() -> list[str]:
    """Queries for all cases.

    Cases of one expression over a text share a query, because Spark plans many queries slowly.
    """
    queries: list[str] = []
    of_texts: dict[str, list[str]] = {}
    for number, case in enumerate(CASES):
        if re.fullmatch("(?:'(?:[^']|'')*'|cast\\(null as string\\)) as text", case.given):
            given = f"select {number} as case_number, {case.given}"
            of_texts.setdefault(case.expression, []).append(given)
        else:
            queries.append(
                f"select {number} as case_number, actual from ({case.sql}) as value_{number}"
            )
    for expression, of_expression in of_texts.items():
        together = " union all ".join(of_expression)
        queries.append(
            f"select case_number, cast({expression} as string) as actual from ({together}) as given"
        )
    return queries


def values_on(target: str, root: Path) -> list[str | None]:
    """The values of all cases, in order, on a target of the profile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGMENTS_ID_SECRET", SECRET)
        output = tiny_project(root).done("run", "--target", target)
    lines = [line for line in output.splitlines() if line.startswith("value ")]
    values = dict(json.loads(line.removeprefix("value ")) for line in lines)
    return [values[number] for number in range(len(CASES))]


@pytest.fixture(scope="module")
def duckdb_values(tmp_path_factory: pytest.TempPathFactory) -> list[str | None]:
    return values_on("dev", tmp_path_factory.mktemp("macros"))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_macro_gives_its_value_on_duckdb(number: int, duckdb_values: list[str | None]) -> None:
    assert duckdb_values[number] == CASES[number].expected, CASES[number]


@pytest.mark.spark
def test_macros_give_their_value_on_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dbt.adapters.spark", reason="needs requirements-spark.txt")
    monkeypatch.setenv("SPARK_WAREHOUSE", str(tmp_path / "spark"))
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", UNCOMPILED)
    values = values_on("spark", tmp_path / "project")
    wrong = [
        (case, value) for case, value in zip(CASES, values, strict=True) if case.expected != value
    ]
    assert wrong == []

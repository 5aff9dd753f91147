"""Words, sources and places of real exports are read right; what is not recorded is left out."""

import re
from collections.abc import Iterator

import pytest
from project import FILES, Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

# Places of one region, each with a village that no reference knows.
REGIONS = {
    "AU NSW": "New South Wales",
    "BR SP": "São Paulo",
    "BR São Paulo": "São Paulo",
    "IN MH": "Maharashtra",
    "IT MI": "Lombardy",
    "ES B": "Catalonia",
    "MX JAL": "Jalisco",
    "US New York": "New York",
    "US US-NY": "New York",
    "CA ON": "Ontario",
    "GB Kent": "England",
    "DE BY": "Bavaria",
    "JP JP13": "Tokyo",
    "FR Nowhere": None,
}

# Visits of one contact each: columns of the second event, after a newsletter; the last touch.
VISITS = [
    ("(direct),(none),(direct),https://shop.example/,", "email"),
    ("(not set),(not set),(not set),https://shop.example/,", "email"),
    (",,,https://shop.example/thanks,https://checkout.stripe.com/pay/x", "email"),
    (",,,https://shop.example/,https://blog.shop.example/post", "email"),
    (",,,https://shop.example/,android-app://com.google.android.gm/", "email"),
    (",,,https://shop.example/,https://www.paypal.com/checkoutnow", "email"),
    (",,,https://shop.example/,https://accounts.google.com/o/oauth2", "email"),
    (",,,https://shop.example/?gclid=abc123&gad_source=1,https://www.google.com/", "paid_search"),
    (",,,https://shop.example/?a=1&fbclid=abc,https://l.facebook.com/", "paid_social"),
    (",,,https://shop.example/?utm_source=FB&utm_medium=Social,", "organic_social"),
    (",,,https://shop.example/,https://www.google.at/", "organic_search"),
]


def landing() -> dict[str, str]:
    """The text of each landing file."""
    customers = ["contact_id,country,region,city,marital_status,children_count,birth_year"]
    customers += [f"r{n},{place[:2]},{place[3:]},Village,,," for n, place in enumerate(REGIONS)]
    customers += [f"v{n},AT,,,,," for n in range(len(VISITS))]
    customers += ["cohabiting,AT,,,Cohabiting,0,1980", "married,AT,,,VERHEIRATET,0,1980"]
    # Most words of a column that must be known are known.
    customers += [f"single{n},AT,,,single,0,1980" for n in range(3)]
    events = [
        "event_id,occurred_at,event_type,visitor_id,contact_id,"
        "utm_source,utm_medium,utm_campaign,page_url,referrer_url"
    ]
    for n, (columns, _) in enumerate(VISITS):
        person = f"page_view,d{n},v{n}"
        events.append(f"a{n},2024-06-10 10:00:00,{person},newsletter,email,,,")
        events.append(f"b{n},2024-06-20 10:00:00,{person},{columns}")
    orders = ["order_id,ordered_at,contact_id,gross_amount,status"]
    orders += [f"o{n},2024-06-{day:02d} 10:00:00,married,10,completed" for n, day in DAYS]
    return {
        table: "\n".join(lines) + "\n"
        for table, lines in {"customers": customers, "events": events, "orders": orders}.items()
    }


DAYS = list(enumerate(range(1, 29)))
VARIABLES = {**FILES, "as_of_date": "2024-06-28"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    project = Project.copy_to(tmp_path_factory.mktemp("words_as_landed"))
    project.landing.mkdir()
    for table, text in landing().items():
        (project.landing / f"{table}.csv").write_text(text, encoding="utf-8")
    models = ["+seg_web", "+seg_geographic", "+seg_demographic", "landing_report"]
    project.done(
        "build", "--exclude", "resource_type:test", "--select", *models, variables=VARIABLES
    )
    yield project


SEGMENT = """
    select customers.contact_id, segments.segment
    from segments_segmentation.{} as segments
    inner join segments_intermediate.int_customers as customers using (customer_id)
    where segments.segmentation = '{}' and segments.is_primary and customers.contact_id like '{}%'
"""


def test_codes_and_names_of_a_region_are_one_region(project: Project) -> None:
    found = dict(project.warehouse_rows(SEGMENT.format("seg_geographic", "region", "r")))
    expected = {
        f"r{n}": f"{place[:2]} {region}" if region else "unknown"
        for n, (place, region) in enumerate(REGIONS.items())
    }
    assert found == expected


def test_a_country_with_several_time_zones_gives_none(project: Project) -> None:
    rows = project.warehouse_rows(
        "select customers.contact_id, locations.time_zone, locations.location_precision "
        "from segments_intermediate.int_customer_locations as locations "
        "inner join segments_intermediate.int_customers as customers using (customer_id) "
        "where customers.contact_id in ('r0', 'r13', 'married') order by all"
    )
    assert rows == [
        ("married", "Europe/Vienna", "country"),
        ("r0", "Australia/Sydney", "region"),
        ("r13", "Europe/Paris", "country"),
    ]


def test_each_visit_has_its_source(project: Project) -> None:
    found = dict(project.warehouse_rows(SEGMENT.format("seg_web", "last_touch_channel", "v")))
    assert found == {f"v{n}": channel for n, (_, channel) in enumerate(VISITS)}


def test_an_unknown_marital_status_is_unknown(project: Project) -> None:
    stages = dict(project.warehouse_rows(SEGMENT.format("seg_demographic", "life_stage", "")))
    assert stages["cohabiting"] == "unknown"
    assert stages["married"] == "midlife_couple"
    words = project.warehouse_rows(
        "select item, detail, item_count from segments_quality.landing_report "
        "where section = 'unknown word'"
    )
    # The word of so few people is not shown.
    assert words == [("customers.marital_status", "too rare to be shown: read as unknown", 1)]


def test_unknown_words_and_nameless_events_stop_at_their_gates(project: Project) -> None:
    orders, events = project.landing / "orders.csv", project.landing / "events.csv"
    orders.write_text(orders.read_text().replace("completed", "in clouds"))
    nameless = [f"e{n},2024-06-{day:02d} 10:00:00,bounced around" for n, day in DAYS]
    events.write_text("event_id,occurred_at,event_type\n" + "\n".join(nameless) + "\n")
    printed = project.refused("build", "--select", "+gate_shop", "+gate_web", variables=VARIABLES)
    unknown = "of rows have a word that no list has, such as"
    assert re.search(rf'orders.status: [0-9.]+% {unknown} "in cl', printed)
    assert re.search(rf'events.event_type: [0-9.]+% {unknown} "b', printed)
    assert re.search(r"events: [0-9]+ of [0-9]+ rows \([0-9.]+%\) belong to nobody", printed)
    assert "Traceback" not in printed

"""The report of a publication: what it says, what it hides, and how it looks in a browser."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import altair
import browser
import duckdb
import pytest
from project import Project
from selenium.webdriver import Chrome
from selenium.webdriver.support.select import Select

from customer_segmentation.report import visual_report
from customer_segmentation.visual_report.sections import SECTIONS
from customer_segmentation.visual_report.tables import TABLES
from customer_segmentation.visual_report.writing import Report, write_report

pytestmark = pytest.mark.end_to_end

needs_browser = pytest.mark.skipif(
    not (browser.CHROMIUM and browser.DRIVER),
    reason="needs Chromium: apt-get install chromium chromium-driver",
)
FIGURES = [figure for section in SECTIONS for figure in section.figures]
NEEDS_A_DAY_BEFORE = {"moves", "direction", "drift", "results"}
FEW = 10


@pytest.fixture(scope="module")
def page(built: Project) -> str:
    return visual_report(built.published).read_text("utf-8")


@pytest.fixture(scope="module")
def second_day(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sample as if a day before had been published."""
    folder = tmp_path_factory.mktemp("second_day")
    write(built, folder, DAY_BEFORE)
    return folder / "report" / "index.html"


DAY_BEFORE = {
    "agg_segment_migration": """
        select
            'rfm' as segmentation, date '2025-06-01' as from_date, date '2025-06-29' as to_date,
            one.segment as from_segment, other.segment as to_segment,
            if(one.segment = other.segment, 90, 4 + one.sort_order) as customers,
            100 as customers_before,
            if(one.segment = other.segment, 0.9, 0.04) as share
        from segments as one, segments as other
        where one.segmentation = 'rfm' and other.segmentation = 'rfm'
            and abs(one.sort_order - other.sort_order) < 2
    """,
    "agg_segment_stability": """
        select
            segmentation, date '2025-06-01' as from_date, date '2025-06-29' as to_date,
            1300 as customers_before, 20 as entered, 11 as left_customers, 1200 as stayed,
            50 as upgraded, 39 as downgraded, 0.9231 as retention, 0.0385 as upgrade_share,
            0.03 as downgrade_share, 0.1 as shorrocks_index
        from segmentations
    """,
    "agg_drift": """
        select
            item_kind, item, as_of_date, date '2025-06-01' as compared_with, bins, customers,
            1300 as customers_then, length(item) / 100 as psi, 0.05 as chance_bound,
            if(length(item) > 10, 'warn', 'stable') as verdict
        from agg_drift
    """,
    "audience_results": """
        select
            audience, 800 as contacted, 90 as held_out, 0.15 as contacted_share,
            0.1 as held_out_share, 0.05 as lift, priority / 100 - 0.05 as lift_low,
            priority / 100 + 0.1 as lift_high, 1.5 as amount_lift, 4000 as needed_contacted,
            450 as needed_held_out, if(priority > 5, 'works', 'too_few') as verdict
        from audiences
    """,
    # Words of a landing are no HTML.
    "agg_region_category_demand": """
        select * replace ('</script><img src=x onerror=alert(1)>' || category as category)
        from agg_region_category_demand
    """,
}


def write(built: Project, folder: Path, other_rows: dict[str, str] | None = None) -> None:
    """Writes the report of the published tables, with other rows of some tables."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{built.published}' as published (read_only)")
        connection.execute("use published")
        relations = {
            name: connection.sql((other_rows or {}).get(name, f"from {name}")) for name in TABLES
        }
        descriptions = connection.sql("from warehouse.segments_publishing.published_descriptions")
        write_report(Report(FEW, 365), relations, descriptions, folder)


def data_of(page: str) -> dict[str, Any]:
    """Data that the script of the page reads."""
    [text] = re.findall(r'id="report-data">(.*?)</script>', page)
    data: dict[str, Any] = json.loads(text)
    return data


def prose(page: str) -> str:
    """The page without scripts and styles."""
    return re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)


def test_figures_are_in_the_order_of_the_page(page: str) -> None:
    sections = re.findall(r'<section id="section-(\w+)"', page)
    assert sections == [*(section.name for section in SECTIONS), "tables"]
    articles = re.findall(r'<article id="(\w+)"', page)
    assert articles == [f.name for f in FIGURES if f.name not in NEEDS_A_DAY_BEFORE]
    assert "The history has one day so far" in page
    assert len(page.encode()) < 3_000_000


def test_findings_are_sentences_with_numbers_of_the_tables(built: Project, page: str) -> None:
    [(customers, amount)] = built.rows(
        "select sum(customers), sum(net_amount) from agg_segment_profiles "
        "where segmentation = 'rfm'"
    )
    text = prose(page)
    assert f"<dd>{customers:,}</dd>" in text
    assert f"<dd>EUR {amount:,.0f}</dd>" in text
    [(label, people)] = built.rows(
        "select label, customers from agg_segment_profiles join segments using (segmentation, "
        "segment) where segmentation = 'lifecycle' order by customers desc limit 1"
    )
    assert f"“{label}”: {people:,} of" in text
    [(rows,)] = built.rows("select sum(item_count) from run_report where section = 'quarantine'")
    assert f"{rows} rows are in quarantine" in text
    titles = re.findall(r"<h3 id=.*?>(.*?)</h3>", text)
    assert len(titles) == len(set(titles)) == len(FIGURES) - len(NEEDS_A_DAY_BEFORE)
    # A finding has no names of columns, no missing values, and the case of a sentence.
    for figure in data_of(page)["figures"].values():
        for finding in figure["findings"].values():
            # Reasons of quarantine are quoted.
            assert not re.search(r"_|None|nan|  ", re.sub("“.*?”", "name", finding)), finding
            assert not finding[0].islower(), finding


def test_every_source_is_a_published_column_and_every_link_has_a_target(
    built: Project, page: str
) -> None:
    published = set(built.rows("select table_name, column_name from duckdb_columns()"))
    assert {
        (table, column)
        for f in FIGURES
        for table, columns in f.sources.items()
        for column in columns
    } <= published
    assert set(TABLES) == {table for f in FIGURES for table in f.sources} | {
        *("agg_segment_stability", "run_report")
    }
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    links = set(re.findall(r'href="([^"]+)"', prose(page)))
    assert {link[1:] for link in links} <= set(identifiers)
    # Descriptions come from the YAML of the project; none is missing.
    assert not re.findall(r'<article id="table-\w+"><h3>\w+</h3>\n<p></p>', page)


def test_the_exposure_of_the_report_names_its_tables(built: Project) -> None:
    nodes = built.manifest["exposures"]["exposure.customer_segmentation.report_page"]["depends_on"]
    assert {node.rsplit(".", 1)[1] for node in nodes["nodes"]} == set(TABLES.values())


def test_the_page_has_no_person_and_no_hidden_cell(built: Project, page: str) -> None:
    text = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    customers = [name for (name,) in built.rows("select customer_id from dim_customers")]
    keys = [key for (key,) in built.rows("select distinct row_key from quarantined_rows")]
    words = set(re.findall(r"\w+", text))
    assert not words & {*customers, *filter(None, keys)}
    people = {"customers", "answers", "buyers"}
    for figure in data_of(page)["figures"].values():
        for row in figure.get("rows", []):
            assert not any(0 < (row[name] or 0) < FEW for name in people & row.keys()), row
    # The amounts of segments that the published table hides, from the build database.
    hidden = built.warehouse_rows(
        "select segmentation, segment, sum(window_net_amount) "
        "from segments_marts.agg_segment_profiles as profile "
        "inner join segments_marts.fct_customer_segments as members using (segmentation, segment) "
        "inner join segments_marts.dim_customers using (customer_id) "
        "where net_amount is null and is_primary and customers > 0 group by all "
        "having sum(window_net_amount) > 0"
    )
    assert len(hidden) > 50
    numbers = set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))
    for segmentation, segment, amount in hidden:
        spellings = {f"{amount:,.0f}", f"{amount:.2f}", f"{amount:,.2f}", f"{float(amount)}"}
        found = {number for number in spellings & numbers if len(number) > 5}
        assert not found, (segmentation, segment)


def test_equal_runs_write_equal_pages(built: Project, page: str, tmp_path: Path) -> None:
    # Spark has the rows in another order.
    mixed = {name: f"from {name} order by all desc" for name in TABLES}
    write(built, tmp_path, mixed)
    assert visual_report(tmp_path / "any.duckdb").read_text("utf-8") == page


def test_a_landing_without_segments_has_reasons_instead_of_charts(
    built: Project, tmp_path: Path
) -> None:
    empty = {name: f"from {name} limit 0" for name in TABLES}
    empty["run_report"] = "from run_report where section = 'run'"
    empty["segmentations"] = (
        "select * replace (false as is_available, 'needs orders: not supplied' as "
        "unavailable_reason) from segmentations"
    )
    write(built, tmp_path, empty)
    text = visual_report(tmp_path / "any.duckdb").read_text("utf-8")
    assert list(data_of(text)["figures"]) == ["missing"]
    assert "Not shown: RFM group (needs orders: not supplied)." in text
    [(segmentations,)] = built.rows("select count(*) from segmentations")
    assert f"{segmentations} segmentations are not available" in text
    assert 'class="chart"' not in text


def test_counts_are_hidden_up_to_the_minimum() -> None:
    """The macro shown hides 1 to FEW - 1."""
    from customer_segmentation.visual_report import tables

    query = Path(tables.__file__).with_name("views.sql").read_text("utf-8").split(";")[0]
    with duckdb.connect() as connection:
        connection.execute(f"set variable few = {FEW}; {query}")
        shown = connection.execute("select shown(x) from unnest([0, 1, 9, 10]) t(x)").fetchall()
    assert shown == [(0,), (None,), (None,), (10,)]


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    with browser.chromium() as opened:
        yield opened


@needs_browser
@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (380, False)], ids=["light", "dark", "phone"]
)
def test_a_browser_draws_every_chart_without_errors_or_requests(
    driver: Chrome, second_day: Path, width: int, dark: bool
) -> None:
    browser.requested(driver)
    browser.open_report(driver, second_day, width=width, dark=dark)
    assert not [entry for entry in browser.logged(driver, "browser") if entry["level"] == "SEVERE"]
    assert {url.split(":")[0] for url in browser.requested(driver)} <= {"file", "data", "blob"}
    marks = driver.execute_script(
        "return Object.fromEntries([...document.querySelectorAll('.chart')].map(chart => "
        "[chart.closest('article').id, chart.querySelectorAll('.role-mark > *').length]))"
    )
    assert set(marks) == {figure.name for figure in FIGURES if figure.chart}
    assert min(marks.values()) > 0
    assert not driver.execute_script("return document.querySelectorAll('img').length")
    # Only charts in a scrolled frame are wider than the page.
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    assert not serious_problems(driver)


def serious_problems(driver: Chrome) -> list[str]:
    """Problems that axe-core finds; minor ones are left out."""
    driver.execute_script(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = driver.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    return [
        f"{problem['id']}: {problem['nodes'][0]['html'][:200]}"
        for problem in found["violations"]
        if problem["impact"] in ("serious", "critical")
    ]


@needs_browser
def test_the_picker_filters_charts_titles_and_tables(driver: Chrome, second_day: Path) -> None:
    browser.open_report(driver, second_day)

    def bars(name: str) -> int:
        script = f"return document.querySelectorAll('#{name} .mark-text.role-mark text').length"
        count: int = driver.execute_script(script)
        return count

    def title(name: str) -> str:
        text: str = driver.execute_script(
            f"return document.querySelector('#{name} h3').textContent"
        )
        return text

    def shown_rows(name: str) -> int:
        script = f"return document.querySelectorAll('#{name} tbody tr:not([hidden])').length"
        count: int = driver.execute_script(script)
        return count

    assert title("sizes").startswith("RFM group: ")
    Select(driver.find_element("id", "segmentation")).select_by_value("lifecycle")
    assert title("sizes").startswith("Lifecycle stage: ")
    assert bars("sizes") == shown_rows("sizes") > 3
    everybody = title("places")
    assert not everybody.startswith("Active")
    Select(driver.find_element("id", "segment")).select_by_visible_text("Active")
    assert title("places").startswith("Active: ")
    assert bars("places") == shown_rows("places")
    # Demand is published by RFM group and lifecycle stage only.
    Select(driver.find_element("id", "segmentation")).select_by_value("age_band")
    note = driver.find_element("css selector", "#places .note").text
    assert note == "Not by the segmentation that is picked: shown by “RFM group”."
    assert title("sizes").startswith("Age band: ")


@needs_browser
def test_paper_has_the_numbers_of_charts(driver: Chrome, second_day: Path) -> None:
    browser.open_report(driver, second_day)
    driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    closed = "return document.querySelectorAll('.figures details:not([open])').length"
    assert driver.execute_script(closed) == 0
    driver.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert driver.execute_script(closed) > 20
    pdf = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    assert len(pdf) > 50_000


def test_the_map_ends_at_its_frame(page: str) -> None:
    """A sum of shares can be 1.0000000000000002, for which a scale without a domain ends at 1.1."""
    layers = data_of(page)["figures"]["rfm_map"]["spec"]["layer"]
    scales = [layer["encoding"][axis]["scale"] for layer in layers for axis in ("x", "y")]
    assert scales == [{"domain": [0, 1], "nice": False}] * 2 * len(layers)


def test_charts_follow_the_schema_of_vega_lite(page: str) -> None:
    figures = data_of(page)["figures"].values()
    specifications = [figure["spec"] for figure in figures if "spec" in figure]
    assert len(specifications) > 20
    for specification in specifications:
        altair.Chart.from_dict(specification)


def test_each_figure_has_a_question_and_columns() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    for figure in FIGURES:
        assert figure.question.endswith("?")
        assert figure.columns
        assert figure.needs or figure.without

"""The pages of `make app`: each shows what is published, and rules are previewed and saved."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import browser
import duckdb
import pandas as pd
import pytest
from project import REPOSITORY, Project
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from streamlit.testing.v1 import AppTest

from customer_segmentation.app.rules import write_rows

pytestmark = pytest.mark.end_to_end

# Titles of the pages by their links.
TITLES = {
    "Overview": "Customers on",
    "Segments": "Segments",
    "Customer card": "Customer card",
    "History": "History",
    "Data quality": "Data quality",
    "Rules and audiences": "Rules and audiences",
}
PAGES = ["overview", "segments", "card", "rules", "history", "quality"]


@pytest.fixture(autouse=True)
def sample(built: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SEGMENTS_PUBLISHED", str(built.published))
    monkeypatch.setenv(
        "SEGMENTS_SERVICE_PUBLISHED", str(built.published.with_name("service_cards.duckdb"))
    )
    monkeypatch.setenv("SEGMENTS_DATABASE", str(built.warehouse))
    return built


def opened(page: str) -> AppTest:
    """The page of this name, without an error."""
    script = f"from customer_segmentation.app import {page}\n{page}.page()"
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def segment_changes(app: AppTest) -> pd.DataFrame:
    """The table of business segments on the page of rules."""
    tables = [table.value for table in app.dataframe]
    return next(table for table in tables if "marketing may use" in table)


def published(sample: Project, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(sample.published), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_overview_has_the_figures_of_the_run(sample: Project) -> None:
    app = opened("overview")
    ((customers, net_amount),) = published(
        sample, "select count(*), sum(window_net_amount) from dim_customers"
    )
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Customers"] == f"{customers:,}"
    assert values["Net amount of the window, EUR"] == f"{net_amount:,.0f}"
    (audiences,) = published(sample, "select count(*) from audiences")[0]
    assert len(app.dataframe[0].value) == audiences


def test_a_feature_is_compared_between_segments(sample: Project) -> None:
    app = opened("segments")
    segments, by_feature = app.dataframe[0].value, app.dataframe[1].value
    assert (
        segments["customers"].sum() == published(sample, "select count(*) from dim_customers")[0][0]
    )
    expected = dict(
        published(
            sample,
            "select label, median(customer_features.recency_days) from customer_features"
            " inner join dim_customers using (customer_id)"
            " inner join segments on segmentation = 'rfm' and segment = rfm_segment"
            " group by label having count(customer_features.recency_days) >= 10",
        )
    )
    assert dict(zip(by_feature["segment"], by_feature["median"], strict=True)) == expected

    changes = app.dataframe[2].value
    one_order = changes[(changes["segment"] == "Champions") & (changes["change"] == "1 more order")]
    expected_days = published(
        sample,
        "select count(*), min(within_days), median(within_days) from counterfactuals"
        " where segmentation = 'rfm' and segment = 'champions' and orders_needed = 1",
    )
    assert [tuple(row) for row in one_order.iloc[:, 2:].to_numpy()] == expected_days
    assert changes["customers"].min() >= 10

    app.selectbox[1].set_value("country_code").run()
    assert not app.exception
    assert app.dataframe[1].value["customers"].min() >= 10
    app.selectbox[1].set_value("first_order_date").run()
    assert not app.exception
    assert app.dataframe[1].value["value"].str.fullmatch(r"\d{4}-\d{2}").all()


def test_an_agent_finds_a_card_by_an_id(sample: Project) -> None:
    ((customer, contact),) = published(
        sample,
        "select customer_id, contact_id from dim_customers"
        " where contact_id is not null and customer_kind = 'person' and is_profiled"
        " order by customer_id limit 1",
    )
    shown = []
    for key in (customer, f" {contact} "):
        app = opened("card")
        app.text_input[0].set_value(key).run()
        assert not app.exception
        shown.append([text.value for text in (*app.header, *app.markdown, *app.text)])
    assert shown[0] == shown[1]
    assert "**Do not offer**" in shown[0]
    app = opened("card")
    app.text_input[0].set_value("nobody").run()
    assert "No card has this key" in app.warning[0].value


def test_history_of_one_day_says_so() -> None:
    assert "one day so far" in opened("history").info[0].value


def test_history_shows_who_moved(
    sample: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "second_day.duckdb"
    shutil.copy(sample.published, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            insert into agg_segment_migration
            values ('rfm', '2025-06-01', '2025-06-29', 'champions', 'loyal', 12, 40, 0.3),
                ('rfm', '2025-06-01', '2025-06-29', 'champions', 'left', 3, 40, 0.075)
            """
        )
    monkeypatch.setenv("SEGMENTS_PUBLISHED", str(file))
    app = opened("history")
    assert app.dataframe[0].value.to_numpy().tolist() == [
        ["Champions", "Loyal", 12],
        ["Champions", "left", 3],
    ]
    assert "2025-06-01 to 2025-06-29" in app.caption[0].value


def test_quality_names_what_was_refused(sample: Project) -> None:
    tables = [table.value for table in opened("quality").dataframe]
    assert (
        tables[2]["rows"].sum() == published(sample, "select count(*) from quarantined_rows")[0][0]
    )


def test_rules_are_previewed_and_saved(tmp_path: Path) -> None:
    app = opened("rules")
    app.button[0].click().run()
    assert not app.exception
    assert set(segment_changes(app)["enter"]) == {0}

    rules = app.session_state["rows"]["segment_rules"]
    rules.loc[0, "value"] = "2"
    app.text_input[0].set_value(str(tmp_path / "own")).run()
    app.button[1].click().run()
    assert not app.exception
    changes = segment_changes(app)
    assert changes[changes["name"] == "active_now"]["leave"].item() > 0
    assert "Saved in" in app.success[0].value
    saved = pd.read_csv(tmp_path / "own" / "segment_rules.csv", dtype=str)
    assert saved.loc[0, "value"] == "2"
    assert len(saved) == len(rules)

    app.session_state["rows"]["segment_rules"].loc[0, "feature"] = "no_such_feature"
    app.button[1].click().run()
    assert "These mistakes would stop a build" in app.error[0].value
    assert pd.read_csv(tmp_path / "own" / "segment_rules.csv").loc[0, "feature"] == "orders_30_days"


def test_rows_that_a_person_left_empty_are_not_written(tmp_path: Path) -> None:
    rows = pd.DataFrame({"a": ["x, y", None, " z "], "b": ["1", None, None]})
    write_rows({"seed": rows}, tmp_path)
    assert (tmp_path / "seed.csv").read_text("utf-8") == 'a,b\n"x, y",1\nz,\n'


def test_an_older_publication_is_said(
    sample: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older = tmp_path / "older.duckdb"
    shutil.copy(sample.published, older)
    with duckdb.connect(str(older)) as connection:
        connection.execute("drop table counterfactuals")
    monkeypatch.setenv("SEGMENTS_PUBLISHED", str(older))
    app = opened("segments")
    assert "is of another version" in app.error[0].value
    assert "counterfactuals" in app.error[0].value


def test_nothing_published_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SEGMENTS_PUBLISHED", "SEGMENTS_SERVICE_PUBLISHED", "SEGMENTS_DATABASE"):
        monkeypatch.setenv(name, str(tmp_path / "none.duckdb"))
    for page in PAGES:
        assert "make build" in opened(page).error[0].value, page


@pytest.fixture
def address() -> Iterator[str]:
    """The address of the application, started as by `make app`."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    recipe = (REPOSITORY / "Makefile").read_text("utf-8").partition("streamlit run ")[2]
    options = recipe.partition("$(APP_ARGUMENTS)")[0].replace("\\\n", " ").split()
    command = [str(Path(sys.executable).with_name("streamlit")), "run", *options]
    command += ["--server.headless", "true", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as process:
        for _ in range(120):
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", port)) == 0:
                    break
            time.sleep(0.5)
        yield f"http://localhost:{port}"
        process.terminate()


@pytest.mark.skipif(
    not (browser.CHROMIUM and browser.DRIVER),
    reason="needs Chromium: apt-get install chromium chromium-driver",
)
def test_a_browser_shows_every_page_and_asks_no_other_host(address: str) -> None:
    with browser.chromium() as driver:

        def wait_for(tag: str, text: str) -> WebElement:
            """The element with this text, once the page has drawn it."""

            def find(_: object) -> WebElement | None:
                found = driver.find_elements(By.TAG_NAME, tag)
                return next((element for element in found if text in element.text), None)

            ignored = [StaleElementReferenceException]
            found = WebDriverWait(driver, 60, ignored_exceptions=ignored).until(find)
            assert found
            return found

        driver.get(address)
        for link, title in TITLES.items():
            wait_for("a", link).click()
            wait_for("h1", title)
        wait_for("button", "Preview").click()
        wait_for("h2", "Overlaps of business segments")
        asked = [urlsplit(url) for url in browser.requested(driver)]
    # The browser's own first page is a chrome: address.
    assert {url.hostname for url in asked if url.scheme.startswith(("http", "ws"))} == {"localhost"}

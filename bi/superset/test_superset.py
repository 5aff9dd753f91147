"""Superset imports the dashboards, and every chart has rows; needs Chromium for the pictures."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bundle import charts
from project import REPOSITORY, Project

PASSWORD = "only for this test"


class Superset:
    """The interface of a Superset that runs."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.headers = {"Content-Type": "application/json"}

    def get(self, path: str, data: object = None) -> Any:
        """The answer to a request, with ``data`` to a post."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.address + path, body, self.headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def log_in(self) -> None:
        account = {"username": "admin", "password": PASSWORD, "provider": "db"}
        token = self.get("/api/v1/security/login", account)["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    Project.parses = tmp_path_factory.mktemp("parses")
    project = Project.copy_to(tmp_path_factory.mktemp("superset") / "project")
    project.build(tests="none")
    return project.published


@pytest.fixture(scope="module")
def superset(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """The second start with the same files, which imports everything again."""
    home = tmp_path_factory.mktemp("home")
    for start in (1, 2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [
                *(sys.executable, REPOSITORY / "bi/superset/start.py", published),
                *("--home", home, "--port", str(port)),
                *("--environment", REPOSITORY / ".venv-superset"),
            ],
            env={**os.environ, "SUPERSET_PASSWORD": PASSWORD},
            start_new_session=True,
        )
        running = Superset(port)
        try:
            for _ in range(300):
                assert process.poll() is None, (home / "log.txt").read_text()[-3000:]
                with suppress(OSError):
                    running.log_in()
                    break
                time.sleep(1)
            if start == 2:
                yield running
        finally:
            os.killpg(process.pid, 15)
            process.wait()


def chart_rows(superset: Superset) -> dict[str, int]:
    """The number of rows of each chart by its title."""
    rows = {}
    for chart in superset.get("/api/v1/chart/?q=(page_size:100)")["result"]:
        params = json.loads(chart["params"])
        query = {
            "datasource": {"id": chart["datasource_id"], "type": "table"},
            "queries": [
                {
                    "columns": params.get("all_columns") or [params["x_axis"]],
                    "metrics": params.get("metrics", []),
                }
            ],
        }
        [answer] = superset.get("/api/v1/chart/data", query)["result"]
        assert answer["error"] is None
        rows[chart["slice_name"]] = answer["rowcount"]
    return rows


def test_every_chart_has_rows(superset: Superset) -> None:
    rows = chart_rows(superset)
    assert rows.keys() == {chart["chart"] for chart in charts()}
    assert all(rows.values())


def test_only_this_machine_reaches_the_pages(superset: Superset) -> None:
    port = int(superset.address.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        # A server for all addresses would answer on this one too.
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_dashboards_are_seen(superset: Superset, published: Path, tmp_path: Path) -> None:
    """Looks at each dashboard in a browser; SCREENSHOTS is a folder for the pictures."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if not shutil.which("chromedriver"):
        pytest.skip("needs Chromium and its driver")
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1400,1400"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options)
    try:
        wait = WebDriverWait(browser, 120)
        browser.get(superset.address + "/login/")
        wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "input[type=password]"))
        browser.find_element(By.CSS_SELECTOR, "input[type=text]").send_keys("admin")
        browser.find_element(By.CSS_SELECTOR, "input[type=password]").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        wait.until(lambda page: "/login" not in page.current_url)
        drawn = "[data-test='grid-content'] canvas, [data-test='grid-content'] table"
        for department in dict.fromkeys(chart["department"] for chart in charts()):
            shown = [chart for chart in charts() if chart["department"] == department]
            browser.get(f"{superset.address}/superset/dashboard/customers-{department}/")
            for _ in range(60):
                if len(browser.find_elements(By.CSS_SELECTOR, drawn)) >= len(shown):
                    break
                time.sleep(1)
            else:
                pytest.fail(f"{department}: some charts are not drawn")
            text = browser.find_element(By.TAG_NAME, "body").text
            assert all(chart["chart"] in text for chart in shown)
            assert "error" not in text.lower()
            asked = browser.execute_script(
                "return performance.getEntriesByType('resource').map(entry => entry.name)"
            )
            refused = " ".join(
                entry["message"]
                for entry in browser.get_log("browser")
                if "violates the following Content Security Policy" in entry["message"]
            )
            own = (superset.address, "data:")
            assert asked
            assert [url for url in asked if not url.startswith(own) and url not in refused] == []
            # Charts grow while they are drawn.
            time.sleep(3)
            folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
            browser.save_screenshot(str(folder / f"{department}.png"))
    finally:
        browser.quit()


def test_a_second_import_replaces_the_first(superset: Superset) -> None:
    titles = [row["dashboard_title"] for row in superset.get("/api/v1/dashboard/")["result"]]
    assert sorted(titles) == ["Customers: marketing", "Customers: sales", "Customers: service"]
    assert superset.get("/api/v1/chart/")["count"] == len(charts())


def test_a_new_build_is_shown_at_once(superset: Superset, published: Path, tmp_path: Path) -> None:
    # As a build does: another file takes the place of the published one.
    other = Path(shutil.copy(published, tmp_path / "other.duckdb"))
    with duckdb.connect(str(other)) as connection:
        connection.execute("delete from goal_results where department = 'sales'")
    other.replace(published)
    rows = chart_rows(superset)
    assert rows["Goals of sales"] == 0
    assert rows["Goals of service"] > 0

"""Headless Chromium for the tests and pictures of the report."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.wait import WebDriverWait

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


@contextmanager
def chromium() -> Iterator[Chrome]:
    """A browser that logs its console and its requests, without any host but this machine."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    options.add_argument("--headless=new")
    options.add_argument("--hide-scrollbars")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost")
    # Containers have a small /dev/shm.
    options.add_argument("--disable-dev-shm-usage")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        options.add_argument(f"--user-data-dir={profile}")
        driver = Chrome(options=options, service=ChromeService(DRIVER))
        try:
            yield driver
        finally:
            driver.quit()


def open_report(
    driver: Chrome, page: Path, *, width: int = 1280, dark: bool = False, height: int = 900
) -> None:
    """Opens the page from disk and waits until every chart is drawn."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.get(page.absolute().as_uri())
    drawn = "return document.documentElement.dataset.drawn"
    WebDriverWait(driver, 60).until(lambda _: driver.execute_script(drawn))


def logged(driver: Chrome, kind: str) -> list[dict[str, Any]]:
    """The entries of a log of the browser since the last call."""
    entries: list[dict[str, Any]] = driver.get_log(kind)  # type: ignore[no-untyped-call]
    return entries


def requested(driver: Chrome) -> list[str]:
    """The addresses that the page has asked for since the last call."""
    entries = logged(driver, "performance")
    messages = [json.loads(entry["message"])["message"] for entry in entries]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]

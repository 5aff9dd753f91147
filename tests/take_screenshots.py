"""Take the pictures of README.md from a published report: docs/pictures."""

import sys
from pathlib import Path

from browser import chromium, open_report
from selenium.webdriver.support.select import Select

from customer_segmentation.report import visual_report

PICTURES = Path("docs/pictures")


def main(published: Path) -> None:
    """Writes the beginning of the page in light colours, and the picked segment in dark ones."""
    page = visual_report(published)
    if not page.exists():
        sys.exit(f"there is no report at {page}; run `make build`")
    PICTURES.mkdir(exist_ok=True)
    with chromium() as driver:
        open_report(driver, page, height=1060)
        driver.save_screenshot(PICTURES / "report.png")
        open_report(driver, page, height=780, dark=True)
        Select(driver.find_element("id", "segment")).select_by_visible_text("Loyal")
        driver.execute_script("document.getElementById('section-any').scrollIntoView()")
        driver.save_screenshot(PICTURES / "segments.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

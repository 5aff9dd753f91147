"""The data docs of a gate: one HTML page that loads nothing from the network.

Great Expectations' own pages load styles, scripts and images from a dozen hosts and show unexpected
values. Without a network they do not show which checks failed.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from customer_segmentation.gates.results import CheckResult

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
       color: #1c2430; background: #fff; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
p { margin: .3rem 0; color: #5a6675; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; overflow-wrap: anywhere;
         border-bottom: 1px solid #dde3ea; }
th { font-weight: 600; color: #5a6675; }
th.result { width: 6rem; } th.column { width: 14rem; } th.severity { width: 6rem; }
.mark { font-weight: 600; } .failed { background: #fdf6f0; } .passed .mark { color: #1b7340; }
.failed .warning { color: #8a5a00; } .failed .critical { color: #b3261e; }
"""


def write_page(path: Path, gate: str, run_id: str, results: Sequence[CheckResult]) -> None:
    """Writes the page of one gate in one run, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(gate, run_id, results), encoding="utf-8")


def page(gate: str, run_id: str, results: Sequence[CheckResult]) -> str:
    """The page: tables in the order of checking, failed checks first within a table."""
    failed = [result for result in results if not result.passed]
    critical = sum(result.severity == "critical" for result in failed)
    verdict = f"stopped by {critical} critical of {len(results)} checks" if critical else "passed"
    tables = dict.fromkeys(result.table_name for result in results)
    sections = "".join(
        _section(table, [result for result in results if result.table_name == table])
        for table in tables
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(gate)}: {verdict}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(gate)}: {verdict}</h1>\n"
        f"<p>Run {escape(run_id)}. Checks: {len(results)}, passed: {len(results) - len(failed)}, "
        f"failed with a warning: {len(failed) - critical}, failed critically: {critical}.</p>\n"
        f"{sections}</body>\n</html>\n"
    )


def _section(table: str, results: Sequence[CheckResult]) -> str:
    rows = "".join(_row(result) for result in sorted(results, key=lambda result: result.passed))
    return (
        f"<h2>{escape(table)}</h2>\n<table>\n<tr><th class=result>Result</th>"
        "<th class=column>Column</th><th class=severity>Severity</th><th>What was found</th></tr>\n"
        f"{rows}</table>\n"
    )


def _row(result: CheckResult) -> str:
    outcome = "passed" if result.passed else "failed"
    examples = f" For example {result.examples}." if result.examples else ""
    return (
        f'<tr class={outcome}><td class="mark {escape(result.severity)}">{outcome}</td>'
        f"<td>{escape(result.column_name or '')}</td><td>{escape(result.severity)}</td>"
        f"<td>{escape(result.message + examples)}</td></tr>\n"
    )

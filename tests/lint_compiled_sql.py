"""Lint the models' SQL as dbt compiles it, in the dialects of both engines.

The models are compiled once, for DuckDB. What DuckDB and Spark only spell differently (quoted
names, the name of the text type) is made neutral first, so that a parse error in the other dialect
means a construct that the other engine lacks.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

WORK = Path("target/lint")
DIALECTS = ("duckdb", "sparksql")


def main() -> int:
    """Returns 1 when a dialect has something to complain about."""
    binaries = Path(sys.executable).parent
    shutil.rmtree(WORK, ignore_errors=True)
    compiled = subprocess.run(
        [
            str(binaries / "dbt"),
            *("--quiet", "compile", "--target", "ci", "--select", "resource_type:model"),
            *("--target-path", str(WORK / "dbt")),
        ],
        check=False,
    )
    if compiled.returncode:
        return compiled.returncode
    for source in (WORK / "dbt" / "compiled").glob("*/models/**/*.sql"):
        if any(part.endswith(".yml") for part in source.parts):
            continue  # a test, compiled beside its model
        neutral = WORK / "sql" / source.parent.name / source.name
        neutral.parent.mkdir(parents=True, exist_ok=True)
        neutral.write_text(neutral_sql(source.read_text(encoding="utf-8")), encoding="utf-8")
    results = [
        subprocess.run(
            [
                str(binaries / "sqlfluff"),
                *("lint", "--dialect", dialect, "--processes", "2", "--disable-progress-bar"),
                str(WORK / "sql"),
            ],
            check=False,
        ).returncode
        for dialect in DIALECTS
    ]
    return int(any(results))


def neutral_sql(text: str) -> str:
    """SQL text without what the two engines merely spell differently."""
    text = re.sub(r'"([a-z_]+)"', r"\1", text)
    text = re.sub(r"\bas\s+text\s*\)", "as string)", text, flags=re.IGNORECASE)
    return re.sub(r"\bas timestamptz\)", "as timestamp)", text)


if __name__ == "__main__":
    sys.exit(main())

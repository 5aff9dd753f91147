"""Runs dbt in processes that have already imported it and parsed once.

Imports of dbt, Great Expectations and scikit-learn take seconds in every process, and so do the
code that dbt compiles at its first parse and the script of the report. This script does all of
this once. Each line of its standard input is a JSON object with arguments, cwd, environment and
output (a file). For each line it forks a process that acts like the command dbt, and answers with
its exit code.
"""

import atexit
import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

import great_expectations  # noqa: F401
import sklearn.cluster
import sklearn.linear_model
import sklearn.mixture  # noqa: F401
from dbt.cli.main import cli, dbtRunner

from customer_segmentation.visual_report.bundle import vega_bundle


def main() -> None:
    # A command ends soon, and a fifth of a parse is the search for garbage.
    gc.disable()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    vega_bundle()
    has_parsed = False
    for line in sys.stdin:
        task = json.loads(line)
        has_parsed = has_parsed or parse(task)
        process = os.fork()
        if process == 0:
            enter(task)
            run(task["arguments"])
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def run(arguments: list[str]) -> None:
    """Runs a command and ends the process, without freeing its memory, which takes two seconds."""
    code = 0
    try:
        cli(arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    # dbt closes its connection at the exit. Others stay open in garbage, and with them the log of
    # the database.
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    os._exit(code)


def parse(task: dict[str, Any]) -> bool:
    """Parses the project of a command, which then takes this parse; False if dbt cannot."""
    enter(task)
    arguments = task["arguments"]
    target = arguments[arguments.index("--target") + 1]
    # The static parser starts threads, which a fork does not copy.
    quiet = ("--no-write-json", "--no-static-parser", "--log-level-file", "none")
    parsed = dbtRunner().invoke([*quiet, "parse", "--target", target, *arguments[-2:]])
    # Commands search only their own objects for garbage.
    gc.freeze()
    return bool(parsed.success)


def enter(task: dict[str, Any]) -> None:
    """Takes the folder, environment and output of a command."""
    with Path(task["output"]).open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(task["environment"])
    os.chdir(task["cwd"])


if __name__ == "__main__":
    main()

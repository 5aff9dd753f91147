"""Runs dbt in processes that have already imported it.

Importing dbt, Great Expectations and scikit-learn takes seconds in every build. This script imports
them once. Each line of its standard input is a JSON object with arguments, cwd, environment and
output (a file). For each line it forks a process that acts like the command dbt, and answers with
its exit code.
"""

import gc
import json
import os
import sys
from pathlib import Path

import great_expectations  # noqa: F401
import sklearn.cluster
import sklearn.linear_model
import sklearn.mixture  # noqa: F401
from dbt.cli.main import cli


def main() -> None:
    # A command ends soon, and a fifth of a parse is the search for garbage.
    gc.disable()
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            run(**json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run(arguments: list[str], cwd: str, environment: dict[str, str], output: str) -> None:
    """Runs the command in this process and ends it; its output goes to the file ``output``."""
    with Path(output).open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    cli(arguments)


if __name__ == "__main__":
    main()

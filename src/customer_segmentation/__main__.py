"""Commands around the dbt project: ``python -m customer_segmentation --help``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from customer_segmentation.report import print_report

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def commands() -> None:
    """Commands around the dbt project."""


@app.command()
def report(
    path: Annotated[
        Path, typer.Argument(help="The published DuckDB file.", envvar="SEGMENTS_PUBLISHED")
    ] = Path("published/customer_segments.duckdb"),
) -> None:
    """Print what the last run published and what it left out."""
    try:
        print_report(path, Console())
    except FileNotFoundError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()

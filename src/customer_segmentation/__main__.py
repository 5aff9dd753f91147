"""Commands around the dbt project: ``python -m customer_segmentation --help``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from customer_segmentation.report import print_report
from customer_segmentation.switching import roll_back

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


@app.command()
def rollback(
    path: Annotated[
        Path,
        typer.Argument(
            help="The published DuckDB file, or that of the service cards.",
            envvar="SEGMENTS_PUBLISHED",
        ),
    ] = Path("published/customer_segments.duckdb"),
) -> None:
    """Publish the run before again, with its audience files; once more goes one run further back.

    For published files only: on Spark, build the earlier day again.
    """
    try:
        before, now = roll_back(path)
    except (LookupError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{path}: rolled back from {before.label} to {now.label}")
    typer.echo(
        "The next build continues the history of that run. Audience files are those of that run "
        "too: consents that customers withdrew since are not in them. Other published files stay."
    )


if __name__ == "__main__":
    app()

"""Commands around the dbt project: ``python -m customer_segmentation --help``."""

import os
from pathlib import Path
from typing import Annotated

import typer
import yaml  # type: ignore[import-untyped]
from rich.console import Console

from customer_segmentation.report import open_in_browser, print_report, visual_report
from customer_segmentation.switching import roll_back

_PublishedFile = Annotated[
    Path | None,
    typer.Argument(help="The published DuckDB file. By default, the one that dbt publishes."),
]
_Vars = Annotated[
    str, typer.Option("--vars", help="The vars of dbt as YAML: publish_path names the file.")
]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def commands() -> None:
    """Commands around the dbt project."""


def published_file(path: Path | None, variables: str) -> Path:
    """The ``path``, or the file that the model publication publishes with the vars."""
    if path:
        return path
    project = Path("dbt_project.yml")
    settings = yaml.safe_load(project.read_text(encoding="utf-8")) if project.exists() else {}
    given = {**settings.get("vars", {}), **(yaml.safe_load(variables) or {})}
    by_environment = os.environ.get("SEGMENTS_PUBLISHED")
    default = "published/customer_segments.duckdb"
    return Path(given.get("publish_path") or by_environment or default)


@app.command()
def report(
    path: _PublishedFile = None,
    variables: _Vars = "{}",
    is_opened: Annotated[
        bool, typer.Option("--open", help="Open the report in a browser, from a terminal.")
    ] = False,
) -> None:
    """Print what the last run published and what it left out."""
    file = published_file(path, variables)
    try:
        print_report(file, Console())
        if is_opened:
            open_in_browser(visual_report(file))
    except FileNotFoundError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def check(
    variables: _Vars = "{}",
    target: Annotated[str, typer.Option(help="A target of the profile, on DuckDB.")] = "",
) -> None:
    """Read, stage and check a landing, and print what it has for the contract."""
    # Other commands do not wait for dbt.
    from customer_segmentation.landing_check import check_landing

    try:
        passes = check_landing(variables, target, Console())
    except ValueError as error:
        typer.echo(str(error), err=True)
        passes = False
    if not passes:
        raise typer.Exit(1)


@app.command()
def preview(
    database: Annotated[
        Path | None, typer.Argument(help="The build database. By default, that of the target dev.")
    ] = None,
    business_path: Annotated[
        str | None, typer.Option(help="A folder of own rows, in place of that of the last build.")
    ] = None,
    members: Annotated[
        Path | None,
        typer.Option(help="A CSV file for the ids of customers who would enter or leave."),
    ] = None,
) -> None:
    """Print what today's rules, audiences and suppressions would give on the last build."""
    from customer_segmentation.preview.replay import replayed
    from customer_segmentation.preview.writing import print_preview, write_members

    file = database or Path(os.environ.get("SEGMENTS_DATABASE") or "warehouse.duckdb")
    try:
        with replayed(file, business_path) as replay:
            print_preview(replay, Console())
            if members and not replay.mistakes:
                rows = write_members(replay, members)
                typer.echo(f"{members}: {rows} customers enter or leave")
            has_mistakes = bool(replay.mistakes)
    except (LookupError, OSError) as error:
        typer.echo(error.args[0] if isinstance(error, LookupError) else str(error), err=True)
        raise typer.Exit(1) from error
    if has_mistakes:
        raise typer.Exit(1)


@app.command()
def card(
    key: Annotated[
        str,
        typer.Argument(
            help="E-mail address, telephone number (+43...), order number, or id of a contact, "
            "account or visitor."
        ),
    ],
    path: Annotated[Path | None, typer.Option(help="The published file of service cards.")] = None,
) -> None:
    """Print the card of the customer whom an agent has on the line.

    SEGMENTS_ID_SECRET is the secret of the build.
    """
    from customer_segmentation.cards import found_cards, print_cards

    by_environment = os.environ.get("SEGMENTS_SERVICE_PUBLISHED")
    file = path or Path(by_environment or "published/service_cards.duckdb")
    try:
        cards = found_cards(file, key)
    except (OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not cards:
        # The key is personal: it is not repeated.
        typer.echo(
            "no card has this key; a telephone number needs its country (+43...), and the "
            "environment the SEGMENTS_ID_SECRET of the build",
            err=True,
        )
        raise typer.Exit(1)
    print_cards(cards, Console())


@app.command()
def rollback(path: _PublishedFile = None, variables: _Vars = "{}") -> None:
    """Publish the run before again, with its audience files; once more goes one run further back.

    Customer segments by default; PATH may be the file of the service cards. For published files
    only: on Spark, build the earlier day again.
    """
    file = published_file(path, variables)
    try:
        before, now = roll_back(file)
    except (LookupError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{file}: rolled back from {before.label} to {now.label}")
    typer.echo(
        "The next build continues the history of that run. Audience files are those of that run "
        "too: consents that customers withdrew since are not in them. Other published files stay."
    )


if __name__ == "__main__":
    app()

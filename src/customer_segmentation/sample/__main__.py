"""``python -m customer_segmentation.sample``: writes artificial landing tables to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from customer_segmentation.sample.generate import FileFormat, Shape, generate


def main(
    out: Annotated[Path, typer.Option(help="Folder to write to; made when it is not there.")],
    customers: Annotated[int, typer.Option(min=1, help="People and companies.")] = Shape.customers,
    orders: Annotated[float, typer.Option(min=1, help="Orders per buyer, roughly.")] = Shape.orders,
    visits: Annotated[
        float, typer.Option(min=0, help="Further visits per person, roughly.")
    ] = Shape.visits,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = Shape.seed,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Of the files.")] = "parquet",
    prefix: Annotated[str, typer.Option(help="Stands before each table's name.")] = "",
    threads: Annotated[int | None, typer.Option(min=1, help="Default: one per core.")] = None,
    memory_limit: Annotated[str, typer.Option(help="What goes beyond it goes to disk.")] = "4GB",
) -> None:
    """Write one file per landing table; the same options give the same files.

    The bundled sample: --format csv --prefix sample_ --out seeds/sample
    """
    rows = generate(
        out,
        Shape(customers=customers, orders=orders, visits=visits, seed=seed),
        file_format=file_format,
        prefix=prefix,
        threads=threads,
        memory_limit=memory_limit,
    )
    for table, count in rows.items():
        typer.echo(f"{table:22} {count:>12,}")


if __name__ == "__main__":
    typer.run(main)

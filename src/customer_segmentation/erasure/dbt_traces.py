"""The entry point of the model erasure_traces; the only module here that knows dbt."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt_common.invocation import get_invocation_id

from customer_segmentation.erasure.traces import clear_traces
from customer_segmentation.exporting import AUDIENCES
from customer_segmentation.paths import project_path
from customer_segmentation.relations import read_table


def clear_traces_of_run(
    dbt: Any,
    session: Any,
    erased: Any,
    docs_path: str,
    published: Sequence[str],
    schemas: Sequence[str],
) -> Any:
    """The row of the model, if there is anything to clear.

    ``docs_path`` is the path of the data docs; ``published`` are the published files, ``schemas``
    the published schemas of Spark.
    """
    last = None
    if dbt.is_incremental:
        rows = read_table(
            session.sql(
                f"select clearing_no, fingerprint from {dbt.this!r} "
                "order by clearing_no desc limit 1"
            )
        ).to_pylist()
        last = rows[0] if rows else None
    files = [Path(project_path(path)) for path in published]
    return clear_traces(
        session,
        erased,
        last,
        Path(project_path(docs_path)) if docs_path else None,
        get_invocation_id(),
        # On Spark only the audiences are files.
        [*files, *(file.with_name(AUDIENCES) for file in files)],
        schemas,
        str(dbt.this.database),
    )

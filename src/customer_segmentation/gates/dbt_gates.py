"""The entry points of the Python models of the gates.

A gate model runs in the process of dbt, on DuckDB and on Spark, so the id of the run and the folder
of the project come from dbt itself. (With partial parsing, a config rendered from ``{{
invocation_id }}`` would keep the id of an earlier run.)
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dbt_common.invocation import get_invocation_id

from customer_segmentation.gates.contract import load_contract
from customer_segmentation.gates.permission import mixture, refusal
from customer_segmentation.gates.runner import Suite, run_gate
from customer_segmentation.gates.suites import landing_suites, publish_suites
from customer_segmentation.gates.volumes import volume_suites
from customer_segmentation.paths import package_path, project_path
from customer_segmentation.relations import read_table

_EXCLUSION = {"excluded_as", "quarantine_reason", "value_shape"}


def landing_gate(
    dbt: Any,
    session: Any,
    domain: str,
    tables: Mapping[str, Any],
    row_counts: Any,
    unknown_words: Any,
    quarantine_reasons: Any,
    landed_columns: Any,
    references: Any,
    volumes: Any,
    as_of: Any,
    freshness_warn_days: int,
    docs_path: str,
    purchase_statuses: str = "",
) -> Any:
    """The rows of a landing gate: checks of the accepted rows of all tables of ``domain``.

    ``tables`` are the staging relations by the name of their landing table; the others are the
    relations of the models of these names, ``row_counts`` of landing_row_counts, ``references``
    of landed_references and ``volumes`` of landing_volumes. ``purchase_statuses`` are the statuses
    of an order that is a purchase, with commas between them.
    """
    accepted = {name: _accepted_rows(table) for name, table in tables.items()}
    (day,) = read_table(as_of).to_pylist()
    counts = read_table(row_counts).to_pylist()
    suites = [
        *landing_suites(
            domain,
            load_contract(package_path(".")),
            counts,
            day["as_of_date"],
            int(freshness_warn_days),
            read_table(unknown_words).to_pylist(),
            purchase_statuses.split(",") if purchase_statuses else (),
            reasons=read_table(quarantine_reasons).to_pylist(),
            columns=read_table(landed_columns).to_pylist(),
            references=read_table(references).to_pylist(),
        ),
        *volume_suites(domain, counts, read_table(volumes).to_pylist(), day["horizon_date"]),
    ]
    relations = {
        **accepted,
        "landing_row_counts": row_counts,
        "unknown_words": unknown_words,
        "landed_columns": landed_columns,
        "landed_references": references,
        "landing_volumes": volumes,
    }
    return run_dbt_gate(dbt, session, suites, relations, docs_path)


def publish_gate(
    dbt: Any,
    session: Any,
    tables: Mapping[str, Any],
    back_test_warn_percent: float,
    forecasts_required: bool,
    docs_path: str,
) -> Any:
    """The rows of the publish gate: checks of the tables to be published.

    ``tables`` are the relations by the name of their suite; for the other arguments, in percent,
    see ``publish_suites``.
    """
    suites = publish_suites(
        float(back_test_warn_percent) / 100,
        forecasts_required,
        profiles=read_table(tables["agg_segment_profiles"]).to_pylist(),
        back_test=read_table(tables["value_back_test"]).to_pylist(),
        drift=read_table(tables["agg_drift"]).to_pylist(),
    )
    return run_dbt_gate(dbt, session, suites, tables, docs_path)


def run_dbt_gate(
    dbt: Any, session: Any, suites: Sequence[Suite], relations: Mapping[str, Any], docs_path: str
) -> Any:
    """The rows of the gate model of this name; ``relations`` come from ``dbt.ref``.

    The data docs go to ``docs_path``, absolute or relative to the project, unless it is empty.
    """
    return run_gate(
        session,
        gate=dbt.this.identifier,
        suites=suites,
        relations={name: _readable(relation) for name, relation in relations.items()},
        run_id=get_invocation_id(),
        run_number=_last_run_number(dbt, session) + 1,
        docs_directory=Path(project_path(docs_path)) if docs_path else None,
    )


def require_gates(gates: Mapping[str, Any], docs_path: str, as_of: Any = None) -> None:
    """Stops a model that publishes, unless this run has passed the ``gates``.

    ``gates`` are the relations of gate models by name. With ``as_of``, the relation of that model,
    this run must also have built the tables.

    Raises:
        ValueError: the run must not publish; the text says why and what to do.
    """
    run_id = get_invocation_id()
    columns = ["run_id", "severity", "passed"]
    rows = {name: read_table(gate).select(columns).to_pylist() for name, gate in gates.items()}
    reason = refusal(rows, run_id, Path(docs_path) if docs_path else None)
    if reason is None and as_of is not None:
        reason = mixture(read_table(as_of)["run_id"][0].as_py(), run_id)
    if reason is not None:
        raise ValueError(reason)


def _last_run_number(dbt: Any, session: Any) -> int:
    """The highest run_number in the gate's own table; 0 before the first run."""
    if not dbt.is_incremental:
        return 0
    last = read_table(session.sql(f"select max(run_number) as last from {dbt.this!r}"))
    return last["last"][0].as_py() or 0


def _accepted_rows(staging: Any) -> Any:
    """The accepted rows of a staging relation, without the columns about rejected rows."""
    columns = [name for name in staging.columns if name not in _EXCLUSION]
    return staging.filter("excluded_as is null").select(*columns)


def _readable(relation: Any) -> Any:
    """The input of the runner: the DataFrame on Spark, the query of the relation on DuckDB."""
    return relation.sql_query() if hasattr(type(relation), "sql_query") else relation

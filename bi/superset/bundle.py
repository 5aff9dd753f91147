"""Write the charts of charts.yml as a folder for Superset: one dashboard per department.

    python bi/superset/bundle.py published/customer_segments.duckdb target/superset/bundle
    superset import-directory --overwrite target/superset/bundle

Keys follow from names, so that a second import replaces what the first one made.
"""

import sys
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import duckdb
import yaml  # type: ignore[import-untyped]

DATABASE = "customer_segments"
_CHARTS = Path(__file__).with_name("charts.yml")
# Superset divides the page into 12 columns.
_WIDTH, _HEIGHT = 6, 50
Part = dict[str, Any]


def charts() -> list[Part]:
    """The rows of charts.yml."""
    rows: list[Part] = yaml.safe_load(_CHARTS.read_text(encoding="utf-8"))
    return rows


def bundle(published: Path) -> dict[str, Part]:
    """The files of the bundle by their paths; ``published`` tells the columns of the queries."""
    files: dict[str, Part] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets"},
        f"databases/{DATABASE}.yaml": {
            "database_name": DATABASE,
            "sqlalchemy_uri": f"duckdb:///{published.absolute()}",
            "expose_in_sqllab": True,
            # Only reads: a build replaces the file.
            "extra": {"engine_params": {"connect_args": {"read_only": True}}},
            "uuid": _key("database", DATABASE),
            "version": "1.0.0",
        },
    }
    with duckdb.connect(str(published), read_only=True) as connection:
        for chart in charts():
            columns = {
                row[0]: row[1] for row in connection.execute(f"describe {chart['sql']}").fetchall()
            }
            name = _file_name(chart["chart"])
            files[f"datasets/{DATABASE}/{name}.yaml"] = _dataset(chart, columns)
            files[f"charts/{name}.yaml"] = _chart(chart, [*columns])
    for department in dict.fromkeys(chart["department"] for chart in charts()):
        files[f"dashboards/{department}.yaml"] = _dashboard(department)
    return files


def write(published: Path, folder: Path) -> None:
    """Write the files of the bundle below ``folder``."""
    for path, part in bundle(published).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(part, sort_keys=False), encoding="utf-8")


def _dataset(chart: Part, columns: dict[str, str]) -> Part:
    return {
        "table_name": chart["chart"],
        "sql": chart["sql"],
        "schema": "main",
        "columns": [
            {"column_name": name, "type": kind, "groupby": True, "filterable": True}
            for name, kind in columns.items()
        ],
        "metrics": [],
        "uuid": _key("dataset", chart["chart"]),
        "version": "1.0.0",
        "database_uuid": _key("database", DATABASE),
    }


def _chart(chart: Part, columns: list[str]) -> Part:
    params: Part = {"viz_type": "table", "query_mode": "raw", "all_columns": columns}
    if chart["form"] == "bar":
        params = {
            "viz_type": "echarts_timeseries_bar",
            # All labels are seen.
            "orientation": "horizontal",
            "x_axis": chart["x"],
            "metrics": [_sum(chart["y"])],
            "groupby": [],
            "x_axis_sort_asc": True,
            "x_axis_sort": chart["y"],
            "show_legend": False,
        }
    return {
        "slice_name": chart["chart"],
        "viz_type": params["viz_type"],
        "params": {**params, "row_limit": 1000},
        "uuid": _key("chart", chart["chart"]),
        "version": "1.0.0",
        "dataset_uuid": _key("dataset", chart["chart"]),
    }


def _sum(column: str) -> Part:
    return {"expressionType": "SQL", "sqlExpression": f"sum({column})", "label": column}


def _dashboard(department: str) -> Part:
    shown = [chart["chart"] for chart in charts() if chart["department"] == department]
    rows = [shown[start : start + 2] for start in range(0, len(shown), 2)]
    position: Part = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {
            "id": "GRID_ID",
            "type": "GRID",
            "parents": ["ROOT_ID"],
            "children": [f"ROW-{number}" for number in range(len(rows))],
        },
    }
    for number, row in enumerate(rows):
        keys = [f"CHART-{_key('chart', name)}" for name in row]
        position[f"ROW-{number}"] = {
            "id": f"ROW-{number}",
            "type": "ROW",
            "parents": ["ROOT_ID", "GRID_ID"],
            "children": keys,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for key, name in zip(keys, row, strict=True):
            position[key] = {
                "id": key,
                "type": "CHART",
                "parents": ["ROOT_ID", "GRID_ID", f"ROW-{number}"],
                "children": [],
                "meta": {
                    # Superset puts its own number in the place of this one.
                    "chartId": 1 + shown.index(name),
                    "uuid": _key("chart", name),
                    "sliceName": name,
                    "width": _WIDTH,
                    "height": _HEIGHT,
                },
            }
    return {
        "dashboard_title": f"Customers: {department}",
        "slug": f"customers-{department}",
        "uuid": _key("dashboard", department),
        "position": position,
        "metadata": {},
        "published": True,
        "version": "1.0.0",
    }


def _key(kind: str, name: str) -> str:
    namespace: UUID = uuid5(NAMESPACE_URL, "customer_segmentation/bi/superset")
    return str(uuid5(namespace, f"{kind} {name}"))


def _file_name(title: str) -> str:
    return title.lower().replace(" ", "_")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))

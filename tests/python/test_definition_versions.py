"""Definition versions: the changes that create a new version of a segmentation."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dbt.cli.main import dbtRunner
from dbt.clients.jinja import MacroGenerator
from dbt.context.providers import RuntimeVar
from project import LEAN, REPOSITORY, Project

from customer_segmentation.code_versions import code_versions

pytestmark = pytest.mark.end_to_end

PACKAGE = REPOSITORY / "src" / "customer_segmentation"

# Prints the input of each version hash.
TELL = """
{% macro tell_definitions() %}
    {% for name, made_by in definitions("customer_segmentation").items() %}
        {% do log("DEFINITION " ~ tojson(dict(made_by, model=name)), info=true) %}
    {% endfor %}
{% endmacro %}
"""

# Vars for places of data, days and outputs.
CIRCUMSTANCES = {
    "as_of_date": "2025-01-31",
    "landing": "files",
    "landing_path": "elsewhere",
    "use_examples": True,
    "landing_schema": "elsewhere",
    "publish_path": "elsewhere/published.duckdb",
    "service_publish_path": "elsewhere/cards.duckdb",
    "data_docs_path": "",
    "ip_ranges_path": "elsewhere.csv",
    "freshness_warn_days": 3,
    "accept_drift": True,
    "accept_recluster": True,
    "start_history_anew": True,
    "holdout_salt": "second",
}

# Other values for vars that cannot be extended.
OTHER_WORDS = {
    "rfm_score_method": "fixed",
    "rfm_frequency_ties": "row_order",
    "value_purchase_model": "bg_nbd",
    "reporting_currency": "USD",
    "rfm_fixed_currency": "USD",
}

Definitions = Mapping[str, dict[str, Any]]


def definitions(
    project: Project,
    variables: Mapping[str, Any] | None = None,
    *arguments: str,
    operation: str = "tell_definitions",
) -> Definitions:
    output = project.done(*LEAN, "run-operation", operation, *arguments, variables=variables)
    told = [json.loads(line) for line in re.findall(r"DEFINITION (.*)", output)]
    return {definition["model"]: definition for definition in told}


def versions(definitions: Definitions) -> dict[str, str]:
    return {model: definition["sql_version"] for model, definition in definitions.items()}


def changed(definitions: Definitions, base: Definitions) -> set[str]:
    assert definitions.keys() == base.keys()
    return {
        model for model in base if definitions[model]["sql_version"] != base[model]["sql_version"]
    }


def values(definition: Mapping[str, Any], kind: str) -> dict[str, str]:
    """The parts of a kind: text after the name, by name."""
    parts = (part.split(" ", 2) for part in definition["parts"])
    return {name: value for found, name, value in parts if found == kind}


def turned(name: str, value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return OTHER_WORDS.get(name, f"{value}_2")
        case list():
            return [*value, "window_orders"]
        case dict():
            return {**value, "another": ["another"]}
    return value


@pytest.fixture(scope="module")
def project(parsed: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = parsed.copy(tmp_path_factory.mktemp("definitions") / "project")
    (project.root / "macros" / "tell_definitions.sql").write_text(TELL, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def base(project: Project) -> Definitions:
    return definitions(project)


def test_every_segment_model_has_a_version(base: Definitions) -> None:
    assert len(set(versions(base).values())) == len(base) >= 16


def test_every_var_of_a_segmentation_makes_a_version(project: Project, base: Definitions) -> None:
    file = (project.root / "dbt_project.yml").read_text(encoding="utf-8")
    variables = yaml.safe_load(file)["vars"]
    after = definitions(
        project,
        {
            name: turned(name, value)
            for name, value in variables.items()
            if name not in CIRCUMSTANCES and not name.startswith("landing")
        },
    )
    assert changed(after, base) == base.keys()
    reaching: set[str] = set()
    for model in base:
        for kind in ("var", "configuration"):
            before, now = values(base[model], kind), values(after[model], kind)
            # The version is a hash of the parts, so each changed part changes it.
            assert before.keys() <= now.keys()
            assert not {name for name in before if before[name] == now[name]}
        reaching |= values(base[model], "var").keys()
    assert reaching <= variables.keys() - CIRCUMSTANCES.keys()
    # Vars in macros, and vars that reach Python by the configuration of a model.
    assert {"abandoner_share", "fuzzy_width"} <= reaching
    assert values(base["seg_web"], "var")["abandoner_share"] == "0.5"
    assert values(base["seg_cluster"], "configuration")["int_cluster_model.max_customers"]
    assert "rule_strengths.exit_percent" in values(base["seg_business"], "configuration")


def test_versions_cover_all_vars_and_macros_of_a_model(
    project: Project, base: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt reports the vars and macros of each model."""
    read_vars: set[tuple[str, str]] = set()
    called: set[tuple[str, str]] = set()
    read_var, call = RuntimeVar.__call__, MacroGenerator.__call__

    def spied_var(self: Any, var_name: str, *default: Any) -> Any:
        read_vars.add((getattr(self._node, "unique_id", ""), var_name))
        return read_var(self, var_name, *default)

    def spied_call(self: Any, *args: Any, **kwargs: Any) -> Any:
        called.add((getattr(self.node, "unique_id", ""), self.macro.unique_id))
        return call(self, *args, **kwargs)

    monkeypatch.setattr(RuntimeVar, "__call__", spied_var)
    monkeypatch.setattr(MacroGenerator, "__call__", spied_call)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.root)
    select = ["--select", "+path:models/segmentation"]
    result = dbtRunner().invoke([*LEAN, "compile", *select, "--target", "ci", "--vars", "{}"])
    assert result.success
    monkeypatch.undo()

    no_part = re.compile("as_of_date|landing|ip_ranges_path")
    seen = set()
    for definition in base.values():
        models = set(definition["models"])
        names = {name for model, name in read_vars if model in models and not no_part.match(name)}
        assert names <= values(definition, "var").keys()
        macros = {
            macro.removeprefix("macro.customer_segmentation.")
            for model, macro in called
            if model in models and macro.startswith("macro.customer_segmentation.")
        }
        assert macros <= values(definition, "macro").keys()
        seen |= names | macros
    assert {"abandoner_share", "rfm_window_days", "is_habit", "with_rfm_scores"} <= seen


def test_python_models_are_configured_in_meta(project: Project, base: Definitions) -> None:
    """Only settings in meta are part of a definition."""
    nodes = project.manifest["nodes"]
    for definition in base.values():
        for key in definition["models"]:
            node = nodes[key]
            if node["language"] == "python":
                assert not node["config"].get("config_keys_used")


def test_comments_change_no_version(project: Project, base: Definitions, tmp_path: Path) -> None:
    copy = project.copy(tmp_path / "project")
    for file, text in {
        "macros/segmentation/is_habit.sql": "{#- Another comment. -#}\n",
        "models/segmentation/seg_demographic.sql": "-- It's another comment.\n\n\n",
        "models/intermediate/clusters/int_cluster_model.py": "# Another comment.\n\n",
    }.items():
        path = copy.root / file
        path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert changed(definitions(copy, CIRCUMSTANCES, "--target", "dev"), base) == set()


def replace(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


FINAL = replace("select *\nfrom final", "select * from final where true")
RETURN = replace("return model_result", "rows = rows[:1]\n    return model_result")
INCOMES = "reference_median_incomes.csv"
SHARE = replace('var("abandoner_share")', 'var("fuzzy_width")')
BANDS = replace("age_band,18_24,18", "age_band,18_24,19")
# File, edit, a model that it changes, and models that it does not.
EDITS: list[tuple[str, Callable[[str], str], str, str]] = [
    ("is_habit.sql", SHARE, "seg_web", "seg_demographic seg_rfm"),
    ("domain.sql", replace("-%}\n", "-%}\n    1 + "), "seg_web", "seg_demographic seg_service"),
    ("seg_demographic.sql", FINAL, "seg_demographic", "seg_lifecycle seg_business"),
    ("int_customer_service.sql", FINAL, "seg_service", "seg_demographic seg_geographic"),
    ("int_cluster_model.py", RETURN, "seg_cluster", "seg_demographic seg_rfm"),
    ("segment_bands.csv", BANDS, "seg_demographic", "seg_rfm seg_psychographic"),
    (INCOMES, replace("0", "1"), "seg_demographic", "seg_service seg_lifecycle"),
]


@pytest.mark.parametrize(
    ("file", "change", "one", "others"), EDITS, ids=[edit[0] for edit in EDITS]
)
def test_an_edit_changes_the_versions_of_its_segmentations(
    project: Project,
    base: Definitions,
    tmp_path: Path,
    file: str,
    change: Callable[[str], str],
    one: str,
    others: str,
) -> None:
    copy = project.copy(tmp_path / "project")
    (path,) = (path for path in copy.root.rglob(file) if "target" not in path.parts)
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    after = changed(definitions(copy), base)
    assert one in after
    assert not after & set(others.split())


def test_python_code_includes_its_imports(base: Definitions, tmp_path: Path) -> None:
    assert "customer_segmentation.value.tables" in base["seg_value"]["modules"]
    assert "customer_segmentation.clusters.current" in base["seg_cluster"]["modules"]
    assert base["seg_demographic"]["modules"] == []

    folder = tmp_path / "customer_segmentation"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def python_versions() -> dict[str, str]:
        code_versions.cache_clear()
        return code_versions(folder)

    def changes(file: str, change: Callable[[str], str]) -> set[str]:
        before, path = python_versions(), folder / file
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        now = python_versions()
        return {name.partition(".")[2] for name in now if now[name] != before[name]}

    assert python_versions() == code_versions()
    # Modules that only read and write tables are not part of a definition.
    assert "customer_segmentation.publishing" not in python_versions()
    assert changes("relations.py", lambda text: text + "\nELSEWHERE = 1\n") == set()

    document = '"""Another docstring."""\n# Another comment.\n\n\n'
    without = re.compile(r'\A""".*?"""', re.DOTALL)
    assert changes("value/fitting.py", lambda text: document + without.sub("", text)) == set()
    found = changes("value/fitting.py", lambda text: text + "\nANOTHER = 1\n")
    assert {"value.fitting", "value.models", "value.tables"} <= found
    assert not found & {"clusters.current", "rules.evaluation", "prospects.tables"}


def test_a_package_has_equal_versions(project: Project, base: Definitions, tmp_path: Path) -> None:
    """The project is a package of another one, which renders the folder of its packages."""
    package = project.copy(tmp_path / "package")
    shutil.rmtree(package.root / "target")
    root = tmp_path / "shop"
    shutil.copytree(package.root / "profiles", root / "profiles")
    settings = {
        "name": "shop",
        "profile": "customer_segmentation",
        "packages-install-path": "{{ env_var('SHOP_PACKAGES', 'installed') }}",
    }
    (root / "dbt_project.yml").write_text(json.dumps(settings), encoding="utf-8")
    (root / "packages.yml").write_text('packages: [{local: "../package"}]', encoding="utf-8")
    shop = Project(root)
    shop.done(*LEAN, "deps")
    assert (root / "installed" / "customer_segmentation").exists()
    operation = "customer_segmentation.tell_definitions"
    assert versions(definitions(shop, operation=operation)) == versions(base)
    after = definitions(shop, {"abandoner_share": 0.9}, operation=operation)
    assert changed(after, base) == {"seg_web"}


def test_moves_of_vars_are_logged(built: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project = built.copy(tmp_path_factory.mktemp("moved") / "project")
    project.let_parts_be_published()
    # The last run was one day before.
    project.change_state(
        "update segment_history set valid_from = valid_from - 1",
        "update segmentation_days set logged_on = logged_on - 1",
    )
    models = ("seg_web", "customer_segments", "segment_memberships")
    history = ("models/history", "models/marts/history", "publication")
    project.done(*(*LEAN, "run", "--select", *models, *history), variables={"abandoner_share": 0.9})
    moves = project.rows(
        "select segmentation, cause, count(*) from fct_segment_changes "
        "where logged_on = (select max(logged_on) from segmentation_days) group by all order by all"
    )
    assert {(segmentation, cause) for segmentation, cause, _ in moves} == {
        ("browse_behaviour", "definition"),
        ("cart_behaviour", "definition"),
        ("checkout_behaviour", "definition"),
    }
    assert sum(count for *_, count in moves) >= 66
    unmoved = project.rows(
        "select segmentation from segmentation_days group by segmentation "
        "having count(distinct definition_version) > 1 order by segmentation"
    )
    assert unmoved == project.rows(
        "select segmentation from segmentations where model = 'seg_web' order by segmentation"
    )

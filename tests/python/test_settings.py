"""The rules of vars, and the messages for broken rules."""

from types import SimpleNamespace
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY

from customer_segmentation.macro_functions import settings_problems
from customer_segmentation.settings import ORDERED, Settings, problems

DEFAULTS: dict[str, Any] = yaml.safe_load(
    (REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8")
)["vars"]


def test_dbt_project_and_settings_have_the_same_vars() -> None:
    assert list(DEFAULTS) == list(Settings.model_fields)


def test_default_values_have_no_problem() -> None:
    assert problems(DEFAULTS, DEFAULTS, []) == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"landing": "best"}, "landing is 'best'; expected one of sample, files, tables, refs, on"),
        ({"landing": "files"}, "landing is 'files' and landing_path is ''; expected the file or"),
        ({"landing": "online_retail"}, "landing is 'online_retail' and landing_path is ''; exp"),
        ({"landing": "tables"}, "landing is 'tables' and landing_schema is ''; expected the sch"),
        (
            {"landing": "refs"},
            "landing is 'refs' and landing_refs is {}; expected a model for each",
        ),
        ({"landing_refs": {"orders": 1}}, "landing_refs has 1; expected names of models by the"),
        ({"landing_adapters": {"shop": "orders"}}, "landing_adapters has 'orders'; expected lists"),
        ({"as_of_date": "2024-02-30"}, "as_of_date is '2024-02-30'; expected a day of the calend"),
        ({"as_of_date": "20240131"}, "as_of_date is '20240131'; expected a day of the calendar"),
        ({"as_of_date": "1899-12-31"}, "as_of_date is '1899-12-31'; expected a day of the"),
        ({"business_time_zone": "Europe/Viena"}, "business_time_zone is 'Europe/Viena'; expected"),
        (
            {"business_time_zone": "BST"},
            "business_time_zone is 'BST'; expected UTC or an IANA name",
        ),
        ({"reporting_currency": "eur"}, "reporting_currency is 'eur'; expected three capital let"),
        ({"rfm_fixed_currency": "€"}, "rfm_fixed_currency is '€'; expected three capital letters"),
        ({"order_purchase_statuses": []}, "order_purchase_statuses is []; expected a list of sta"),
        ({"conversion_events": ["it's"]}, 'conversion_events has "it\'s"; expected a list of'),
        ({"rfm_score_method": "best"}, "rfm_score_method is 'best'; expected one of quantile, fi"),
        ({"rfm_window_days": 0}, "rfm_window_days is 0; expected a whole number of at least 1"),
        ({"rfm_window_days": "30"}, "rfm_window_days is '30'; expected a whole number of at least"),
        ({"rfm_window_days": True}, "rfm_window_days is True; expected a whole number of at least"),
        ({"fuzzy_width": float("nan")}, "fuzzy_width is nan; expected a number from 0 to 1"),
        ({"preference_min_share": 50}, "preference_min_share is 50; expected a number from 0 to 1"),
        ({"value_purchase_model": "x" * 90}, f"value_purchase_model is '{'x' * 76}...; expected "),
        ({"accept_drift": "yes"}, "accept_drift is 'yes'; expected true or false"),
        ({"publish_path": None}, "publish_path is None; expected a text"),
        ({"cluster_features": "tenure_days"}, "cluster_features is 'tenure_days'; expected a lis"),
        ({"cluster_features": ["tenure_days"]}, "cluster_features is ['tenure_days']; expected a"),
        ({"cluster_features": ["a", "1; drop"]}, "cluster_features has '1; drop'; expected a lis"),
        ({"prospect_numbers": ["age'"]}, 'prospect_numbers has "age\'"; expected a list of colu'),
        ({"drift_features": []}, "drift_features is []; expected a list of at least one of the"),
        ({"snowplow_ecommerce_app_ids": "shop"}, "snowplow_ecommerce_app_ids is 'shop'; expected"),
        ({"holdout_salt": "it's"}, 'holdout_salt is "it\'s"; expected letters, digits, dots, hy'),
        (
            {"value_high_percent": 60, "value_medium_percent": 50},
            "value_high_percent is 60 and value_medium_percent is 50; expected at most 100",
        ),
        (
            {"cart_recovery_days": 1, "cart_abandoned_hours": 25},
            "cart_recovery_days is 1 and cart_abandoned_hours is 25; expected a recovery time of",
        ),
        (
            {"rfm_frequency_ties": "row_order"},
            "rfm_frequency_ties is 'row_order' and rfm_score_method is 'quantile'; expected tie",
        ),
    ],
)
def test_a_broken_rule_makes_one_sentence(values: dict[str, Any], sentence: str) -> None:
    (found,) = problems(DEFAULTS | values, [], [])
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    "values",
    [
        {"as_of_date": yaml.safe_load("2024-02-29")},
        {"holdout_salt": 2024},
        {"value_margin": 1},
        {"cart_recovery_days": 1, "cart_abandoned_hours": 24},
        {"value_high_percent": 50, "value_medium_percent": 50},
        {"rfm_frequency_ties": "row_order", "rfm_score_method": "fixed"},
        {"landing": "files", "landing_path": "data"},
        {"landing": "tables", "landing_schema": "shop"},
    ],
)
def test_values_within_the_rules_have_no_problem(values: dict[str, Any]) -> None:
    assert problems(DEFAULTS | values, [], []) == []


@pytest.mark.parametrize(("smaller", "larger"), ORDERED)
def test_ordered_vars_may_be_equal_and_not_reversed(smaller: str, larger: str) -> None:
    value = DEFAULTS[larger]
    assert problems(DEFAULTS | {smaller: value}, [], [])[:1] == []
    more = DEFAULTS | {smaller: DEFAULTS[larger] + 1}
    (found,) = [text for text in problems(more, [], []) if text.startswith(f"{smaller} is")]
    assert found == (
        f"{smaller} is {more[smaller]} and {larger} is {value}; "
        f"expected {smaller} of at most {larger}"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("publish_path", "service_publish_path"), "two files"),
        (("publish_schema", "service_publish_schema"), "two schemas"),
    ],
)
def test_the_cards_are_not_published_over_the_tables(names: tuple[str, str], expected: str) -> None:
    (found,) = problems(DEFAULTS | dict.fromkeys(names, "here"), [], [])
    assert found == f"{names[0]} is 'here' and {names[1]} is 'here'; expected {expected}"


def test_all_problems_are_reported_together() -> None:
    values = DEFAULTS | {"rfm_window_days": 0, "accept_drift": 1, "landing": "files"}
    del values["fuzzy_width"]
    assert [text.split()[0] for text in problems(values, ["rfm_windw_days"], [])] == [
        "there",
        "rfm_window_days",
        "accept_drift",
        "fuzzy_width",
        "landing",
    ]


def test_a_moved_var_names_its_seed() -> None:
    (found,) = problems(DEFAULTS, ["service_load_heavy_from"], [])
    assert found == (
        "there is no var service_load_heavy_from any more; edit seeds/business/segment_bands.csv "
        "instead"
    )


class RuntimeVar:
    """The function ``var`` of dbt macros."""

    def __init__(self, root: str, root_vars: dict[str, Any], cli_vars: dict[str, Any]) -> None:
        self._config = SimpleNamespace(
            project_name=root, vars=SimpleNamespace(to_dict=lambda: root_vars)
        )
        self._cli_vars = cli_vars

    def has_var(self, name: str) -> bool:
        return name in DEFAULTS

    def __call__(self, name: str) -> Any:
        return DEFAULTS[name]


@pytest.mark.parametrize(
    ("root", "root_vars", "cli_vars", "misspelt"),
    [
        ("customer_segmentation", {}, {"rfm_window_day": 9}, True),
        ("customer_segmentation", {"rfm_window_day": 9}, {}, True),
        ("customer_segmentation", {}, {"colour": "red"}, False),
        ("shop", {}, {"rfm_window_day": 9}, True),
        ("shop", {"customer_segmentation": {"rfm_window_day": 9}}, {}, True),
        ("shop", {"rfm_window_day": 9}, {}, False),
        # A var of the shop, set on the command line.
        ("shop", {"rfm_window_day": 9}, {"rfm_window_day": 7}, False),
        ("shop", {"customer_segmentation": {"colour": "red"}}, {"colour": "red"}, False),
    ],
)
def test_only_vars_set_for_this_project_count_as_misspelt(
    root: str, root_vars: dict[str, Any], cli_vars: dict[str, Any], misspelt: bool
) -> None:
    found = settings_problems(RuntimeVar(root, root_vars, cli_vars))
    sentence = "there is no var rfm_window_day; write rfm_window_days, or remove it"
    assert found == ([sentence] if misspelt else [])


def test_vars_of_the_project_that_uses_this_one_do_not_leak() -> None:
    shop = {"as_of_date": "2024-05-05", "colour": "red"}
    scoped = {"customer_segmentation": {"as_of_date": "2024-06-30"}}
    assert settings_problems(RuntimeVar("shop", shop | scoped, {})) == []
    assert settings_problems(RuntimeVar("shop", shop, {"as_of_date": "2024-06-30"})) == []
    assert settings_problems(RuntimeVar("shop", shop, {})) == [
        "the project that uses customer_segmentation has a var as_of_date, which dbt passes on; "
        "write as_of_date under customer_segmentation, too, with its value here"
    ]

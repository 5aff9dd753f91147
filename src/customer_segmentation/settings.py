"""The vars of the project: the type and range of each, and the rules between them.

dbt_project.yml has the default and the meaning of each var.
"""

import difflib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import duckdb
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


def _day_or_nothing(text: str) -> str:
    if text and (len(text) != 10 or date.fromisoformat(text).year < 1900):
        raise ValueError(text)
    return text


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(name) from None
    return name


def _time_zone(name: str) -> str:
    # Names without an area are read differently by the engines, such as BST.
    query = "select 1 from pg_timezone_names() where name = ?"
    if name != "UTC" and not ("/" in name and duckdb.connect().execute(query, [name]).fetchone()):
        raise ValueError(name)
    return name


# YAML reads texts such as 2024 and 2024-01-31 as numbers and dates.
Text = Annotated[str, BeforeValidator(str)]
Word = Annotated[str, Field(pattern="^[^']+$")]
Column = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Currency = Annotated[
    str, Field(pattern="^[A-Z]{3}$", description="three capital letters (ISO 4217)")
]
COLUMNS = "columns of customer_features"


class Settings(BaseModel):
    """The vars, in the order of dbt_project.yml."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    landing: str
    landing_path: str
    landing_encoding: Annotated[str, AfterValidator(_encoding)] = Field(
        description="an encoding of text that Python knows, such as utf-8 or windows-1252"
    )
    landing_formats: dict[str, dict[str, str]] = Field(
        description="formats by landing table and column"
    )
    landing_schema: str
    landing_database: str
    landing_refs: dict[str, Word] = Field(
        description="names of models by the names of landing tables"
    )
    landing_adapters: dict[str, list[Word]] = Field(
        description="lists of landing tables by the names of adapters"
    )
    business_path: str
    use_examples: bool
    online_retail_keep_duplicates: bool
    snowplow_ecommerce_app_ids: list[Word] = Field(description="a list of app_ids, empty for all")
    as_of_date: Annotated[Text, AfterValidator(_day_or_nothing)] = Field(
        description="a day of the calendar as YYYY-MM-DD, or nothing"
    )
    business_time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        description="UTC or an IANA name such as Europe/Vienna"
    )
    reporting_currency: Currency
    order_value_includes_tax: bool
    order_value_includes_shipping: bool
    order_value_after_refunds: bool
    order_min_net_amount: float = Field(ge=0)
    order_purchase_statuses: list[Word] = Field(min_length=1, description="a list of statuses")
    identity_max_contacts_per_key: int = Field(ge=1)
    identity_max_group_size: int = Field(ge=2)
    visitors_are_customers: bool
    visitor_max_events_a_day: int = Field(ge=1)
    rfm_window_days: int = Field(ge=1)
    rfm_score_method: Literal["quantile", "fixed", "frozen"]
    rfm_cut_version: Text
    rfm_fixed_currency: Currency
    rfm_frequency_ties: Literal["equal", "row_order"]
    rfm_min_buyers: int = Field(ge=5)
    rfm_min_history_days: int = Field(ge=0)
    rfm_max_days_since_last_order: int = Field(ge=0)
    rfm_min_orders_of_best_customer: int = Field(ge=1)
    rfm_sure_buyers: int = Field(ge=5)
    rfm_max_score_percent: float = Field(gt=0, le=100)
    new_customer_days: int = Field(ge=0)
    value_purchase_model: Literal["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "past_rate"]
    value_max_fit_customers: int = Field(ge=1)
    value_annual_discount_rate: float = Field(ge=0)
    value_margin: float = Field(ge=0, le=1)
    value_high_percent: float = Field(ge=0, le=100)
    value_medium_percent: float = Field(ge=0, le=100)
    value_calibration_percent: float = Field(ge=1, le=99)
    value_back_test_warn_percent: float = Field(ge=0)
    value_back_test_fail_percent: float = Field(ge=0)
    value_forecasts_required: bool
    value_alive_min_auc: float = Field(ge=0.5, le=1)
    cluster_features: list[Column] = Field(
        min_length=2, description=f"a list of at least two {COLUMNS}"
    )
    cluster_max_fit_customers: int = Field(ge=100, le=10000)
    refit: bool
    accept_recluster: bool
    prospect_numbers: list[Column] = Field(description=f"a list of {COLUMNS}")
    prospect_categories: list[Column] = Field(description=f"a list of {COLUMNS}")
    prospect_max_fit_buyers: int = Field(ge=100, le=100000)
    prospect_min_skill_percent: float = Field(ge=0, le=100)
    start_history_anew: bool
    history_max_forgotten_percent: float = Field(ge=0, le=100)
    drift_features: list[Column] = Field(
        min_length=1, description=f"a list of at least one of the {COLUMNS}"
    )
    drift_max_days: int = Field(ge=1)
    accept_drift: bool
    unknown_age_is_too_young: bool
    allow_special_category: bool
    holdout_salt: Text = Field(
        pattern="^[A-Za-z0-9_.-]+$", description="letters, digits, dots, hyphens and underscores"
    )
    audience_result_days: int = Field(ge=1)
    audience_min_lift_points: float = Field(gt=0, le=50)
    goal_days: int = Field(ge=1)
    rule_exit_percent: float = Field(ge=0, le=100)
    rule_exit_runs: int = Field(ge=1)
    category_prior_weight: int = Field(ge=0)
    category_min_orders: int = Field(ge=1)
    category_min_lift: float = Field(ge=0)
    spending_min_customers: int = Field(ge=2)
    session_gap_minutes: float = Field(ge=1)
    session_max_days: float = Field(ge=1)
    session_max_events: int = Field(ge=1)
    engaged_session_seconds: float = Field(ge=0)
    engaged_session_views: int = Field(ge=1)
    conversion_events: list[Word] = Field(min_length=1, description="a list of types of events")
    click_ids: dict[Literal["paid_search", "paid_social", "display"], list[Column]] = Field(
        description="lists of parameters by channel"
    )
    own_domains: list[Word] = Field(description="a list of domains")
    cart_abandoned_hours: float = Field(ge=0)
    cart_abandoned_service_hours: float = Field(ge=0)
    cart_recovery_days: float = Field(ge=0)
    web_window_days: int = Field(ge=1)
    abandoner_share: float = Field(ge=0, le=1)
    fuzzy_width: float = Field(ge=0, le=1)
    archetype_window_days: int = Field(ge=1)
    indecisive_days: int = Field(ge=1)
    ip_ranges_path: str
    quiet_hours_start: int = Field(ge=0, le=23)
    quiet_hours_end: int = Field(ge=0, le=23)
    lifecycle_lapsing_days: int = Field(ge=1)
    lifecycle_lapsed_days: int = Field(ge=1)
    won_back_days: int = Field(ge=0)
    company_group_max_levels: int = Field(ge=1)
    preference_window_days: int = Field(ge=1)
    preference_min_contacts: int = Field(ge=1)
    preference_min_share: float = Field(ge=0, le=1)
    service_window_days: int = Field(ge=1)
    survey_valid_days: int = Field(ge=1)
    next_product_count: int = Field(ge=1, le=9)
    next_product_test_days: int = Field(ge=1)
    next_product_prior_customers: int = Field(ge=0)
    next_product_order_products: int = Field(ge=2)
    service_visit_minutes: int = Field(ge=1)
    survey_min_answers: int = Field(ge=10)
    survey_max_p: float = Field(ge=0, le=1)
    survey_min_cramers_v: float = Field(ge=0, le=1)
    survey_min_epsilon_squared: float = Field(ge=0, le=1)
    survey_min_agreement_percent: float = Field(ge=0, le=100)
    min_cell_customers: int = Field(ge=1)
    freshness_warn_days: int = Field(ge=0)
    publish_path: str
    published_runs_kept: int = Field(ge=1)
    publish_schema: str
    service_publish_path: str
    service_publish_schema: str
    data_docs_path: str


# Vars of earlier versions, by the seed that now has their values. Others are constants.
_MOVED = {
    "segment_bands": "income_low_below income_lower_middle_below income_middle_up_to "
    "product_range_many_from spending_low_below spending_high_from price_sensitivity_low_below "
    "price_sensitivity_high_from web_engaged_sessions web_highly_engaged_sessions demo_recent_days "
    "profile_complete_percent profile_partial_percent service_load_medium_from "
    "service_load_heavy_from satisfaction_satisfied_from satisfaction_neutral_from",
    "archetype_thresholds": "indecisive_views indecisive_max_products indecisive_product_views "
    "impulsive_products_added impulsive_view_to_add_seconds impulsive_order_minutes "
    "researcher_views researcher_sessions bargain_hunter_discounted_share returner_return_rate "
    "returner_orders replenisher_gap_variation replenisher_orders gifter_gift_share",
}

# The first var of each pair is at most the second.
ORDERED = [
    ("rfm_min_buyers", "rfm_sure_buyers"),
    ("new_customer_days", "lifecycle_lapsing_days"),
    ("won_back_days", "lifecycle_lapsing_days"),
    ("lifecycle_lapsing_days", "lifecycle_lapsed_days"),
    ("value_back_test_warn_percent", "value_back_test_fail_percent"),
    ("cart_abandoned_service_hours", "cart_abandoned_hours"),
]

# Names of vars, the rule for their values, and the expected value.
_RULES: list[tuple[tuple[str, ...], Callable[..., bool], str]] = [
    *((pair, operator.le, f"{pair[0]} of at most {pair[1]}") for pair in ORDERED),
    (
        ("value_high_percent", "value_medium_percent"),
        lambda high, medium: high + medium <= 100,
        "at most 100 together",
    ),
    (
        ("cart_recovery_days", "cart_abandoned_hours"),
        lambda days, hours: days * 24 >= hours,
        "a recovery time of at least the abandonment time",
    ),
    (
        ("rfm_frequency_ties", "rfm_score_method"),
        lambda ties, method: ties == "equal" or method == "fixed",
        "ties 'equal' or method 'fixed'",
    ),
    (
        ("publish_path", "service_publish_path"),
        lambda path, cards: not path or path != cards,
        "two files",
    ),
    (("publish_schema", "service_publish_schema"), operator.ne, "two schemas"),
    (
        ("landing", "landing_path"),
        lambda mode, path: mode in ("sample", "tables", "refs") or path,
        "the file or folder in landing_path",
    ),
    (
        ("landing", "landing_schema"),
        lambda mode, schema: mode != "tables" or schema,
        "the schema in landing_schema",
    ),
    (
        ("landing", "landing_refs"),
        lambda mode, models: mode != "refs" or models,
        "a model for each of your landing tables in landing_refs",
    ),
]


def problems(values: Mapping[str, Any], given: Iterable[str], others: Iterable[str]) -> list[str]:
    """The problems of the vars, one sentence each.

    ``given`` are the vars that the user sets for this project; ``others`` are the vars of the
    project that uses this one as a package. dbt passes those to packages, too.
    """
    found = [*_misspelt(set(given) - set(others)), *_of_another_project(set(others) - set(given))]
    try:
        Settings.model_validate(values)
        invalid = set()
    except ValidationError as error:
        invalid = {str(problem["loc"][0]) for problem in error.errors()}
        found += _out_of_range(error, values)
    valid = {name: value for name, value in values.items() if name not in invalid}
    modes = ["sample", "files", "tables", "refs", *valid.get("landing_adapters", ())]
    if valid.get("landing", "sample") not in modes:
        found.append(
            f"landing is {_shown(valid.pop('landing'))}; expected one of {', '.join(modes)}"
        )
    return [*found, *_contradictions(valid)]


def _misspelt(names: set[str]) -> Iterator[str]:
    seeds = {name: seed for seed, moved in _MOVED.items() for name in moved.split()}
    for name in sorted(names - Settings.model_fields.keys()):
        if name in seeds:
            yield f"there is no var {name} any more; edit seeds/business/{seeds[name]}.csv instead"
        elif known := difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0.8):
            yield f"there is no var {name}; write {known[0]}, or remove it"


def _of_another_project(names: set[str]) -> Iterator[str]:
    for name in sorted(names & Settings.model_fields.keys()):
        yield (
            f"the project that uses customer_segmentation has a var {name}, which dbt passes on; "
            f"write {name} under customer_segmentation, too, with its value here"
        )


def _out_of_range(error: ValidationError, values: Mapping[str, Any]) -> Iterator[str]:
    schema = Settings.model_json_schema()["properties"]
    for problem in error.errors():
        name, *place = (str(part) for part in problem["loc"])
        if problem["type"] == "missing":
            yield f"{name} is missing; add it to vars in dbt_project.yml"
        elif place:
            yield f"{name} has {_shown(problem['input'])}; expected {_expected(schema[name])}"
        else:
            yield f"{name} is {_shown(values[name])}; expected {_expected(schema[name])}"


def _expected(schema: Mapping[str, Any]) -> str:
    if "description" in schema:
        return str(schema["description"])
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    kinds = {"boolean": "true or false", "integer": "a whole number", "number": "a number"}
    kind = kinds.get(schema["type"], "a text")
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None:
        return kind
    return f"{kind} of at least {least:g}" if most is None else f"{kind} from {least:g} to {most:g}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _contradictions(valid: Mapping[str, Any]) -> Iterator[str]:
    for names, is_kept, expected in _RULES:
        if valid.keys() >= {*names} and not is_kept(*(valid[name] for name in names)):
            values = " and ".join(f"{name} is {_shown(valid[name])}" for name in names)
            yield f"{values}; expected {expected}"

from customer_segmentation.exporting import AUDIENCES, Exports
from customer_segmentation.gates.dbt_gates import require_gates
from customer_segmentation.publishing import publish
from customer_segmentation.relations import part, read_table
from customer_segmentation.rules.conditions import PRIVATE_FEATURES
from customer_segmentation.visual_report.writing import Report


def model(dbt, session):
    # It runs after everything that can fail, and after its tests.
    dbt.config(materialized="table")
    gates = {
        "gate_crm": dbt.ref("gate_crm"),
        "gate_shop": dbt.ref("gate_shop"),
        "gate_web": dbt.ref("gate_web"),
        "gate_service": dbt.ref("gate_service"),
        "gate_publish": dbt.ref("gate_publish"),
    }
    # Some commands run no tests, so the gates are read here.
    require_gates(gates, dbt.config.meta_get("data_docs_path"), as_of=dbt.ref("as_of"))
    # service_publication publishes the cards.
    dbt.ref("service_cards")
    dbt.ref("card_keys")
    # MetricFlow reads this view in the build database.
    dbt.ref("metric_days")
    cut_points = dbt.ref("int_rfm_cut_points")
    segmentations = dbt.ref("segmentation_availability")
    last_history = dbt.source("state", "segment_history")
    history = dbt.ref("fct_segment_history")
    last_audience_days = dbt.source("state", "audience_days")
    audience_days = dbt.ref("fct_audience_days")
    features = dbt.ref("customer_features")
    relations = {
        "dim_customers": dbt.ref("dim_customers"),
        # Keys to the CRM are in dim_customers; a postcode is too close to an address.
        "customer_features": part(
            features,
            "true",
            [column for column in features.columns if column not in PRIVATE_FEATURES],
        ),
        "fct_customer_segments": dbt.ref("fct_customer_segments"),
        "agg_segment_profiles": dbt.ref("agg_segment_profiles"),
        "agg_region_demand": dbt.ref("agg_region_demand"),
        "agg_region_category_demand": dbt.ref("agg_region_category_demand"),
        "agg_cohort_retention": dbt.ref("agg_cohort_retention"),
        "agg_category_prices": dbt.ref("agg_category_prices"),
        # The test alone needs associations of another period.
        "agg_product_associations": part(dbt.ref("agg_product_associations"), "period = 'now'"),
        "next_products": dbt.ref("next_products"),
        "next_product_test": dbt.ref("next_product_test"),
        "dim_offer_eligibility": dbt.ref("dim_offer_eligibility"),
        "counterfactuals": dbt.ref("counterfactuals"),
        "customer_suppressions": dbt.ref("int_customer_suppressions"),
        "product_groups": dbt.ref("int_product_groups"),
        "audience_members": dbt.ref("audience_members"),
        "agg_audience_exclusions": dbt.ref("agg_audience_exclusions"),
        "fct_audience_days": audience_days,
        "audience_results": dbt.ref("audience_results"),
        "audiences": dbt.ref("audiences"),
        "audience_segments": dbt.ref("audience_segments"),
        "audience_offers": dbt.ref("audience_offers"),
        "segmentations": part(
            segmentations,
            "true",
            # It counts customers of small segments.
            [name for name in segmentations.columns if name != "customers_known"],
        ),
        "segments": dbt.ref("segments"),
        "departments": dbt.ref("departments"),
        "goals": dbt.ref("goals"),
        "goal_results": dbt.ref("goal_results"),
        "goal_segmentations": dbt.ref("goal_segmentations"),
        "strategies": dbt.ref("strategies"),
        "segment_strategies": dbt.ref("segment_strategies"),
        "survey_frames": dbt.ref("survey_frames"),
        "survey_samples": dbt.ref("survey_samples"),
        "survey_confirmations": dbt.ref("survey_confirmations"),
        "survey_verdicts": dbt.ref("survey_verdicts"),
        "segment_rules": dbt.ref("segment_rules"),
        "rule_memberships": dbt.ref("rule_memberships"),
        "agg_rule_overlaps": dbt.ref("agg_rule_overlaps"),
        "rfm_cut_points": part(
            cut_points,
            "is_in_force",
            ["population", "score_method", "measure", "score", "threshold"],
        ),
        "value_parameters": dbt.ref("int_value_parameters"),
        "value_back_test": dbt.ref("int_value_back_test"),
        "cluster_model": dbt.ref("int_cluster_model"),
        "cluster_features": dbt.ref("int_cluster_explanations"),
        "prospect_model": dbt.ref("prospect_model"),
        "key_features": dbt.ref("key_features"),
        "fct_segment_changes": dbt.ref("fct_segment_changes"),
        "fct_segment_history": history,
        "segmentation_days": dbt.ref("int_segmentation_days"),
        "agg_segment_migration": dbt.ref("agg_segment_migration"),
        "agg_segment_stability": dbt.ref("agg_segment_stability"),
        "agg_drift": dbt.ref("agg_drift"),
        "identity_cuts": dbt.ref("int_identity_cuts"),
        "identity_merges": dbt.ref("int_identity_merges"),
        "quarantined_rows": dbt.ref("quarantined_rows"),
        "gate_results": dbt.ref("gate_results"),
        "run_report": dbt.ref("run_report"),
    }
    # A replay of an earlier day does not change the state of later days.
    last = {
        "cluster_model": dbt.source("state", "cluster_model"),
        "erased_memberships": dbt.source("state", "erased_memberships"),
        "rule_memberships": dbt.ref("kept_rule_memberships"),
        "drift_bins": dbt.source("state", "drift_bins"),
        "rfm_cut_points": dbt.source("state", "rfm_cut_points"),
        "frozen_cut_points": dbt.source("state", "frozen_cut_points"),
        "landing_volumes": dbt.source("state", "landing_volumes"),
    }
    todays = {
        "cluster_model": (dbt.ref("int_cluster_model"), "true"),
        "erased_memberships": (dbt.ref("int_erased_memberships"), "true"),
        "rule_memberships": (dbt.ref("rule_memberships"), "true"),
        "drift_bins": (dbt.ref("int_drift_bins"), "true"),
        "rfm_cut_points": (cut_points, "is_in_force"),
        "frozen_cut_points": (cut_points, "score_method = 'frozen'"),
        "landing_volumes": (dbt.ref("landing_volumes"), "row_count is not null"),
    }
    run_day = dbt.ref("int_run_day")
    if not read_table(run_day)["is_replay"][0].as_py():
        last = {name: part(*rows, last[name].columns) for name, rows in todays.items()}
    state = {
        "segment_history": part(history, "true", last_history.columns),
        "segmentation_days": dbt.ref("int_segmentation_days"),
        "audience_days": part(audience_days, "true", last_audience_days.columns),
        **last,
    }
    exports = Exports(
        folder=AUDIENCES,
        rows=dbt.ref("audience_exports"),
        files=dbt.ref("audiences"),
        column="audience",
    )
    return publish(
        session,
        relations,
        path=dbt.config.get("publish_path"),
        schema=dbt.config.get("publish_schema"),
        exports=exports,
        state=state,
        descriptions=dbt.ref("published_descriptions"),
        as_of=dbt.ref("as_of"),
        kept=int(dbt.config.meta_get("published_runs_kept")),
        database=dbt.this.database,
        report=Report(
            few=int(dbt.config.meta_get("min_cell_customers")),
            window_days=int(dbt.config.meta_get("rfm_window_days")),
        ),
    )

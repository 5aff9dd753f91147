from customer_segmentation.gates.dbt_gates import publish_gate


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return publish_gate(
        dbt,
        session,
        tables={
            "segmentation_coverage": dbt.ref("segmentation_coverage"),
            "agg_segment_profiles": dbt.ref("agg_segment_profiles"),
            "value_back_test": dbt.ref("int_value_back_test"),
            "agg_drift": dbt.ref("agg_drift"),
        },
        back_test_warn_percent=dbt.config.meta_get("back_test_warn_percent"),
        forecasts_required=dbt.config.meta_get("forecasts_required"),
        docs_path=dbt.config.meta_get("data_docs_path"),
    )

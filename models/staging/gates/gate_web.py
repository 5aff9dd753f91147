from customer_segmentation.gates.dbt_gates import landing_gate


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return landing_gate(
        dbt,
        session,
        domain="web",
        tables={
            "events": dbt.ref("stg_web__events"),
            "campaign_touches": dbt.ref("stg_web__campaign_touches"),
        },
        row_counts=dbt.ref("landing_row_counts"),
        unknown_words=dbt.ref("unknown_words"),
        quarantine_reasons=dbt.ref("quarantine_reasons"),
        landed_columns=dbt.ref("landed_columns"),
        references=dbt.ref("landed_references"),
        volumes=dbt.ref("landing_volumes"),
        as_of=dbt.ref("as_of"),
        freshness_warn_days=dbt.config.meta_get("freshness_warn_days"),
        docs_path=dbt.config.meta_get("data_docs_path"),
    )

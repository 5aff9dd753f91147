from customer_segmentation.gates.dbt_gates import landing_gate


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return landing_gate(
        dbt,
        session,
        domain="service",
        tables={
            "service_contacts": dbt.ref("stg_service__service_contacts"),
            "survey_responses": dbt.ref("stg_service__survey_responses"),
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

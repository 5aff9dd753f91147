from customer_segmentation.gates.dbt_gates import landing_gate


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return landing_gate(
        dbt,
        session,
        domain="crm",
        tables={
            "customers": dbt.ref("stg_crm__customers"),
            "accounts": dbt.ref("stg_crm__accounts"),
            "leads": dbt.ref("stg_crm__leads"),
            "consents": dbt.ref("stg_crm__consents"),
            "declared_preferences": dbt.ref("stg_crm__declared_preferences"),
            "sensitive_attributes": dbt.ref("stg_crm__sensitive_attributes"),
            "erasure_requests": dbt.ref("stg_crm__erasure_requests"),
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

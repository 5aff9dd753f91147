from customer_segmentation.gates.dbt_gates import landing_gate


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    return landing_gate(
        dbt,
        session,
        domain="shop",
        tables={
            "orders": dbt.ref("stg_shop__orders"),
            "order_lines": dbt.ref("stg_shop__order_lines"),
            "refunds": dbt.ref("stg_shop__refunds"),
            "products": dbt.ref("stg_shop__products"),
            "exchange_rates": dbt.ref("stg_shop__exchange_rates"),
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
        purchase_statuses=dbt.config.meta_get("purchase_statuses"),
    )

from customer_segmentation.memory import remembered


def model(dbt, session):
    return remembered(
        session,
        ["memory_of_drift"],
        {
            "item_kind": "string",
            "item": "string",
            "bin": "string",
            "least": "decimal(28, 6)",
            "frozen_on": "date",
            "as_of_date": "date",
            "customers": "bigint",
            "compared_with": "date",
            "customers_then": "bigint",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )

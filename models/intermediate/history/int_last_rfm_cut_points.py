from customer_segmentation.memory import remembered


def model(dbt, session):
    return remembered(
        session,
        ["memory_of_rfm_cut_points"],
        {
            "population": "string",
            "measure": "string",
            "score": "int",
            "threshold": "decimal(18, 2)",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )

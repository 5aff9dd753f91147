from customer_segmentation.memory import remembered


def model(dbt, session):
    # Older versions published the cut points in force only.
    return remembered(
        session,
        ["memory_of_frozen_cut_points", "rfm_cut_points"],
        {
            "cut_version": "string",
            "frozen_on": "date",
            "population": "string",
            "measure": "string",
            "score": "int",
            "threshold": "decimal(18, 2)",
            "score_method": "string",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )

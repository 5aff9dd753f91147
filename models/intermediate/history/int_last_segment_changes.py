from customer_segmentation.erasure.history import without_erased
from customer_segmentation.memory import remembered


def model(dbt, session):
    changes = remembered(
        session,
        ["fct_segment_changes"],
        {
            "customer_id": "string",
            "segmentation": "string",
            "segment": "string",
            "logged_on": "date",
            "change": "string",
            "cause": "string",
            "definition_version": "string",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )
    return without_erased(session, changes, dbt.ref("erased_keys"))

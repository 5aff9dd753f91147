from customer_segmentation.erasure.history import without_erased
from customer_segmentation.memory import remembered


def model(dbt, session):
    memberships = remembered(
        session,
        ["memory_of_rules"],
        {
            "customer_id": "string",
            "segment": "string",
            "as_of_date": "date",
            "is_member": "boolean",
            "runs_outside": "int",
            "was_member_before": "boolean",
            "runs_outside_before": "int",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )
    return without_erased(session, memberships, dbt.ref("erased_keys"))

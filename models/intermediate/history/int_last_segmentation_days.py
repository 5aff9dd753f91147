from customer_segmentation.memory import days_of_landing
from customer_segmentation.publishing import published_table
from customer_segmentation.relations import model_result


def model(dbt, session):
    days = days_of_landing(
        published_table(
            session,
            "segmentation_days",
            path=dbt.config.meta_get("publish_path"),
            schema=dbt.config.meta_get("publish_schema"),
        ),
        landing=dbt.config.meta_get("landing"),
        start_anew=dbt.config.meta_get("start_anew"),
    )
    return model_result(session, days)

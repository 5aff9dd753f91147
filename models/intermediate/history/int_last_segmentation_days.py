from customer_segmentation.memory import days_of_landing, remembered
from customer_segmentation.relations import model_result, read_table


def model(dbt, session):
    start_anew = dbt.config.meta_get("start_anew")
    days = remembered(
        session,
        ["segmentation_days"],
        {
            "logged_on": "date",
            "segmentation": "string",
            "definition_version": "string",
            "landing": "string",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=start_anew,
    )
    days = days_of_landing(read_table(days), dbt.config.meta_get("landing"), start_anew)
    return model_result(session, days)

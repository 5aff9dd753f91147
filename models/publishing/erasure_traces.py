from customer_segmentation.erasure.dbt_traces import clear_traces_of_run
from customer_segmentation.state import state_schema


def model(dbt, session):
    # It runs last: every model is upstream of one of these.
    dbt.ref("publication")
    dbt.ref("service_publication")
    dbt.config(materialized="incremental", incremental_strategy="append")
    return clear_traces_of_run(
        dbt,
        session,
        dbt.ref("erased_keys"),
        docs_path=dbt.config.meta_get("data_docs_path"),
        published=dbt.config.meta_get("published_files"),
        schemas=[
            dbt.config.meta_get("publish_schema"),
            state_schema(dbt.config.meta_get("publish_schema")),
            dbt.config.meta_get("service_publish_schema"),
        ],
    )

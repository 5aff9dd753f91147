from customer_segmentation.publishing import publish


def model(dbt, session):
    # After publication in a full build, which waits for everything that can fail; every hour alone.
    dbt.config(materialized="table")
    dbt.ref("published_run")
    relations = {"service_cards": dbt.ref("service_cards")}
    return publish(
        session,
        relations,
        path=dbt.config.get("publish_path"),
        schema=dbt.config.get("publish_schema"),
    )

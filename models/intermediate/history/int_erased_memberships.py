from customer_segmentation.erasure.history import erased_memberships
from customer_segmentation.memory import remembered
from customer_segmentation.publishing import published_table


def model(dbt, session):
    path = dbt.config.meta_get("publish_path")
    schema = dbt.config.meta_get("publish_schema")
    columns = {
        "customer_id": "string",
        "segmentation": "string",
        "segment": "string",
        "logged_on": "date",
        "change": "string",
    }
    return erased_memberships(
        session,
        # Read before the log, which is a stream that waits for its reader.
        migration=published_table(session, "agg_segment_migration", path, schema),
        changes=remembered(session, "fct_segment_changes", columns, path=path, schema=schema),
        erased=dbt.ref("erased_keys"),
        run_day=dbt.ref("int_run_day"),
    )

from customer_segmentation.erasure.history import erased_memberships
from customer_segmentation.memory import remembered
from customer_segmentation.relations import read_table


def model(dbt, session):
    published = {
        "path": dbt.config.meta_get("publish_path"),
        "schema": dbt.config.meta_get("publish_schema"),
    }
    # Read to its end before the log is opened: both are streams of one file.
    migration = read_table(
        remembered(
            session,
            ["agg_segment_migration"],
            {
                "segmentation": "string",
                "from_segment": "string",
                "to_segment": "string",
                "from_date": "date",
                "to_date": "date",
                "customers": "bigint",
            },
            **published,
        )
    )
    changes = remembered(
        session,
        ["fct_segment_changes"],
        {
            "customer_id": "string",
            "segmentation": "string",
            "segment": "string",
            "logged_on": "date",
            "change": "string",
        },
        **published,
    )
    return erased_memberships(
        session, changes, migration, dbt.ref("erased_keys"), dbt.ref("int_run_day")
    )

from customer_segmentation.relations import model_result
from customer_segmentation.rules.memory import last_memberships


def model(dbt, session):
    # The published table is the memory: it outlives the build database.
    members = last_memberships(
        session,
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        landing=dbt.config.meta_get("landing"),
    )
    return model_result(session, members)

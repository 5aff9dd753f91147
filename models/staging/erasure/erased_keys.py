from customer_segmentation.erasure.tables import erased_keys
from customer_segmentation.relations import drop_table_of_spark


def model(dbt, session):
    found = erased_keys(
        session,
        evidence=dbt.ref("erasure_evidence"),
        as_of=dbt.ref("as_of"),
        role_mailboxes=dbt.ref("role_mailboxes"),
        countries=dbt.ref("reference_countries"),
        max_contacts_per_key=int(dbt.config.meta_get("max_contacts_per_key")),
        max_group_size=int(dbt.config.meta_get("max_group_size")),
    )
    # A table on Spark; on DuckDB a view, which stores nothing.
    drop_table_of_spark(session, f"{dbt.this.schema}.erasure_evidence")
    return found

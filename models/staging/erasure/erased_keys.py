from customer_segmentation.erasure.tables import erased_keys


def model(dbt, session):
    return erased_keys(
        session,
        evidence=dbt.ref("erasure_evidence"),
        as_of=dbt.ref("as_of"),
        role_mailboxes=dbt.ref("role_mailboxes"),
        countries=dbt.ref("reference_countries"),
        max_contacts_per_key=int(dbt.config.meta_get("max_contacts_per_key")),
        max_group_size=int(dbt.config.meta_get("max_group_size")),
    )

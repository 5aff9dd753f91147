from customer_segmentation.clusters.current import current_model
from customer_segmentation.memory import remembered
from customer_segmentation.relations import model_result, read_first, read_table


def model(dbt, session):
    features = dbt.config.meta_get("features").split()
    buyers = read_first(
        dbt.ref("customer_features"),
        "customer_id",
        int(dbt.config.meta_get("max_customers")),
        where="lifetime_orders > 0",
        columns=["customer_id", *features],
    )
    as_of_date = read_table(dbt.ref("as_of"))["as_of_date"][0]
    # The published model is the memory: it outlives the build database.
    stored = remembered(
        session,
        ["cluster_model"],
        {
            "model_version": "string",
            "is_accepted": "boolean",
            "part": "string",
            "k": "bigint",
            "cluster": "bigint",
            "feature": "string",
            "parameter": "string",
            "number": "double",
            "text": "string",
        },
        path=dbt.config.meta_get("publish_path"),
        schema=dbt.config.meta_get("publish_schema"),
        start_anew=dbt.config.meta_get("start_anew"),
    )
    rows = current_model(
        buyers.to_pandas().set_index("customer_id").astype(float),
        read_table(stored).to_pandas(),
        day=str(as_of_date),
        landing=dbt.config.meta_get("landing"),
        seed=7,
        refit=dbt.config.meta_get("refit"),
        accept_recluster=dbt.config.meta_get("accept_recluster"),
    )
    return model_result(session, rows)

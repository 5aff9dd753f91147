from customer_segmentation.clusters.current import current_model
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
    rows = current_model(
        buyers.to_pandas().set_index("customer_id").astype(float),
        read_table(dbt.source("state", "cluster_model")).to_pandas(),
        day=str(as_of_date),
        landing=dbt.config.meta_get("landing"),
        seed=7,
        refit=dbt.config.meta_get("refit"),
        accept_recluster=dbt.config.meta_get("accept_recluster"),
    )
    return model_result(session, rows)

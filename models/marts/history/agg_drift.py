from customer_segmentation.drift import drift
from customer_segmentation.relations import model_result, read_table


def model(dbt, session):
    bins = read_table(dbt.ref("int_drift_bins"))
    rows = drift(
        bins.to_pandas(),
        read_table(dbt.ref("int_segmentation_days")).to_pandas(),
        max_days=int(dbt.config.meta_get("max_days")),
        is_accepted=dbt.config.meta_get("is_accepted"),
    )
    return model_result(session, rows)

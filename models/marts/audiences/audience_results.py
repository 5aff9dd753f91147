from customer_segmentation.audience_results import COLUMNS, audience_results
from customer_segmentation.relations import model_result, part, read_counts, read_table


def model(dbt, session):
    days = part(dbt.ref("fct_audience_days"), "is_first and is_complete")
    audiences = read_table(dbt.ref("audiences"))
    lift = float(dbt.config.meta_get("min_lift_points"))
    rows = audience_results(
        read_counts(days, COLUMNS, "customers"),
        audiences["audience"].to_pylist(),
        least=int(dbt.config.meta_get("min_cell_customers")),
        lift=lift / 100,
    )
    return model_result(session, rows)

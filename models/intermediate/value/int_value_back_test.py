from customer_segmentation.relations import model_result, read_counts, read_first, read_table
from customer_segmentation.value.tables import HISTORY, back_test_rows, forecast_calibration


def model(dbt, session):
    parameters = read_table(dbt.ref("int_value_parameters")).to_pandas()
    histories = dbt.ref("int_purchase_histories")
    counted = read_counts(histories, HISTORY, "customers").to_pandas()
    most = int(dbt.config.meta_get("max_customers"))
    fitted = read_first(histories, "customer_id", most, where="period = 'all'")
    rows = back_test_rows(
        forecast_calibration(counted, parameters),
        fitted.to_pandas(),
        parameters,
        wanted=dbt.config.meta_get("purchase_model"),
        most_error_percent=float(dbt.config.meta_get("back_test_fail_percent")),
        least_auc=float(dbt.config.meta_get("alive_min_auc")),
    )
    return model_result(session, rows)

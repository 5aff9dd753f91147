from customer_segmentation.relations import model_result, read_counts, read_table
from customer_segmentation.value.tables import HISTORY, chosen_model, forecast_histories


def model(dbt, session):
    forecasts = forecast_histories(
        read_counts(dbt.ref("int_purchase_histories"), HISTORY, "customers").to_pandas(),
        read_table(dbt.ref("int_value_parameters")).to_pandas(),
        chosen_model(read_table(dbt.ref("int_value_back_test")).to_pandas()),
        float(dbt.config.meta_get("annual_discount_rate")),
    )
    return model_result(session, forecasts)

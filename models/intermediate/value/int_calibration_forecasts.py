from customer_segmentation.relations import model_result, read_table
from customer_segmentation.value.tables import forecast_calibration


def model(dbt, session):
    forecasts = forecast_calibration(
        read_table(dbt.ref("int_distinct_histories")).to_pandas(),
        read_table(dbt.ref("int_value_parameters")).to_pandas(),
    )
    return model_result(session, forecasts)

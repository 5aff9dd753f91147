from customer_segmentation.relations import model_result, read_table
from customer_segmentation.value.tables import back_test_rows


def model(dbt, session):
    rows = back_test_rows(
        read_table(dbt.ref("int_back_test_purchases")).to_pandas(),
        read_table(dbt.ref("int_value_sample")).to_pandas(),
        read_table(dbt.ref("int_value_parameters")).to_pandas(),
        wanted=dbt.config.meta_get("purchase_model"),
        most_error_percent=float(dbt.config.meta_get("back_test_fail_percent")),
        least_auc=float(dbt.config.meta_get("alive_min_auc")),
    )
    return model_result(session, rows)

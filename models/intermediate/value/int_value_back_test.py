from customer_segmentation.relations import model_result, read_table
from customer_segmentation.value.tables import back_test_row


def model(dbt, session):
    row = back_test_row(
        read_table(dbt.ref("int_back_test_purchases")).to_pandas(),
        read_table(dbt.ref("int_value_sample")).to_pandas(),
        read_table(dbt.ref("int_value_parameters")).to_pandas(),
        dbt.config.meta_get("purchase_model"),
    )
    return model_result(session, row)

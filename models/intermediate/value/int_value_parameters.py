from customer_segmentation.relations import model_result, read_table
from customer_segmentation.value.tables import fit_parameters


def model(dbt, session):
    sample = read_table(dbt.ref("int_value_sample")).to_pandas()
    as_of_date = read_table(dbt.ref("as_of"))["as_of_date"][0]
    return model_result(session, fit_parameters(sample, version=str(as_of_date)))

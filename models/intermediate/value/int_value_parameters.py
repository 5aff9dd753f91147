import pyarrow as pa

from customer_segmentation.relations import model_result, read_first, read_table
from customer_segmentation.value.tables import PERIODS, fit_parameters


def model(dbt, session):
    histories = dbt.ref("int_purchase_histories")
    # The first ids are a random sample: a fit takes as long for any number of customers.
    most = int(dbt.config.meta_get("max_customers"))
    samples = [
        read_first(histories, "customer_id", most, where=f"period = '{period}'")
        for period in PERIODS
    ]
    as_of_date = read_table(dbt.ref("as_of"))["as_of_date"][0]
    parameters = fit_parameters(pa.concat_tables(samples).to_pandas(), version=str(as_of_date))
    return model_result(session, parameters)

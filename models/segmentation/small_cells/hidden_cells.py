from customer_segmentation.relations import model_result, read_table
from customer_segmentation.small_cells import hidden_cells


def model(dbt, session):
    members = read_table(dbt.ref("protected_members"))
    least = int(dbt.config.meta_get("min_cell_customers"))
    return model_result(session, hidden_cells(members, least))

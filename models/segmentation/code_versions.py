from customer_segmentation.code_versions import code_versions
from customer_segmentation.relations import model_result


def model(dbt, session):
    return model_result(session, code_versions())

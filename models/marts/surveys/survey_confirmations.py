from customer_segmentation.relations import model_result, read_table
from customer_segmentation.surveys.tables import Limits, survey_confirmations


def model(dbt, session):
    counts = read_table(dbt.ref("survey_answer_counts"))
    limits = Limits(
        answers=int(dbt.config.meta_get("min_answers")),
        p=float(dbt.config.meta_get("max_p")),
        cramers_v=float(dbt.config.meta_get("min_cramers_v")),
        epsilon_squared=float(dbt.config.meta_get("min_epsilon_squared")),
    )
    return model_result(session, survey_confirmations(counts, limits))

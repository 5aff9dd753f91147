from customer_segmentation.relations import model_result, read_table
from customer_segmentation.surveys.tables import survey_tests


def model(dbt, session):
    counts = read_table(dbt.ref("survey_answer_counts"))
    least = int(dbt.config.meta_get("min_answers"))
    return model_result(session, survey_tests(counts, least_answers=least))

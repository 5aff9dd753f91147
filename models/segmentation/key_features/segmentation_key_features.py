from customer_segmentation.clusters.key_features import key_feature_table
from customer_segmentation.relations import model_result, read_first, read_table


def model(dbt, session):
    most = int(dbt.config.meta_get("max_customers"))
    features = read_first(dbt.ref("customer_features"), "customer_id", most)
    segments = read_table(dbt.ref("key_feature_segments"))
    return model_result(session, key_feature_table(segments, features))

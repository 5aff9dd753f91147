from customer_segmentation.clusters.key_features import compared_segments, key_feature_table
from customer_segmentation.relations import model_result, part, read_first, read_table


def model(dbt, session):
    # The first ids are a random sample: the work is the same for any number of customers.
    most = int(dbt.config.meta_get("max_customers"))
    features = read_first(dbt.ref("customer_features"), "customer_id", most)
    segments = dbt.ref("customer_segments").filter(compared_segments(features))
    columns = ["customer_id", "segmentation", "segment"]
    rows = key_feature_table(
        read_table(segments.select(*columns)),
        features,
        sources=read_table(dbt.ref("segmentation_sources")),
        available=read_table(part(dbt.ref("segmentation_availability"), "is_available")),
        least=int(dbt.config.meta_get("min_cell_customers")),
    )
    return model_result(session, rows)

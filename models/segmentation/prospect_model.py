from customer_segmentation.prospects.buyers import buyers_with_segments
from customer_segmentation.prospects.tables import prospect_models
from customer_segmentation.prospects.tiers import TierRules
from customer_segmentation.relations import model_result, read_table


def model(dbt, session):
    segments = {"historic_value": dbt.ref("seg_value"), "rfm": dbt.ref("seg_rfm")}
    # The first ids are a random sample: a fit costs the same for any number of buyers.
    buyers = buyers_with_segments(
        dbt.ref("customer_features"),
        segments,
        numbers=dbt.config.meta_get("numbers").split(),
        categories=dbt.config.meta_get("categories").split(),
        most=int(dbt.config.meta_get("max_buyers")),
    )
    as_of_date = read_table(dbt.ref("as_of"))["as_of_date"][0]
    least = dbt.config.meta_get("min_skill_percent")
    models = prospect_models(
        buyers,
        list(segments),
        version=str(as_of_date),
        seed=7,
        rules=TierRules(useful_brier_skill=least / 100),
    )
    return model_result(session, models)

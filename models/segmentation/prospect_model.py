from customer_segmentation.prospects.tables import prospect_models
from customer_segmentation.prospects.tiers import TierRules
from customer_segmentation.relations import model_result, read_first, read_table


def model(dbt, session):
    # The first ids are a random sample: a fit costs the same for any number of buyers.
    most = int(dbt.config.meta_get("max_buyers"))
    buyers = read_first(dbt.ref("prospect_buyers"), "customer_id", most).to_pandas()
    as_of_date = read_table(dbt.ref("as_of"))["as_of_date"][0]
    least = dbt.config.meta_get("min_skill_percent")
    models = prospect_models(
        buyers.set_index("customer_id"),
        ["historic_value", "rfm"],
        version=str(as_of_date),
        seed=7,
        rules=TierRules(useful_brier_skill=least / 100),
    )
    return model_result(session, models)

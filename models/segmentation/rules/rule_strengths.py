from pathlib import Path

from customer_segmentation.rules.evaluation import evaluated_rules


def model(dbt, session):
    return evaluated_rules(
        session,
        dbt.ref("customer_features"),
        dbt.ref("segment_rules"),
        dbt.ref("segments"),
        exit_percent=float(dbt.config.meta_get("exit_percent")),
        # Only the file of the seed has row numbers, for the errors.
        file=Path("seeds/business/rules/segment_rules.csv"),
    )

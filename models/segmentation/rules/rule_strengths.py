from customer_segmentation.business import business_file
from customer_segmentation.paths import package_path
from customer_segmentation.rules.evaluation import Inputs, evaluated_rules


def model(dbt, session):
    return evaluated_rules(
        session,
        Inputs(
            customer_features=dbt.ref("customer_features"),
            segment_rules=dbt.ref("segment_rules"),
            segments=dbt.ref("segments"),
            int_customer_steps=dbt.ref("int_customer_steps"),
            as_of=dbt.ref("as_of"),
        ),
        exit_percent=float(dbt.config.meta_get("exit_percent")),
        # Only a file has row numbers, for the errors.
        file=business_file("segment_rules", dbt.config.meta_get("business_path"))
        or package_path("seeds/business/rules/segment_rules.csv"),
    )

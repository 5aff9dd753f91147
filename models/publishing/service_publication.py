from customer_segmentation.gates.dbt_gates import require_gates
from customer_segmentation.publishing import publish


def model(dbt, session):
    # After publication in a full build, which waits for everything that can fail; every hour alone.
    dbt.config(materialized="table")
    dbt.ref("published_run")
    # The gate of the hour; publication has asked the others.
    gates = {"gate_web": dbt.ref("gate_web")}
    require_gates(gates, dbt.config.meta_get("data_docs_path"))
    relations = {"service_cards": dbt.ref("service_cards")}
    return publish(
        session,
        relations,
        path=dbt.config.get("publish_path"),
        schema=dbt.config.get("publish_schema"),
    )

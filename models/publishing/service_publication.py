from customer_segmentation.gates.dbt_gates import require_gates
from customer_segmentation.publishing import publish
from customer_segmentation.relations import read_table


def model(dbt, session):
    # It runs after publication in a full build, and alone every hour.
    dbt.config(materialized="table")
    # The hourly run has only this gate; publication has checked the others.
    gates = {"gate_web": dbt.ref("gate_web")}
    require_gates(gates, dbt.config.meta_get("data_docs_path"))
    relations = {"service_cards": dbt.ref("service_cards"), "card_keys": dbt.ref("card_keys")}
    kept = int(dbt.config.meta_get("published_runs_kept"))
    # Earlier runs have cards of people that this run leaves out.
    has_requests = read_table(dbt.ref("int_requested_customers").limit(1)).num_rows > 0
    return publish(
        session,
        relations,
        path=dbt.config.get("publish_path"),
        schema=dbt.config.get("publish_schema"),
        descriptions=dbt.ref("published_descriptions"),
        as_of=dbt.ref("publication"),
        kept=1 if has_requests else kept,
        database=dbt.this.database,
    )

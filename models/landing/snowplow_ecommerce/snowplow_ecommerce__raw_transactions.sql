{{ config(materialized="ephemeral") }}
{% set columns = [
    "root_id",
    "transaction_id",
    "currency",
    "payment_method",
    "revenue",
    "discount_amount",
    "discount_code",
    "shipping",
    "tax",
] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_transaction_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_transaction_1",
            ],
            columns,
        )
    }}

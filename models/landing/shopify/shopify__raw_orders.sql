{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["order", "orders"],
            [
                "_dlt_id",
                "id",
                "created_at",
                "processed_at",
                "updated_at",
                "cancelled_at",
                "financial_status",
                "currency",
                "customer_id",
                "email",
                "phone",
                "taxes_included",
                "total_line_items_price",
                "total_discounts",
                "total_tax",
                "subtotal_price",
                "total_price",
                "source_name",
                "location_id",
                "test",
                "billing_address_city",
                "billing_address_zip",
                "billing_address_province",
                "billing_address_country",
                "billing_address_phone",
                "shipping_address_city",
                "shipping_address_zip",
                "shipping_address_province",
                "shipping_address_country",
                "line_items",
                "_fivetran_deleted",
            ],
            objects=["customer", "billing_address", "shipping_address"],
        )
    }}

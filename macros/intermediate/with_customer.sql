{#- The CTEs that add customer_id to the rows of `relation`; the last one is rows_with_customer.
    The first of the `identifiers` in a row decides: if a row names a contact without a customer
    (a test record), the address in the row does not count. Needs the CTE identifiers. -#}
{%- macro with_customer(relation, identifiers=["contact", "email"]) -%}
    {%- set columns = {
        "account": "account_id",
        "contact": "contact_id",
        "email": "email",
        "phone": "phone",
        "visitor": "visitor_id",
    } -%}
    rows_with_identifier as (
        select
            *,
            case
                {%- for kind in identifiers %}
                    when {{ columns[kind] }} is not null then '{{ kind }}'
                {%- endfor %}
            end as named_by,
            case
                {%- for kind in identifiers %}
                    when {{ columns[kind] }} is not null then {{ columns[kind] }}
                {%- endfor %}
            end as named
        from {{ relation }}
    ),

    rows_with_customer as (
        select rows_with_identifier.*, identifiers.customer_id
        from rows_with_identifier
        left join
            identifiers
            on rows_with_identifier.named_by = identifiers.identifier_type
            and rows_with_identifier.named = identifiers.identifier
    )
{%- endmacro -%}

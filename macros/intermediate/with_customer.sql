{#- The last CTEs before the rules of a model that reads what customers did or said: the rows of
    `relation` with the customer_id of whom they name, as rows_with_customer. The first of the
    `identifiers` that a row has decides: where a contact is named that stands for nobody (a test
    record), the address beside it does not count. The CTE identifiers is needed. -#}
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

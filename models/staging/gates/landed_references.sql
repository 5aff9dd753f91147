-- Ids that a landing table names, and how many of them the table that owns them knows. Floats,
-- leading zeros and ids of another system show here, before a join loses them in silence. Requests
-- of erasure are left out: staging has hashes of their ids.
{% set owners = {
    "contact_id": "customers",
    "account_id": "accounts",
    "order_id": "orders",
    "order_line_id": "order_lines",
    "product_id": "products",
} %}
{% set staging_models = {} %}
{% for domain, tables in landing_tables().items() %}
    {% for table in tables %}
        {% do staging_models.update({table: "stg_" ~ domain ~ "__" ~ table}) %}
        {# dbt has no contract while it parses; the loops below then read nothing. #}
        {% do ref(staging_models[table]) %}
    {% endfor %}
{% endfor %}
with
    known_ids as (
        {% for key, owner in owners.items() if owner in staging_models -%}
            select distinct '{{ owner }}' as owner_table, {{ key }} as id
            from {{ ref(staging_models[owner]) }}
            where {{ key }} is not null and {{ is_supplied(owner) }}
            union
        {% endfor -%}
        -- Former ids of contacts.
        select distinct 'customers', {{ cleaned_id("listed_id") }}
        from
            (
                select {{ list_items("merged_contact_ids") }} as listed_id
                from {{ ref("stg_crm__customers") }}
                where merged_contact_ids is not null
            ) as listed_ids
    ),

    supplied_owners as (select distinct owner_table from known_ids),

    named_ids as (
        {% for table, staging_model in staging_models.items() if table != "erasure_requests" -%}
            {% for column in contract_columns(table) -%}
                {% for key, owner in owners.items() if owner != table or column.name != key -%}
                    {% if column.name != landing_key(table) and (
                        column.name == key or column.name.endswith("_" ~ key)
                    ) -%}
                        select distinct
                            '{{ table }}' as table_name,
                            '{{ column.name }}' as column_name,
                            '{{ owner }}' as owner_table,
                            {{ column.name }} as id
                        from {{ accepted_rows(staging_model) }} as accepted
                        where {{ column.name }} is not null
                        union all
                    {% endif -%}
                {% endfor -%}
            {% endfor -%}
        {% endfor -%}
        select
            cast(null as string), cast(null as string), cast(null as string), cast(null as string)
        from known_ids
        where false
    ),

    final as (
        select
            named_ids.table_name,
            named_ids.column_name,
            named_ids.owner_table,
            cast(count(*) as bigint) as ids_named,
            cast(count(known_ids.id) as bigint) as ids_known,
            cast(count(known_ids.id) as double) / count(*) as known_share
        from named_ids
        inner join supplied_owners on named_ids.owner_table = supplied_owners.owner_table
        left join
            known_ids
            on named_ids.owner_table = known_ids.owner_table
            and named_ids.id = known_ids.id
        group by named_ids.table_name, named_ids.column_name, named_ids.owner_table
    )

select *
from final

-- Ids that a landing table names, and how many of them the table that owns them knows. Floats,
-- leading zeros and ids of another system show here, before a join loses them in silence. Requests
-- of erasure are left out: staging has hashes of their ids.
{% set staging_models = {} %}
{% set references = [] %}
{% for domain, tables in landing_tables().items() %}
    {% for table in tables %}
        {% do staging_models.update({table: "stg_" ~ domain ~ "__" ~ table}) %}
        {# dbt has no contract while it parses; the loops below then read nothing. #}
        {% do ref(staging_models[table]) %}
        {% for column in contract_columns(table) if column.is_id and not column.is_key %}
            {% set owner = owner_of_id(column.name) if table != "erasure_requests" %}
            {% if owner %}
                {% do references.append({"table": table, "column": column.name, "owner": owner}) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
{% endfor %}
with
    known_ids as (
        select 'customers' as owner_table, former_contact_id as id
        from {{ former_contact_ids(ref("stg_crm__customers")) }} as former_ids
        {% for owner in references | map(attribute="owner") | unique -%}
            union
            select '{{ owner }}', {{ landing_key(owner) }}
            from {{ ref(staging_models[owner]) }}
            where {{ landing_key(owner) }} is not null
        {% endfor -%}
    ),

    supplied_owners as (select distinct owner_table from known_ids),

    named_ids as (
        {% for named in references -%}
            select distinct
                '{{ named.table }}' as table_name,
                '{{ named.column }}' as column_name,
                '{{ named.owner }}' as owner_table,
                {{ named.column }} as id
            from {{ accepted_rows(staging_models[named.table]) }} as accepted
            where {{ named.column }} is not null {{ "union all" if not loop.last }}
        {% endfor -%}
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

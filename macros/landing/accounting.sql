{#- Rows of an export by kind and destination: those of the caller's query (line_kind, destination),
    and all rows of whole `tables` of the export with one destination each. -#}
{%- macro accounting(adapter, tables={}) -%}
    select line_kind, destination, count(*) as line_count
    from
        (
            {{ caller() }}
            {%- for table, destination in tables.items() %}
                union all
                select '{{ table | replace("_", " ") }}', '{{ destination }}'
                from {{ ref(adapter ~ "__raw_" ~ table) }}
            {%- endfor %}
        ) as accounted_rows
    group by line_kind, destination
{%- endmacro -%}

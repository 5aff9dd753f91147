{#- The last CTEs of a staging model: accepted rows, and reasons for the exclusion of the others.
    excluded_as is null for an accepted row, otherwise:
      - erased: the row names an erased person, and its other values are removed;
      - quarantined: the row breaks a rule (quarantine_reason names the rule);
      - later: the row did not exist yet on as_of_date;
      - duplicate: the row equals the accepted row of its key, column by column;
      - superseded: the row is another version of the accepted row's key.
    The latest version that is known on as_of_date is accepted. If all versions are later, the
    earliest of them is accepted: an export often keeps only the newest.
    `from_cte` has the contract's columns, type_error, unread_shape, quarantine_reason and as_of_date.
    value_shape is the shape of the value in the column that quarantine_reason starts with. -#}
{%- macro with_exclusion(table_name, from_cte, key, known_at=none, version=none) -%}
    {%- set names = contract_columns(table_name) | map(attribute="name") | list -%}
    {%- set content -%}
        concat_ws('|' {%- for name in names -%}
            , coalesce(cast({{ name }} as string), '-')
        {%- endfor -%} )
    {%- endset -%}
    {%- set known = version ~ " < " ~ next_day("as_of_date") -%}
    keyed_rows as (
        select
            *,
            quarantine_reason is null as is_valid,
            count(*) over (partition by {{ key }}, quarantine_reason is null) as rows_of_key
        from {{ from_cte }}
    ),

    rows_with_content as (
        -- Most keys are unique; only rows with the same key need their content compared.
        select *, case when is_valid and rows_of_key > 1 then {{ content }} end as content
        from keyed_rows
    ),

    versioned_rows as (
        select
            *,
            row_number() over version_order as version_rank,
            first_value(content) over version_order as counting_content
        from rows_with_content
        window
            version_order as (
                partition by {{ key }}, is_valid
                order by
                    {%- if version %}
                        case when {{ known }} or {{ version }} is null then 0 else 1 end asc,
                        case when {{ known }} then {{ version }} end desc nulls last,
                        {{ version }} asc nulls last,
                    {%- endif %}
                    content asc nulls last
            )
    ),

    classified_rows as (
        select
            {%- for name in names %} {{ name }}, {%- endfor %}
            case
                when quarantine_reason = 'erased'
                then 'erased'
                when not is_valid
                then 'quarantined'
                when version_rank > 1 and content = counting_content
                then 'duplicate'
                when version_rank > 1
                then 'superseded'
                {%- if known_at %}
                    when {{ known_at }} >= {{ next_day("as_of_date") }} then 'later'
                {%- endif %}
            end as excluded_as,
            nullif(quarantine_reason, 'erased') as quarantine_reason,
            {#- The shape of personal data (pii direct or special) is not shown: its length can
                identify a person. #}
            case
                when is_valid
                then null
                when type_error is not null
                then unread_shape
                {%- for column in contract_columns(table_name) if column.pii not in ("direct", "special") %}
                    when {{ dbt.split_part("quarantine_reason", "' '", 1) }} = '{{ column.name }}'
                    then {{ text_shape("cast(" ~ column.name ~ " as string)") }}
                {%- endfor %}
            end as value_shape
        from versioned_rows
    )
{%- endmacro -%}

{#- The last CTEs of a staging model: accepted rows, and reasons for the exclusion of the others.
    excluded_as is null for an accepted row, otherwise:
      - erased: the row names an erased person, and its other values are removed;
      - quarantined: the row breaks a rule (quarantine_reason names the rule);
      - later: the row did not exist yet on as_of_date;
      - duplicate: the row equals the accepted row of its key, column by column;
      - superseded: the row is another version of the accepted row's key.
    The latest version that is known on as_of_date is accepted. If all versions are later, the
    earliest of them is accepted: an export often keeps only the newest. If rows of a key differ and
    no version orders them, all rows of the key are quarantined. Rows that meet `always_counts`
    are never quarantined for this, because each of them is obeyed (withdrawals).
    `from_cte` has the contract's columns, type_error, unread_shape, as_of_date and
    quarantine_reason. The reason may also be erased or duplicate, if the model has found this.
    value_shape is the shape of the value in the column that quarantine_reason starts with. -#}
{%- macro with_exclusion(
    table_name, from_cte, key, known_at=none, version=none, always_counts=none
) -%}
    {%- set names = contract_columns(table_name) | map(attribute="name") | list -%}
    {%- set content -%}
        concat_ws('|' {%- for name in names -%}
            , coalesce(cast({{ name }} as string), '-')
        {%- endfor -%} )
    {%- endset -%}
    {#- The value in the column that the reason begins with. The shape of personal data is not shown:
        its length can identify a person. -#}
    {%- set faulty_value -%}
        case split_part(quarantine_reason, ' ', 1)
            {%- for column in contract_columns(table_name) if column.pii not in ("direct", "special") %}
                when '{{ column.name }}' then cast({{ column.name }} as string)
            {%- endfor %}
        end
    {%- endset -%}
    {%- set known = version ~ " < " ~ next_day("as_of_date") -%}
    {%- set is_later = known_at ~ " >= " ~ next_day("as_of_date") -%}
    keyed_rows as (
        select
            *,
            quarantine_reason is null as is_valid,
            count(*) over (partition by {{ key }}, quarantine_reason is null) as rows_of_key
        from {{ from_cte }}
    ),

    -- Most keys are unique; only rows with the same key need to be compared.
    repeated_rows as (
        select
            *,
            {{ content }} as content,
            -- Rows with the same rank are not ordered by a version.
            dense_rank() over (
                partition by {{ key }}
                order by
                    {% if version -%}
                        case when {{ known }} or {{ version }} is null then 0 else 1 end asc,
                        case when {{ known }} then {{ version }} end desc nulls last,
                        {{ version }} asc nulls last
                    {%- elif known_at -%} case when {{ is_later }} then 1 else 0 end asc
                    {%- else -%} 0
                    {%- endif %}
            ) as version_rank
        from keyed_rows
        where is_valid and rows_of_key > 1
    ),

    compared_rows as (
        select
            *,
            row_number() over version_order as row_rank,
            first_value(content) over version_order as counting_content,
            {{ "case when " ~ always_counts ~ " then false else " if always_counts }}
            min(case when version_rank = 1 then content end) over (partition by {{ key }})
            <> max(case when version_rank = 1 then content end) over (partition by {{ key }})
            {{ "end" if always_counts }} as is_contradicted
        from repeated_rows
        window version_order as (partition by {{ key }} order by version_rank asc, content asc)
    ),

    ruled_rows as (
        select
            {%- for name in names %} {{ name }}, {%- endfor %}
            type_error,
            unread_shape,
            case
                when is_contradicted then '{{ key.split(",")[0] }} names different rows'
            end as quarantine_reason,
            case
                when is_contradicted
                then 'quarantined'
                when row_rank > 1 and content = counting_content
                then 'duplicate'
                {%- if version %} when row_rank > 1 then 'superseded' {%- endif %}
                {%- if known_at %} when {{ is_later }} then 'later' {%- endif %}
                when row_rank > 1
                then 'superseded'
            end as excluded_as
        from compared_rows
        union all
        select
            {%- for name in names %} {{ name }}, {%- endfor %}
            type_error,
            unread_shape,
            nullif(nullif(quarantine_reason, 'erased'), 'duplicate') as quarantine_reason,
            case
                when quarantine_reason in ('erased', 'duplicate')
                then quarantine_reason
                when not is_valid
                then 'quarantined'
                {%- if known_at %} when {{ is_later }} then 'later' {%- endif %}
            end as excluded_as
        from keyed_rows
        where not (is_valid and rows_of_key > 1)
    ),

    classified_rows as (
        select
            {%- for name in names %} {{ name }}, {%- endfor %}
            excluded_as,
            quarantine_reason,
            case
                when quarantine_reason is null
                then null
                when type_error is not null
                then unread_shape
                else {{ text_shape(faulty_value) }}
            end as value_shape
        from ruled_rows
    )
{%- endmacro -%}

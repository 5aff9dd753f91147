-- The rows are read while the model is compiled, because tables with any columns may be landed.
-- depends_on: {{ ref("as_of") }}
{% set names = ["table_name", "column_name", "state", "nearest_name"] %}
with
    final as (
        select
            {% for name in names %} cast(entries.{{ name }} as string) as {{ name }}, {% endfor %}
            cast(entries.rows_filled as bigint) as rows_filled
        from
            (
                values
                    {% for entry in landed_columns() %}
                        (
                            {% for name in names %}
                                {{ text_literal(entry[name]) if entry.get(name) else "null" }},
                            {% endfor %}
                            {{ entry.get("rows_filled", 0) }}
                        )
                        {{- "," if not loop.last }}
                    {% else %} (null, null, null, null, null)
                    {% endfor %}
            ) as entries({{ names | join(", ") }}, rows_filled)
    )

select *
from final

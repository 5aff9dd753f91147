-- Comments of the published tables, from the project's YAML, and the keys that data tests prove.
-- Publication writes both into the published file, so that BI tools show them.
{% set tables = {} %}
{% if execute %}
    {% for publication in ["publication", "service_publication"] %}
        {% for key in graph.nodes["model.customer_segmentation." ~ publication].depends_on.nodes
            if key in graph.nodes %}
            {% do tables.update({key: graph.nodes[key]}) %}
        {% endfor %}
    {% endfor %}
{% endif %}
{% set rows = [] %}
{% for node in tables.values() %}
    {% do rows.append([node.alias, "table", "", "", "", node.description]) %}
    {% for column in node.columns.values() %}
        {% do rows.append([node.alias, "column", column.name, "", "", column.description]) %}
    {% endfor %}
{% endfor %}
{% for test in graph.nodes.values() | selectattr("resource_type", "equalto", "test")
    if execute and test.attached_node in tables and test.test_metadata %}
    {% set about, alias = test.test_metadata.kwargs, tables[test.attached_node].alias %}
    {% set where = test.config.where or "" %}
    {% for key in [about.primary_key or []] + (about.unique or []) if key %}
        {% do rows.append(
            [
                alias,
                "unique" if loop.index0 or not about.primary_key else "primary_key",
                key | join(", "),
                where,
                "",
                "",
            ]
        ) %}
    {% endfor %}
    {% for column, other in (about.references or {}).items() %}
        {% for table in tables.values() if other[0] == "ref('" ~ table.name ~ "')" %}
            {% do rows.append([alias, "references", column, where, table.alias, other[1]]) %}
        {% endfor %}
    {% endfor %}
{% endfor %}
{% set types = ["table_name", "kind", "columns", "condition", "other_table", "description"] %}
with
    final as (
        select
            {% for column in types %}
                cast(described.{{ column }} as string) as {{ column }}{{ "," if not loop.last }}
            {% endfor %}
        from
            (
                values
                    {% for row in rows %}
                        {# A tab parts the texts, so that a macro escapes a row at once. #}
                        {% set texts = (
                            row | map("replace", "\t", " ") | map("trim") | join("\t")
                        ) %}
                        {% set text = texts | replace("\n", " ") %}
                        ('{{ dbt.escape_single_quotes(text) | replace("\t", "', '") }}')
                        {{- "," if not loop.last }}
                    {% else %} ('', '', '', '', '', '')
                    {% endfor %}
            ) as described({{ types | join(", ") }})
    )

select *
from final

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
    {% set kind = test.test_metadata.name %}
    {% set about = test.test_metadata.kwargs %}
    {% set columns = (about.columns or [about.column_name]) | join(", ") %}
    {% set where = test.config.where or "" %}
    {% set alias = tables[test.attached_node].alias %}
    {% if kind in ("primary_key", "unique_combination") %}
        {% do rows.append([alias, kind, columns, where, "", ""]) %}
    {% elif kind == "relationships" %}
        {% set others = test.depends_on.nodes | reject("equalto", test.attached_node) | list %}
        {% for other in others if other in tables %}
            {% do rows.append([alias, kind, columns, where, tables[other].alias, about.field]) %}
        {% endfor %}
    {% endif %}
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
                        (
                            {% for text in row %}
                                '{{ dbt.escape_single_quotes(text | replace("\n", " ") | trim) }}'
                                {{- "," if not loop.last }}
                            {% endfor %}
                        )
                        {{- "," if not loop.last }}
                    {% else %} ('', '', '', '', '', '')
                    {% endfor %}
            ) as described({{ types | join(", ") }})
    )

select *
from final

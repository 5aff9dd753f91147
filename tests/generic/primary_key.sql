{#- No part of the key is null, and no two rows have the same key. The key is the column with the
    test, or `columns`. -#}
{% test primary_key(model, column_name=none, columns=none) %}
    {%- set key = columns or [column_name] -%}
    select {{ key | join(", ") }}, count(*) as rows_of_key
    from {{ model }}
    group by {{ key | join(", ") }}
    having count(*) > 1 {%- for column in key %} or {{ column }} is null {%- endfor %}
{% endtest %}

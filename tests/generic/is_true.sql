{#- The condition is true in every row, and not null. -#}
{% test is_true(model, condition) %}
    select * from {{ model }} where not coalesce({{ condition }}, false)
{% endtest %}

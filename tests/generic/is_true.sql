{#- A condition holds on every row; where it is null it does not hold. -#}
{% test is_true(model, condition) %}
    select * from {{ model }} where not coalesce({{ condition }}, false)
{% endtest %}

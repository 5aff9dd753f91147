{#- The segment of a row of rfm_segment_map. Customers whose first order is older than
    new_customer_days get another one, because a recent order does not make an old customer new. -#}
{%- macro rfm_segment(segment_map, first_order_date, as_of_date) -%}
    case
        when
            {{ dbt.datediff(first_order_date, as_of_date, "day") }}
            <= {{ var("new_customer_days") }}
        then {{ segment_map }}.segment
        else coalesce({{ segment_map }}.segment_if_not_new, {{ segment_map }}.segment)
    end
{%- endmacro -%}

{#- Whether abandoning is a habit: at least abandoner_share of all times. In whole thousandths, because a
    share such as 0.7 is not exact as a double. -#}
{%- macro is_habit(times, all_times) -%}
    {{ times }} * 1000 >= {{ all_times }} * {{ (var("abandoner_share") * 1000) | round | int }}
{%- endmacro -%}

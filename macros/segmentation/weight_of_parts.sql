{#- The weight of rounded parts of a `whole`. The one row of `partition_by` that `takes_rest` takes
    the rounding error. Parts are whole numbers or decimals, whose sums are the same in any order of
    rows: weights add up to 1. Null if a part is null. -#}
{%- macro weight_of_parts(parts, takes_rest, partition_by, whole=1) -%}
    cast(
        {{ parts }} + case
            when {{ takes_rest }}
            then {{ whole }} - sum({{ parts }}) over (partition by {{ partition_by }})
            else 0
        end as double
    )
    {{- " / " ~ whole if whole != 1 }}
{%- endmacro -%}

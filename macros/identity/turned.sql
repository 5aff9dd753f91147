{#- Every link in both directions. -#}
{%- macro turned(links) -%}
    select
        case when link_ends.end_no = 0 then {{ links }}.node else {{ links }}.other end as node,
        case when link_ends.end_no = 0 then {{ links }}.other else {{ links }}.node end as other
    from {{ links }}
    cross join link_ends
{%- endmacro -%}

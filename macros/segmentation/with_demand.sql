{#- The last CTEs of a model of demand: `demand` has the rows of `totals` without the amounts of
    hidden cells. Rows `hidden` sum hidden cells over the segments of a region or, if the region is
    hidden itself, over all such regions; likewise for categories. It needs the CTE hidden_cells.
    -#}
{%- macro with_demand(by_category=false) -%}
    {%- set place = ["market_region", "country_code", "region"] -%}
    {%- set of_category = ["category"] if by_category else [] -%}
    {%- set kind = "_category" if by_category else "" -%}
    {%- set keys = (place + ["segmentation"] + of_category) | join(", ") -%}
    {%- set cells = {
        "segment": place + ["segmentation", "segment"] + of_category,
        "region": place + of_category,
    } -%}
    {%- if by_category -%} {%- do cells.update({"category": of_category}) -%} {%- endif -%}
    {%- set kinds = {
        "segment": "region_segment" ~ kind,
        "region": "region" ~ kind,
        "category": "category",
    } -%}
    judged_totals as (
        select
            totals.*
            {%- for cell in cells %}
                , {{ cell }}_cells.cell is not null as is_{{ cell }}_hidden
            {%- endfor %}
        from totals
        {%- for cell, columns in cells.items() %}
            left join
                hidden_cells as {{ cell }}_cells on {{ cell }}_cells.kind = '{{ kinds[cell] }}'
                {%- for column in columns %}
                    and totals.{{ column }} = {{ cell }}_cells.{{ column }}
                {%- endfor %}
        {%- endfor %}
    ),

    hidden_rows as (
        select
            {%- for column in place %}
                case when is_region_hidden then 'hidden' else {{ column }} end as {{ column }},
            {%- endfor %}
            segmentation,
            {%- for column in of_category %}
                case when is_category_hidden then 'hidden' else {{ column }} end as {{ column }},
            {%- endfor %}
            customers,
            buyers,
            orders,
            units,
            net_amount
        from judged_totals
        where is_segment_hidden
    ),

    hidden_totals as (
        select
            {{ keys }},
            sum(customers) as customers,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from hidden_rows
        group by {{ keys }}
    ),

    demand as (
        select
            {{ keys }},
            segment,
            customers,
            case when is_segment_hidden then customers else 0 end as hidden_customers
            {%- for amount in ["buyers", "orders", "units", "net_amount"] %}
                , case when not is_segment_hidden then {{ amount }} end as {{ amount }}
            {%- endfor %}
        from judged_totals
        union all
        select
            {{ keys }},
            'hidden',
            null,
            customers
            {%- for amount in ["buyers", "orders", "units", "net_amount"] %}
                , case when not {{ is_small_cell("customers", "buyers") }} then {{ amount }} end
            {%- endfor %}
        from hidden_totals
    )
{%- endmacro -%}

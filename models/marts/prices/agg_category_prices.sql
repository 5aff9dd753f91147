-- Prices per unit by category and segment. They are of the lines that customers
-- chose and kept, after the discounts of the lines and before those of the whole order. Figures of
-- few customers are hidden. Without any discount in the window, the landing does not tell
-- discounts: the share is empty, not 0.
with
    segments as (
        select customer_id, segmentation, segment
        from {{ ref("fct_customer_segments") }}
        where is_primary and segmentation in ('{{ price_segmentations() | join("', '") }}')
        union all
        select customer_id, 'all', 'all'
        from {{ ref("int_profiled_customers") }}
    ),

    categories as (
        select
            *,
            -- Cents divided by thousandths of a unit.
            {{
                exact_ratio(
                    "1000 * cast(greatest(net_amount, 0) * 100 as bigint)",
                    "cast(units * 1000 as bigint)",
                    0,
                )
            }} as cents_per_unit
        from {{ ref("int_customer_categories") }}
    ),

    hidden_cells as (
        select
            category,
            coalesce(segmentation, 'all') as segmentation,
            coalesce(segment, 'all') as segment
        from {{ ref("hidden_cells") }}
        where kind in ('category', 'segment_category')
    ),

    discounts as (select coalesce(sum(discounted_lines), 0) as discounted_lines from categories),

    totals as (
        select
            categories.category,
            segments.segmentation,
            segments.segment,
            count(*) as customers,
            sum(categories.lines) as lines,
            sum(categories.discounted_lines) as discounted_lines,
            sum(categories.units) as units,
            sum(categories.net_amount) as net_amount,
            sum(categories.cost_amount) as cost_amount,
            sum(categories.costed_net_amount) as costed_net_amount,
            -- Cents are whole numbers, so that the median is exact as a double.
            {{ percentile("categories.cents_per_unit", 0.5) }} as median_cents
        from categories
        inner join segments on categories.customer_id = segments.customer_id
        group by categories.category, segments.segmentation, segments.segment
    ),

    shown_totals as (
        select
            totals.*,
            all_totals.net_amount as net_amount_of_all,
            all_totals.units as units_of_all,
            discounts.discounted_lines > 0 as has_discounts,
            hidden_cells.category is null as is_shown,
            all_hidden.category is null as is_all_shown
        from totals
        cross join discounts
        inner join
            totals as all_totals
            on totals.category = all_totals.category
            and all_totals.segmentation = 'all'
        left join
            hidden_cells
            on totals.category = hidden_cells.category
            and totals.segmentation = hidden_cells.segmentation
            and totals.segment = hidden_cells.segment
        left join
            hidden_cells as all_hidden
            on totals.category = all_hidden.category
            and all_hidden.segmentation = 'all'
    ),

    priced_totals as (
        select
            *,
            {{
                exact_ratio(
                    "1000 * cast(greatest(net_amount, 0) * 100 as bigint)",
                    "cast(units * 1000 as bigint)",
                    0,
                )
            }} * 0.01 as mean_price,
            case
                when net_amount_of_all > 0
                then
                    {{
                        rounded(
                            "100 * cast(net_amount as double) / cast(units as double) "
                            ~ "/ (cast(net_amount_of_all as double) / cast(units_of_all as double))",
                            1,
                        )
                    }}
            end as price_index,
            case
                when has_discounts then {{ exact_ratio("discounted_lines", "lines", 4) }}
            end as discount_share,
            case
                when costed_net_amount > 0
                then
                    {{
                        rounded(
                            "cast(costed_net_amount - cost_amount as double) "
                            ~ "/ cast(costed_net_amount as double)",
                            4,
                        )
                    }}
            end as margin,
            case
                when costed_net_amount > 0
                then
                    {{
                        rounded(
                            "cast(costed_net_amount as double) / cast(net_amount as double)", 4
                        )
                    }}
            end as costed_share
        from shown_totals
    ),

    final as (
        select
            cast(category as string) as category,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(customers as bigint) as customers,
            cast(case when is_shown then lines end as bigint) as lines,
            cast(case when is_shown then units end as decimal(18, 3)) as units,
            cast(case when is_shown then mean_price end as decimal(18, 2)) as mean_price,
            cast(
                case when is_shown then {{ rounded("median_cents", 0) }} * 0.01 end as decimal(
                    18, 2
                )
            ) as median_price,
            cast(
                case when is_shown and is_all_shown then price_index end as decimal(18, 1)
            ) as price_index,
            cast(case when is_shown then discount_share end as decimal(18, 4)) as discount_share,
            cast(case when is_shown then margin end as decimal(18, 4)) as margin,
            cast(case when is_shown then costed_share end as decimal(18, 4)) as costed_share
        from priced_totals
    )

select *
from final

-- Customers by bin, today and on the day of comparison. The bins of a feature are the deciles of
-- the first day and never change; the bins of a segmentation are its segments. If a day runs
-- again, it is compared with the same day as before.
with
    memberships as (select * from {{ ref("segment_memberships") }} where segment <> 'not_profiled'),

    segmentations as (select * from {{ ref("segmentations") }} where segments_are_listed),

    as_of as (select * from {{ ref("as_of") }}),

    all_values as (
        {% for feature in var("drift_features") %}
            select '{{ feature }}' as item, {{ rounded(feature, 2) }} as feature_value
            from {{ ref("customer_features") }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    feature_values as (
        select item, feature_value, count(*) as customers
        from all_values
        group by item, feature_value
    ),

    last_bins as (
        select
            last_bins.*,
            case
                when last_bins.as_of_date < as_of.as_of_date
                then last_bins.as_of_date
                when last_bins.as_of_date = as_of.as_of_date
                then last_bins.compared_with
            end as earlier_day,
            case
                when last_bins.as_of_date < as_of.as_of_date
                then last_bins.customers
                when last_bins.as_of_date = as_of.as_of_date
                then last_bins.customers_then
            end as customers_earlier
        from {{ source("state", "drift_bins") }} as last_bins
        cross join as_of
    ),

    earlier_days as (
        select item_kind, item, max(earlier_day) as compared_with
        from last_bins
        group by item_kind, item
    ),

    -- A feature without values on the first day gets its deciles on the first day with values.
    frozen_items as (select distinct item from last_bins where least is not null),

    running_totals as (
        select
            item,
            feature_value,
            sum(customers) over (partition by item order by feature_value asc)
            - customers as customers_below,
            sum(customers) over (partition by item) as all_customers
        from feature_values
        where feature_value is not null
    ),

    tenths as (
        select
            item,
            feature_value,
            {{ whole_quotient("10 * customers_below", "all_customers") }} as tenth
        from running_totals
    ),

    frozen_bins as (
        select item, least, frozen_on
        from last_bins
        where item_kind = 'feature' and least is not null
        union all
        select tenths.item, min(tenths.feature_value), as_of.as_of_date
        from tenths
        cross join as_of
        left join frozen_items on tenths.item = frozen_items.item
        where frozen_items.item is null
        group by tenths.item, tenths.tenth, as_of.as_of_date
    ),

    numbered_bins as (
        select
            item,
            least,
            frozen_on,
            row_number() over (partition by item order by least asc) as bin_number
        from frozen_bins
    ),

    -- Values below the lowest bin belong to it.
    binned_values as (
        select
            feature_values.item,
            feature_values.customers,
            case
                when feature_values.feature_value is null
                then 0
                else
                    greatest(
                        1,
                        count(
                            case when numbered_bins.least <= feature_values.feature_value then 1 end
                        )
                    )
            end as bin_number
        from feature_values
        left join numbered_bins on feature_values.item = numbered_bins.item
        group by feature_values.item, feature_values.feature_value, feature_values.customers
    ),

    todays_bins as (
        select
            'feature' as item_kind,
            item,
            case
                when bin_number = 0 then 'missing' else lpad(cast(bin_number as string), 2, '0')
            end as bin,
            sum(customers) as customers
        from binned_values
        group by item, bin_number
        union all
        select 'segmentation', memberships.segmentation, memberships.segment, count(*)
        from memberships
        inner join segmentations on memberships.segmentation = segmentations.segmentation
        group by memberships.segmentation, memberships.segment
    ),

    feature_bins as (
        select
            'feature' as item_kind,
            item,
            lpad(cast(bin_number as string), 2, '0') as bin,
            least,
            frozen_on
        from numbered_bins
    ),

    all_bins as (
        select item_kind, item, bin
        from todays_bins
        union
        select item_kind, item, bin
        from feature_bins
        union
        select item_kind, item, bin
        from last_bins
    ),

    final as (
        select
            all_bins.item_kind,
            all_bins.item,
            all_bins.bin,
            cast(feature_bins.least as decimal(28, 6)) as least,
            feature_bins.frozen_on,
            as_of.as_of_date,
            cast(coalesce(todays_bins.customers, 0) as bigint) as customers,
            earlier_days.compared_with,
            cast(
                case
                    when earlier_days.compared_with is not null
                    then coalesce(last_bins.customers_earlier, 0)
                end as bigint
            ) as customers_then
        from all_bins
        cross join as_of
        left join
            todays_bins
            on all_bins.item_kind = todays_bins.item_kind
            and all_bins.item = todays_bins.item
            and all_bins.bin = todays_bins.bin
        left join
            feature_bins
            on all_bins.item_kind = feature_bins.item_kind
            and all_bins.item = feature_bins.item
            and all_bins.bin = feature_bins.bin
        left join
            last_bins
            on all_bins.item_kind = last_bins.item_kind
            and all_bins.item = last_bins.item
            and all_bins.bin = last_bins.bin
        left join
            earlier_days
            on all_bins.item_kind = earlier_days.item_kind
            and all_bins.item = earlier_days.item
    )

select *
from final

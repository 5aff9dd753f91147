-- A cohort of several months pools the customers who are old enough. An age is complete for the
-- customers whose month of that age is over; the others are in a row of their own. Amounts of few
-- buyers are hidden, and summed in
-- the row `hidden` of the age. This is one file, because rates and amounts are of the same cells.
with
    purchases as (select * from {{ ref("int_cohort_purchases") }}),

    hidden_cells as (select * from {{ ref("hidden_cells") }} where kind = 'cohort'),

    sizes as (
        select first_month_number, first_month, first_channel, first_category, count(*) as customers
        from purchases
        where age_months = 0
        group by first_month_number, first_month, first_channel, first_category
    ),

    activities as (
        select
            first_month_number,
            first_channel,
            first_category,
            age_months,
            count(*) as buyers,
            count(*) filter (where is_repeat) as repeat_buyers,
            count(*) filter (where is_first_repeat) as first_repeats,
            sum(orders) as orders,
            sum(net_amount) as net_amount
        from purchases
        group by first_month_number, first_channel, first_category, age_months
    ),

    -- A hundred years.
    numbers as ({{ dbt.generate_series(1200) }}),

    aged_sizes as (
        select
            sizes.*,
            cast(numbers.generated_number - 1 as int) as age_months,
            sizes.first_month_number + numbers.generated_number - 1
            < {{ month_number(next_day("as_of.as_of_date")) }} as is_complete
        from sizes
        cross join {{ ref("as_of") }} as as_of
        inner join
            numbers
            on sizes.first_month_number + numbers.generated_number - 1
            <= {{ month_number("as_of.as_of_date") }}
    ),

    parts as (
        select
            aged_sizes.*,
            coalesce(activities.buyers, 0) as buyers,
            coalesce(activities.repeat_buyers, 0) as repeat_buyers,
            sum(coalesce(activities.first_repeats, 0)) over (
                partition by
                    aged_sizes.first_month_number,
                    aged_sizes.first_channel,
                    aged_sizes.first_category
                order by aged_sizes.age_months
                rows between unbounded preceding and current row
            ) as repeaters,
            coalesce(activities.orders, 0) as orders,
            coalesce(activities.net_amount, 0) as net_amount
        from aged_sizes
        left join
            activities
            on aged_sizes.first_month_number = activities.first_month_number
            and aged_sizes.first_channel = activities.first_channel
            and aged_sizes.first_category = activities.first_category
            and aged_sizes.age_months = activities.age_months
    ),

    totals as (
        {%- for breakdown in ["all", "month", "channel", "category"] %}
            {%- set cohort = "'all'" if breakdown == "all" else "first_" ~ breakdown %}
            select
                '{{ breakdown }}' as breakdown,
                {{ cohort }} as cohort,
                age_months,
                is_complete,
                sum(customers) as customers,
                sum(buyers) as buyers,
                sum(repeat_buyers) as repeat_buyers,
                sum(repeaters) as repeaters,
                sum(orders) as orders,
                sum(net_amount) as net_amount
            from parts
            group by
                {{ "first_" ~ breakdown ~ ", " if breakdown != "all" }} age_months,
                is_complete
                {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    judged_totals as (
        select totals.*, hidden_cells.cell is not null as is_hidden
        from totals
        left join
            hidden_cells
            on totals.breakdown = hidden_cells.segmentation
            and totals.cohort = hidden_cells.segment
            and {{ age_of_cohort("totals.age_months", "totals.is_complete") }}
            = hidden_cells.category
    ),

    hidden_totals as (
        select
            breakdown,
            age_months,
            is_complete,
            sum(customers) as customers,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(net_amount) as net_amount
        from judged_totals
        where is_hidden and breakdown <> 'all'
        group by breakdown, age_months, is_complete
    ),

    rows_with_hidden as (
        select
            breakdown,
            cohort,
            age_months,
            is_complete,
            customers,
            case when is_hidden then customers else 0 end as hidden_customers,
            {%- for number in ["repeat_buyers", "repeaters"] %}
                case
                    when not {{ is_small_cell("customers") }}
                    then {{ exact_ratio(number, "customers", 4) }}
                end as {{ number }}_share,
            {%- endfor %}
            case when not is_hidden then orders end as orders,
            case when not is_hidden then net_amount end as net_amount
        from judged_totals
        union all
        select
            breakdown,
            'hidden',
            age_months,
            is_complete,
            null,
            customers,
            null,
            null,
            case when not {{ is_small_cell("buyers") }} then orders end,
            case when not {{ is_small_cell("buyers") }} then net_amount end
        from hidden_totals
    ),

    final as (
        select
            cast(breakdown as string) as breakdown,
            cast(cohort as string) as cohort,
            cast(age_months as int) as age_months,
            cast(is_complete as boolean) as is_complete,
            cast(customers as bigint) as customers,
            cast(hidden_customers as bigint) as hidden_customers,
            cast(repeat_buyers_share as decimal(18, 4)) as repeat_rate,
            cast(repeaters_share as decimal(18, 4)) as cumulative_repeat_rate,
            cast(orders as bigint) as orders,
            cast(net_amount as decimal(18, 2)) as net_amount
        from rows_with_hidden
    )

select *
from final

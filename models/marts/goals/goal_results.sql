-- Goals with their metrics, in the period of goal_days that ends today and in the one before. A
-- metric is a ratio of sums over customers, so that its error counts customers and not rows.
-- Shares get one success and one failure more for the error (Agresti and Caffo 2000), because
-- shares of few are far from normal. This is one file, because all metrics have the same periods.
{%- set days = var("goal_days") %}
{%- set lapsed_days = var("lifecycle_lapsed_days") %}
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    as_of as (select as_of_date from {{ ref("as_of") }}),

    -- Amounts of companies are of years.
    periods as (
        {%- for period, ago, year_ago in [("now", 0, 0), ("before", days, 365)] %}
            select
                '{{ period }}' as period,
                cast({{ dbt.dateadd("day", -(ago + days), "as_of_date") }} as date) as start_day,
                cast({{ dbt.dateadd("day", -ago, "as_of_date") }} as date) as last_day,
                cast(
                    {{ dbt.dateadd("day", -(year_ago + 365), "as_of_date") }} as date
                ) as year_start,
                cast({{ dbt.dateadd("day", -year_ago, "as_of_date") }} as date) as year_end
            from as_of {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    purchases as (
        select
            orders.customer_id,
            orders.order_date,
            orders.net_amount,
            orders.is_discounted,
            customers.customer_kind
        from {{ ref("int_orders") }} as orders
        inner join customers on orders.customer_id = customers.customer_id
        where orders.is_purchase
    ),

    landed as (
        select
            min(order_date) as first_day, count(*) filter (where is_discounted) > 0 as has_discounts
        from purchases
    ),

    purchase_days as (
        select
            customer_id,
            order_date,
            lead(order_date) over (partition by customer_id order by order_date) as next_date,
            lag(order_date) over (partition by customer_id order by order_date) is null as is_first
        from (select distinct customer_id, order_date from purchases) as days
    ),

    -- Buyers at the start of a period, with their last purchase and the year up to it.
    buyers as (
        select
            periods.period,
            purchases.customer_id,
            periods.start_day,
            periods.last_day,
            max(purchases.order_date) as last_date,
            sum(
                case
                    when
                        {{ dbt.datediff("purchases.order_date", "periods.start_day", "day") }} < 365
                    then purchases.net_amount
                    else 0
                end
            ) as net_amount
        from purchases
        inner join periods on purchases.order_date <= periods.start_day
        group by periods.period, purchases.customer_id, periods.start_day, periods.last_day
    ),

    best_amounts as (
        select period, {{ percentile("net_amount", 0.8) }} as net_amount
        from buyers
        where net_amount > 0
        group by period
    ),

    compared_buyers as (
        select
            buyers.*,
            buyers.net_amount >= best_amounts.net_amount as is_best,
            coalesce(purchase_days.next_date <= buyers.last_day, false) as has_bought_again
        from buyers
        inner join
            purchase_days
            on buyers.customer_id = purchase_days.customer_id
            and buyers.last_date = purchase_days.order_date
        left join best_amounts on buyers.period = best_amounts.period
    ),

    declared_channels as (
        select customer_id, preference, declared_at
        from {{ ref("int_declared_preferences") }}
        where preference_type = 'service_channel' and is_latest and preference is not null
    ),

    service_contacts as (
        select
            coalesce(contacts.customer_id, contacts.service_contact_id) as unit,
            contacts.opened_date,
            contacts.satisfaction_score,
            case
                when contacts.opened_at >= declared_channels.declared_at
                then channels.preference = declared_channels.preference
            end as is_preferred
        from {{ ref("int_service_contacts") }} as contacts
        left join customers on contacts.customer_id = customers.customer_id
        left join declared_channels on contacts.customer_id = declared_channels.customer_id
        left join
            {{ ref("preference_values") }} as channels
            on channels.preference_type = 'service_channel'
            and contacts.channel = channels.preference_value
        where customers.customer_id is not null or contacts.customer_id is null
    ),

    -- Carts count on the day on which they are decided at the latest.
    carts as (
        select
            coalesce(carts.customer_id, carts.cart_id) as unit,
            cast(
                {{
                    dbt.dateadd(
                        "day", var("cart_recovery_days"), "cast(carts.last_changed_at as date)"
                    )
                }} as date
            ) as decided_date,
            carts.cart_state <> 'abandoned' as is_bought
        from {{ ref("int_web_carts") }} as carts
        left join customers on carts.customer_id = customers.customer_id
        where
            carts.cart_state in ('converted', 'recovered', 'abandoned')
            and (customers.customer_id is not null or carts.customer_id is null)
    ),

    dated_rows as (
        select
            'full_price_share' as metric,
            purchases.customer_id as unit,
            purchases.order_date as happened_on,
            cast(purchases.is_discounted is not true as int) as amount
        from purchases
        inner join landed on landed.has_discounts
        union all
        select 'cart_purchase_share', unit, decided_date, cast(is_bought as int)
        from carts
        union all
        select 'satisfaction', unit, opened_date, satisfaction_score
        from service_contacts
        where satisfaction_score is not null
        union all
        select 'preferred_channel_share', unit, opened_date, cast(is_preferred as int)
        from service_contacts
        where is_preferred is not null
    ),

    observations as (
        select dated_rows.metric, periods.period, dated_rows.unit, dated_rows.amount
        from dated_rows
        inner join
            periods
            on dated_rows.happened_on > periods.start_day
            and dated_rows.happened_on <= periods.last_day
        union all
        select
            'second_purchase_share',
            periods.period,
            purchase_days.customer_id,
            cast(
                coalesce(
                    {{ dbt.datediff("purchase_days.order_date", "purchase_days.next_date", "day") }}
                    <= {{ days }},
                    false
                ) as int
            )
        from purchase_days
        inner join
            periods
            on purchase_days.is_first
            and purchase_days.order_date <= periods.start_day
            and {{ dbt.datediff("purchase_days.order_date", "periods.start_day", "day") }}
            < {{ days }}
        union all
        select 'best_buyer_share', period, customer_id, cast(has_bought_again as int)
        from compared_buyers
        where is_best
        union all
        select 'won_back_share', period, customer_id, cast(has_bought_again as int)
        from compared_buyers
        where {{ dbt.datediff("last_date", "start_day", "day") }} >= {{ lapsed_days }}
        union all
        select
            'prospect_purchase_share',
            periods.period,
            customers.customer_id,
            cast(coalesce(purchase_days.order_date <= periods.last_day, false) as int)
        from customers
        left join
            purchase_days
            on customers.customer_id = purchase_days.customer_id
            and purchase_days.is_first
        inner join
            periods
            on customers.first_seen_date <= periods.start_day
            and coalesce(purchase_days.order_date > periods.start_day, true)
        union all
        -- A year counts only if the shop has orders from before it.
        select 'company_net_amount', periods.period, purchases.customer_id, purchases.net_amount
        from purchases
        inner join
            periods
            on purchases.order_date > periods.year_start
            and purchases.order_date <= periods.year_end
        inner join landed on periods.year_start >= landed.first_day
        where purchases.customer_kind = 'company'
    ),

    -- A company has one amount a year.
    units as (
        select
            metric,
            period,
            unit,
            case when metric = 'company_net_amount' then 1 else count(*) end as unit_rows,
            cast(sum(amount) as decimal(18, 2)) as amount
        from observations
        group by metric, period, unit
    ),

    sums as (
        select
            units.metric,
            units.period,
            count(*) as customers,
            max(case when metrics.unit = 'share' then 1 else 0 end) as one,
            sum(units.unit_rows) as unit_rows,
            sum(units.amount) as amount,
            sum(units.amount * units.amount) as amount_squares,
            sum(units.amount * units.unit_rows) as products,
            sum(units.unit_rows * units.unit_rows) as row_squares
        from units
        inner join {{ ref("reference_goal_metrics") }} as metrics on units.metric = metrics.metric
        group by units.metric, units.period
    ),

    ratios as (
        select
            *,
            cast(amount as double) / unit_rows as ratio,
            cast(amount + one as double) / (unit_rows + 2 * one) as error_ratio
        from sums
    ),

    errors as (
        select
            *,
            -- Linearised variance of a ratio.
            cast(customers + 2 * one as double)
            / nullif(customers + 2 * one - 1, 0)
            * greatest(
                cast(amount_squares + one as double)
                - 2 * error_ratio * cast(products + one as double)
                + error_ratio * error_ratio * (row_squares + 2 * one),
                0
            )
            / ((unit_rows + 2 * one) * (unit_rows + 2 * one)) as variance
        from ratios
    ),

    hidden_cells as (
        select 'company_net_amount' as metric from {{ ref("hidden_cells") }} where kind = 'company'
    ),

    compared as (
        select
            metric,
            max(case when period = 'now' then customers end) as customers,
            max(case when period = 'now' then ratio end) as ratio,
            max(case when period = 'before' then customers end) as customers_before,
            max(case when period = 'before' then ratio end) as ratio_before,
            max(case when period = 'now' then error_ratio end)
            - max(case when period = 'before' then error_ratio end) as error_change,
            1.959964 * sqrt(sum(variance)) as margin
        from errors
        group by metric
    ),

    -- The amount of all companies may show that of a hidden segment by subtraction.
    shown as (
        select
            compared.*,
            case
                when not {{ is_small_cell("compared.customers") }} and hidden_cells.metric is null
                then compared.ratio
            end as value_now,
            case
                when
                    not {{ is_small_cell("compared.customers_before") }}
                    and hidden_cells.metric is null
                then compared.ratio_before
            end as value_before,
            coalesce(compared.customers >= 30 and compared.customers_before >= 30, false)
            and not {{ is_small_cell("compared.customers") }}
            and not {{ is_small_cell("compared.customers_before") }}
            and hidden_cells.metric is null as is_comparable
        from compared
        left join hidden_cells on compared.metric = hidden_cells.metric
    ),

    final as (
        select
            cast(goals.goal as string) as goal,
            cast(goals.label as string) as label,
            cast(goals.department as string) as department,
            cast(goals.metric as string) as metric,
            cast(metrics.label as string) as metric_label,
            cast(metrics.unit as string) as unit,
            cast(as_of.as_of_date as date) as as_of_date,
            cast(
                case when goals.metric = 'company_net_amount' then 365 else {{ days }} end as int
            ) as period_days,
            cast({{ rounded("shown.value_now", 4) }} as decimal(18, 4)) as metric_value,
            cast({{ rounded("shown.value_before", 4) }} as decimal(18, 4)) as metric_value_before,
            cast(
                {{ rounded("shown.value_now - shown.value_before", 4) }} as decimal(18, 4)
            ) as change,
            cast(
                case
                    when shown.is_comparable
                    then {{ rounded("shown.error_change - shown.margin", 4) }}
                end as decimal(18, 4)
            ) as change_at_least,
            cast(
                case
                    when shown.is_comparable
                    then {{ rounded("shown.error_change + shown.margin", 4) }}
                end as decimal(18, 4)
            ) as change_at_most,
            cast(coalesce(shown.customers, 0) as bigint) as customers,
            cast(coalesce(shown.customers_before, 0) as bigint) as customers_before,
            case
                when shown.customers is null
                then 'no_data'
                when not shown.is_comparable
                then 'too_few'
                when shown.error_change - shown.margin > 0
                then 'better'
                when shown.error_change + shown.margin < 0
                then 'worse'
                else 'no_clear_change'
            end as verdict
        from {{ ref("goals") }} as goals
        cross join as_of
        left join {{ ref("reference_goal_metrics") }} as metrics on goals.metric = metrics.metric
        left join shown on goals.metric = shown.metric
    )

select *
from final

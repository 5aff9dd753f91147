-- Orders with their buyer and net amount, and one row per customer of what was bought.
create table purchases as
with line_totals as (
    select order_id, count(promotion_id) as promoted_lines, sum(if(unit_price < 0, 0, quantity)) as units
    from order_lines
    group by order_id
),

refund_totals as (select order_id, sum(amount) as refund_amount from refunds group by order_id),

buyers as (
    select
        orders.*, coalesce(refund_amount, 0) as refund_amount, coalesce(promoted_lines, 0) as promoted_lines,
        coalesce(units, 0) as units,
        if(account_id is not null, accounts.customer_id, coalesce(
            contacts.customer_id, addresses.customer_id, phones.customer_id, devices.customer_id
        )) as customer_id,
    from orders
    left join line_totals using (order_id)
    left join refund_totals using (order_id)
    left join (select key as account_id, customer_id from identifiers where kind = 'account') as accounts using (account_id)
    left join (select key as contact_id, customer_id from identifiers where kind = 'contact') as contacts using (contact_id)
    left join (select key as email, customer_id from identifiers where kind = 'email') as addresses using (email)
    left join (select key as phone, customer_id from identifiers where kind = 'phone') as phones using (phone)
    left join (select key as visitor_id, customer_id from identifiers where kind = 'visitor') as devices using (visitor_id)
),

valued as (
    select
        * replace (
            round(gross_amount * rate, 2)::decimal(18, 2) as gross_amount,
            round(discount_amount * rate, 2)::decimal(18, 2) as discount_amount,
            round(refund_amount * rate, 2)::decimal(18, 2) as refund_amount
        ),
        refund_amount > 0 and refund_amount >= gross_amount - discount_amount as is_returned,
    from buyers
)

select
    * exclude (account_id, contact_id, email, phone, visitor_id),
    gross_amount - discount_amount - refund_amount as net_amount,
    not is_test and not is_returned and status in ('placed', 'paid', 'fulfilled')
    and gross_amount - discount_amount - refund_amount >= 0.01 as is_purchase,
    discount_amount > 0 or promoted_lines > 0 or coupon_code is not null as is_discounted,
    case
        when is_gift or purpose = 'gift' then 'gift' when purpose in ('personal', 'business') then purpose
        when account_id is not null then 'business'
    end as intent,
    date_diff('day', order_date, getvariable('as_of_date')) as days_ago,
from valued;

create table customer_orders as
select
    customer_id, min(order_date) as first_order_date, max(order_date) as last_order_date, min(days_ago) as recency_days,
    count(*) as lifetime_orders, sum(net_amount)::decimal(18, 2) as lifetime_net_amount,
    count(*) filter (where days_ago < 365) as window_orders,
    coalesce(sum(net_amount) filter (where days_ago < 365), 0)::decimal(18, 2) as window_net_amount,
    coalesce(sum(units) filter (where days_ago < 365), 0)::decimal(18, 3) as window_units,
    count(*) filter (where days_ago < 365 and is_discounted) as discounted_orders,
    100 * sum(discount_amount) filter (where days_ago < 365)
    / nullif(sum(gross_amount) filter (where days_ago < 365), 0) as discount_percent,
    count(*) filter (where refund_amount > 0) as returned_orders, count(*) filter (where intent = 'gift') as gift_orders,
    count(distinct order_date) as order_days, stddev_pop(net_amount) as amount_deviation,
from purchases
where is_purchase and customer_id is not null
group by customer_id;

create table order_gaps as
with days as (
    select distinct customer_id, order_date from purchases where is_purchase and customer_id is not null
)
select
    customer_id, order_date,
    date_diff('day', lag(order_date) over (partition by customer_id order by order_date), order_date) as gap_days,
from days;

create table gap_totals as
select
    customer_id,
    median(gap_days) filter (where order_date > getvariable('as_of_date') - 365) as median_days_between_orders,
    max(order_date) filter (where gap_days >= 365) as comeback_date,
from order_gaps
group by customer_id;

create table categories as
with line_amounts as (
    select order_id, order_line_id, product_id, category, quantity, round(quantity * unit_price, 2) as gross, discount_amount
    from order_lines
    where category is not null and not is_service and quantity > 0 and unit_price >= 0
),

line_refunds as (
    select order_line_id, sum(amount) as refund_amount from refunds where order_line_id is not null group by order_line_id
),

bought as (
    select
        purchases.customer_id, order_id, product_id, category, quantity, gross * rate as gross_amount,
        (gross - line_amounts.discount_amount - coalesce(line_refunds.refund_amount, 0)) * rate as net_amount,
    from line_amounts
    join purchases using (order_id)
    left join line_refunds using (order_line_id)
    where
        is_purchase and purchases.customer_id is not null and days_ago < 365
        and coalesce(line_refunds.refund_amount, 0) < greatest(gross - line_amounts.discount_amount, 0.01)
),

totals as (
    select
        customer_id, category, count(distinct order_id) as orders, list(distinct product_id) as product_ids,
        sum(quantity) as units, sum(net_amount)::decimal(18, 2) as net_amount, sum(gross_amount) / sum(quantity) as unit_value,
    from bought
    group by customer_id, category
)

select
    *, row_number() over (partition by customer_id order by net_amount desc, category) as amount_rank,
    (orders + 5 * sum(orders) over (partition by category) / sum(orders) over ())
    / (sum(orders) over (partition by customer_id) + 5)
    / (sum(orders) over (partition by category) / sum(orders) over ()) as lift,
    100 * percent_rank() over (partition by category order by unit_value) as price_percentile,
from totals;

create table customer_categories as
select
    customer_id, count(*) as categories_bought, len(list_distinct(flatten(list(product_ids)))) as products_bought,
    sum(orders * price_percentile) / sum(orders) as spending_percentile,
    arg_max(category, lift) filter (where orders >= 2 and lift >= 1.5) as affinity_category,
    max(lift) filter (where orders >= 2 and lift >= 1.5) as affinity_lift,
from categories
group by customer_id;

create table habits as
with counted as (
    unpivot (
        select customer_id, channel as purchase_channel, payment_method, intent as purchase_intent
        from purchases
        where is_purchase and customer_id is not null and days_ago < 365
    )
    on purchase_channel, payment_method, purchase_intent into name trait value choice
),

totals as (select customer_id, trait, choice, count(*) as orders from counted group by all),

ranked as (
    select *, orders >= 0.5 * sum(orders) over (partition by customer_id, trait) as is_most
    from totals
    qualify row_number() over (partition by customer_id, trait order by orders desc, choice) = 1
)

select
    customer_id, max(if(is_most, choice, 'mixed')) filter (where trait = 'purchase_channel') as purchase_channel,
    max(if(is_most, choice, 'mixed')) filter (where trait = 'payment_method') as payment_method,
    max(if(is_most, choice, 'mixed')) filter (where trait = 'purchase_intent') as purchase_intent,
from ranked
group by customer_id;

-- Scores of recency and monetary value by the middle of the places that equal values share, and of
-- frequency by percent_rank; one order has frequency 1.
create macro score(places_below, places_above, places) as
    1 + least(4, 5 * (places_below - 1 + places - places_above) // (2 * (places - 1)))::int;

create table rfm as
with buyers as (
    select * from customer_orders anti join objections using (customer_id) where window_orders > 0
),

repeat_buyers as (
    select customer_id, 2 + least(3, floor(4 * percent_rank() over (order by window_orders)))::int as f_score
    from buyers
    where window_orders > 1
),

scored as (
    select
        buyers.customer_id, first_order_date,
        score(
            rank() over (order by recency_days desc), rank() over (order by recency_days), count(*) over ()
        ) as r_score,
        coalesce(f_score, 1) as f_score,
        score(
            rank() over (order by window_net_amount), rank() over (order by window_net_amount desc), count(*) over ()
        ) as m_score,
    from buyers
    left join repeat_buyers using (customer_id)
)

select
    customer_id, scored.r_score, scored.f_score, scored.m_score,
    if(
        first_order_date < getvariable('as_of_date') - 60, coalesce(segment_if_not_new, map.segment), map.segment
    ) as rfm_segment,
from scored
join seed('business/rfm_segment_map') as map
    on scored.r_score = map.r_score::int and (scored.f_score + scored.m_score + 1) // 2 = map.fm_score::int;

create table value_tiers as
with expected as (
    select
        customer_id, lifetime_net_amount,
        -- Purchases a year, shrunk to the mean of all, times the customer's average amount.
        (lifetime_orders + 1) * 365.0 / (date_diff('day', first_order_date, getvariable('as_of_date')) + 180)
        * exp(-recency_days / 365.0) * lifetime_net_amount / lifetime_orders as clv_365d,
    from customer_orders
    anti join objections using (customer_id)
),

ranked as (
    select
        *, percent_rank() over (order by lifetime_net_amount) as historic_rank,
        percent_rank() over (order by clv_365d) as expected_rank,
        (rank() over (order by lifetime_net_amount desc) - 1) / count(*) over () as historic_place,
        (rank() over (order by clv_365d desc) - 1) / count(*) over () as expected_place,
    from expected
)

select
    customer_id, clv_365d::decimal(18, 2) as clv_365d, floor(100 * historic_rank)::int as historic_value_rank,
    floor(100 * expected_rank)::int as expected_value_rank,
    case when historic_place < 0.2 then 'high' when historic_place < 0.5 then 'medium' else 'low' end as historic_value,
    case when expected_place < 0.2 then 'high' when expected_place < 0.5 then 'medium' else 'low' end as expected_value,
from ranked;

-- Typed rows of the landing, one row per key, known at the end of the last complete day.
create macro landed(file) as table
    select * from read_parquet(getvariable('landing') || '/' || file || '.parquet');

create macro seed(file) as table
    select * from read_csv(getvariable('seeds') || '/' || file || '.csv', header = true, all_varchar = true);

create macro clean_email(text) as
    case when regexp_matches(lower(trim(text)), '^[^@ ]+@[^@ ]+[.][a-z]{2,}$') then lower(trim(text)) end;

create macro digits(phone) as
    regexp_replace(regexp_replace(replace(phone, '(0)', ''), '[^0-9]', '', 'g'), '^00', '');

create macro clean_phone(phone) as if(length(digits(phone)) between 7 and 15, '+' || digits(phone), null);

create macro name_key(text) as
    regexp_replace(replace(strip_accents(lower(text)), 'ß', 'ss'), '[^a-z0-9]', '', 'g');

-- The day before the last one with at least a twentieth of the median number of orders.
create table as_of as
with days as (
    select try_cast(ordered_at as timestamp)::date as day, count(*) as orders
    from landed('orders')
    where try_cast(ordered_at as timestamp) is not null
    group by all
)
select max(day) - 1 as as_of_date, max(day)::timestamp as end_at
from days
where orders * 20 >= (select median(orders) from days);

set variable as_of_date = (select as_of_date from as_of);
set variable end_at = (select end_at from as_of);

create table country_names as select alias, country_code from seed('reference/reference_country_names');

create table countries as
select country_code, market_region, koeppen_class, main_time_zone, currency_code
from seed('reference/reference_countries');

create table bot_patterns as select pattern from seed('reference/bot_user_agents');

create table role_mailboxes as select mailbox from seed('business/role_mailboxes');

create table products as
select
    product_id, category, coalesce(is_service, false) as is_service,
    try_cast(list_price as decimal(18, 4)) as list_price, min_age,
from landed('products')
where product_id is not null and try_cast(list_price as decimal(18, 4)) is not null
qualify row_number() over (partition by product_id order by updated_at desc) = 1;

create table rates as
select distinct from_currency, rate_date, try_cast(rate as decimal(18, 8)) as rate
from landed('exchange_rates')
where try_cast(rate as decimal(18, 8)) > 0 and to_currency = 'EUR' and rate_date < getvariable('end_at');

create table contacts as
select
    contact_id, created_at, updated_at, clean_email(email) as email, clean_phone(phone) as phone,
    nullif(name_key(first_name), '') || ' ' || nullif(name_key(last_name), '') as person_name,
    case
        when birth_date not in (date '1900-01-01', date '1970-01-01')
            and date_diff('year', birth_date, getvariable('as_of_date')) between 0 and 110
        then birth_date
    end as birth_date,
    gender, marital_status, children_count, household_size,
    try_cast(annual_income as decimal(18, 2)) as annual_income,
    upper(coalesce(income_currency, 'EUR')) as income_currency,
    education_level, occupation_code, home_ownership, vehicle,
    postcode, city, region, country_code, time_zone, account_id, source_channel,
    coalesce(is_test, false) as is_test,
from landed('customers')
left join country_names on lower(country) = alias
where
    contact_id is not null
    and created_at < getvariable('end_at')
    and (annual_income is null or try_cast(annual_income as decimal(18, 2)) is not null)
qualify row_number() over (
    partition by contact_id
    order by updated_at < getvariable('end_at') desc, if(updated_at < getvariable('end_at'), updated_at, null) desc, updated_at
) = 1;

create table accounts as
select
    account_id, created_at, parent_account_id, employees, annual_turnover, balance_sheet_total,
    industry_code, postcode, city, region, country_code, has_contract, coalesce(is_test, false) as is_test,
from landed('accounts')
left join country_names on lower(country) = alias
where account_id is not null and created_at < getvariable('end_at')
qualify row_number() over (partition by account_id order by updated_at desc) = 1;

create table leads as
select
    lead_id, try_cast(created_at as timestamp) as created_at, clean_email(email) as email, clean_phone(phone) as phone,
    postcode, city, region, country_code, source_channel, interest_category,
    converted_contact_id, converted_account_id, converted_at,
from landed('leads')
left join country_names on lower(country) = alias
where lead_id is not null and try_cast(created_at as timestamp) < getvariable('end_at')
qualify row_number() over (partition by lead_id order by updated_at desc) = 1;

create table order_lines_landed as
select distinct
    order_line_id, order_id, product_id, try_cast(quantity as decimal(18, 3)) as quantity, unit_price,
    coalesce(discount_amount, 0) as discount_amount, promotion_id,
from landed('order_lines')
where
    order_line_id is not null
    and order_id is not null
    and try_cast(quantity as decimal(18, 3)) is not null
    and discount_amount >= 0
    and discount_amount <= greatest(0, quantity::double * unit_price::double) + 0.01 + 0.0001 * abs(quantity::double);

create table orders as
with typed as (
    select
        * replace (try_cast(ordered_at as timestamp) as ordered_at),
        clean_email(email) as clean_email,
        row_number() over (
            partition by order_id
            order by updated_at < getvariable('end_at') desc, if(updated_at < getvariable('end_at'), updated_at, null) desc, updated_at
        ) as version
    from landed('orders')
    where order_id is not null and try_cast(ordered_at as timestamp) < getvariable('end_at')
),

line_discounts as (
    select order_id, sum(discount_amount) as lines_discount from order_lines_landed group by order_id
)

select
    order_id, ordered_at, ordered_at::date as order_date, coalesce(status, 'placed') as status,
    contact_id, account_id, clean_email as email, clean_phone(phone) as phone, visitor_id,
    if(currency = 'EUR', 1, coalesce(rates.rate, first_rates.rate)) as rate,
    gross_amount,
    coalesce(lines_discount, 0) + if(discount_amount = lines_discount, 0, coalesce(discount_amount, 0)) as discount_amount,
    channel, payment_method, coupon_code, purpose, is_gift,
    billing.country_code as billing_country, billing_region, billing_city, billing_postcode,
    shipping.country_code as shipping_country, shipping_region, shipping_city, shipping_postcode,
    coalesce(is_test, false) as is_test,
from typed
left join line_discounts using (order_id)
asof left join rates on typed.currency = rates.from_currency and typed.ordered_at >= rates.rate_date
left join (
    select from_currency, arg_min(rate, rate_date) as rate from rates group by from_currency
) as first_rates on typed.currency = first_rates.from_currency
left join country_names as billing on lower(billing_country) = billing.alias
left join country_names as shipping on lower(shipping_country) = shipping.alias
where version = 1 and (currency = 'EUR' or first_rates.rate is not null);

create table order_lines as
select lines.*, products.category, products.is_service
from order_lines_landed as lines
semi join orders using (order_id)
left join products using (product_id);

create table refunds as
select distinct refund_id, refunded_at, order_id, order_line_id, amount
from landed('refunds')
semi join orders using (order_id)
where refund_id is not null and refunded_at < getvariable('end_at') and amount >= 0;

create table events as
with typed as materialized (
    select
        event_id, occurred_at, event_type, visitor_id, session_id, contact_id, clean_email(email) as email,
        page_url, page_type, referrer_url, utm_source, utm_medium, utm_campaign, product_id,
        coalesce(products.category, landed.category) as category,
        quantity, unit_price, cart_id, checkout_step, order_id, device_type, user_agent, ip_address,
    from landed('events') as landed
    left join products using (product_id)
    where event_id is not null and event_type is not null and occurred_at < getvariable('end_at')
),

repeated as (select event_id from typed group by event_id having count(*) > 1)

select * from typed anti join repeated using (event_id)
union all
select distinct on (event_id) * from typed semi join repeated using (event_id);

create table consents as
select
    consent_id, recorded_at, contact_id, clean_email(email) as email, purpose, channel,
    -- An unknown word is no consent.
    if(status = 'granted', status, 'withdrawn') as status, expires_at,
from landed('consents')
where consent_id is not null and recorded_at < getvariable('end_at')
qualify row_number() over (partition by consent_id order by recorded_at) = 1;

create table touches as
select distinct touch_id, touched_at, campaign_id, channel, touch_type, contact_id, clean_email(email) as email
from landed('campaign_touches')
where touch_id is not null and touched_at < getvariable('end_at');

create table preferences as
select distinct preference_id, declared_at, contact_id, preference_type, preference_value
from landed('declared_preferences')
where preference_id is not null and declared_at < getvariable('end_at');

create table service_contacts as
select
    service_contact_id, opened_at, channel, contact_id, account_id, clean_email(email) as email, order_id, reason,
    is_resolved, satisfaction_score,
from landed('service_contacts')
where service_contact_id is not null and opened_at < getvariable('end_at')
qualify row_number() over (partition by service_contact_id order by updated_at desc) = 1;

create table answers as
select response_id, responded_at, survey_id, question_id, contact_id, answer_code, answer_number
from landed('survey_responses')
where response_id is not null and responded_at < getvariable('end_at')
qualify row_number() over (partition by response_id order by responded_at) = 1;

create table erasure_requests as
select contact_id, clean_email(email) as email, clean_phone(phone) as phone, visitor_id
from landed('erasure_requests');

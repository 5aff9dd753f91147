-- Consents, addresses, attributes, service contacts, surveys and companies of customers.
create table statements as
with said as (
    select
        recorded_at, contact_id, email, coalesce(purpose, 'all') as purpose, coalesce(channel, 'all') as channel,
        status, expires_at,
    from consents
    union all
    select touched_at, contact_id, email, unnest(['marketing', 'survey']), channel, 'withdrawn', null
    from touches
    where touch_type in ('unsubscribed', 'complained')
),

named as (
    select said.*, customer_id
    from said join identifiers on kind = 'contact' and key = contact_id
    union all
    select said.*, customer_id
    from said join identifiers on kind = 'email' and key = email
    where contact_id is null or status = 'withdrawn'
    union all
    select said.*, customer_id
    from said
    join contacts using (contact_id)
    join identifiers on kind = 'email' and key = contacts.email
    where status = 'withdrawn'
)

select * from named
qualify row_number() over (
    partition by customer_id, purpose, channel order by recorded_at desc, status desc, expires_at
) = 1;

create table objections as
select distinct customer_id from statements where purpose in ('profiling', 'all') and status = 'withdrawn';

create table reach as
select
    customer_id, string_agg(channel, ' ' order by channel) filter (
        where status = 'granted' and coalesce(expires_at >= getvariable('end_at'), true)
    ) as granted_channels,
    max(recorded_at) as last_statement_at,
from statements
where purpose = 'marketing'
group by customer_id;

create table cities as
select country_code, city_key, region_name, city_name, time_zone, koeppen_class, density_class
from seed('reference/reference_cities')
qualify row_number() over (partition by country_code, city_key order by population::bigint desc) = 1;

-- The best address of a customer: the record, a delivery, an invoice, the lead, the company.
create table places as
with addresses as (
    select customer_id, 1 as rank, 'contact' as source, updated_at as known_at, country_code, region, city, postcode, time_zone
    from contacts join identifiers on kind = 'contact' and key = contact_id
    where country_code is not null
    union all
    select customer_id, 2, 'shipping', ordered_at, shipping_country, shipping_region, shipping_city, shipping_postcode, null
    from orders join identifiers on kind = 'contact' and key = contact_id
    where shipping_country is not null and not is_gift
    union all
    select customer_id, 3, 'billing', ordered_at, billing_country, billing_region, billing_city, billing_postcode, null
    from orders
    join identifiers on kind = if(account_id is null, 'email', 'account') and key = coalesce(account_id, email)
    where billing_country is not null
    union all
    select customer_id, 4, 'lead', created_at, country_code, region, city, postcode, null
    from leads join identifiers on kind = 'lead' and key = lead_id
    where country_code is not null
    union all
    select customer_id, 0, 'account', created_at, country_code, region, city, postcode, null
    from accounts join identifiers on kind = 'account' and key = account_id
    where country_code is not null
),

best as (
    select * from addresses qualify row_number() over (partition by customer_id order by rank, known_at desc, city) = 1
)

select
    customer_id, source as location_source, best.country_code, market_region, coalesce(region_name, best.region) as region,
    coalesce(city_name, best.city) as city, postcode,
    coalesce(best.time_zone, cities.time_zone, main_time_zone) as time_zone,
    if(cities.city_key is null, 'country', 'city') as location_precision,
    density_class, coalesce(cities.koeppen_class, countries.koeppen_class) as climate_class,
    case left(coalesce(cities.koeppen_class, countries.koeppen_class), 1)
        when 'A' then 'tropical' when 'B' then 'arid' when 'C' then 'temperate' when 'D' then 'cold' when 'E' then 'polar'
    end as climate,
from best
left join countries using (country_code)
left join cities on best.country_code = cities.country_code and name_key(best.city) = cities.city_key;

create table median_incomes as
select country_code, arg_max(median_income, year)::double as median_income
from seed('reference/reference_median_incomes')
group by country_code;

create table demographics as
select
    customer_id, date_diff('year', birth_date, getvariable('as_of_date'))
    - if(strftime(birth_date, '%m%d') > strftime(getvariable('as_of_date'), '%m%d'), 1, 0) as age_years,
    year(birth_date) as birth_year, gender, marital_status, children_count, household_size,
    annual_income * if(income_currency = 'EUR', 1, coalesce(rate, 1)) / median_income as income_ratio,
    education_band, occupation_groups.segment as occupation, home_ownership, vehicle, source_channel, contacts.account_id,
    contacts.created_at,
from customers
join contacts using (contact_id)
left join median_incomes using (country_code)
left join (select from_currency, arg_max(rate, rate_date) as rate from rates group by all) as last_rates
    on income_currency = from_currency
left join (select education_level, education_band from seed('reference/reference_education_levels')) as education
    using (education_level)
left join (select occupation_group, segment from seed('reference/reference_occupation_groups')) as occupation_groups
    on left(occupation_code, 1) = occupation_group;

create table service as
with contacts_of_customers as (
    select
        customer_id, opened_at, channel, reason, is_resolved, satisfaction_score,
        date_diff('day', opened_at::date, getvariable('as_of_date')) as days_ago,
    from service_contacts
    join identifiers on kind = if(account_id is null, 'contact', 'account') and key = coalesce(account_id, contact_id)
),

reasons as (
    select customer_id, reason, count(*) as contacts
    from contacts_of_customers
    where reason is not null and days_ago < 365
    group by customer_id, reason
    qualify row_number() over (partition by customer_id order by count(*) desc, reason) = 1
)

select
    customer_id, count(*) filter (where days_ago < 365) as service_contacts,
    count(*) filter (where not is_resolved) as unresolved_contacts, max(opened_at)::date as last_service_date,
    mode(channel) as service_channel, mode(hour(opened_at)) as contact_hour,
    avg(satisfaction_score) filter (where days_ago < 365) as satisfaction,
    count(satisfaction_score) filter (where days_ago < 365) as satisfaction_scores, any_value(reasons.reason) as service_reason,
    any_value(reasons.contacts) as reason_contacts, list(distinct opened_at::date) as active_dates,
from contacts_of_customers
left join reasons using (customer_id)
group by customer_id;

-- Points of the scales of surveys; the shares of the points above neutral are the weights.
create table survey_scores as
with scored as (
    select customer_id, dimension, scale, points::double as points, responded_at, answers.question_id
    from answers
    join identifiers on kind = 'contact' and key = contact_id
    join seed('business/survey_scales') as scales
        on answers.survey_id = scales.survey_id and answers.question_id = scales.question_id and answer_code = scales.answer
),

latest as (
    select * from scored
    qualify row_number() over (partition by customer_id, dimension, scale, question_id order by responded_at desc) = 1
),

totals as (
    select customer_id, dimension, scale, greatest(avg(points) - 3, 0) as points from latest group by all
)

select
    customer_id, dimension, scale, points / sum(points) over (partition by customer_id, dimension) as weight,
    row_number() over (partition by customer_id, dimension order by points desc, scale) = 1 as is_primary,
from totals
where points > 0;

create table declared as
select
    customer_id,
    arg_max(preference_value, declared_at) filter (where preference_type = 'purchase_channel') as declared_purchase_channel,
    arg_max(preference_value, declared_at) filter (where preference_type = 'service_channel') as declared_service_channel,
    arg_max(preference_value, declared_at) filter (where preference_type = 'communication_style') as communication_style,
    arg_max(preference_value, declared_at) filter (where preference_type = 'contact_hour') as declared_hours,
from preferences
join identifiers on kind = 'contact' and key = contact_id
group by customer_id;

create table firmographics as
select
    customer_id, employees, annual_turnover, industry, parent_account_id is not null as has_parent,
    account_id in (select parent_account_id from accounts) as is_parent,
    case
        when employees < 10 and coalesce(annual_turnover <= 2e6, true) then 'micro'
        when employees < 50 and coalesce(annual_turnover <= 1e7, true) then 'small'
        when employees < 250 and coalesce(annual_turnover <= 5e7, true) then 'medium'
        when employees is not null then 'large'
    end as company_size,
from accounts
join identifiers on kind = 'account' and key = account_id
left join (
    select code_prefix, industry
    from seed('reference/reference_industry_codes')
    join seed('reference/reference_industry_sections') using (industry_section)
    where industry_system = 'NACE'
) as industries on left(industry_code, 2) = code_prefix;

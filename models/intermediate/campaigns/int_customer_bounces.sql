-- What came back from a customer for good and was not followed by anything that arrived. An
-- e-mail is about the address that it names, anything else about any of the customer's; a
-- touch without a channel is about every channel.
with
    bounces as (
        select * from {{ gated("stg_web__campaign_touches") }} where touch_type = 'bounced_hard'
    ),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    arrivals as (
        select customer_id, channel, max(touched_at) as arrived_at
        from {{ ref("int_campaign_touches") }}
        where touch_type in ('delivered', 'opened', 'clicked', 'redeemed')
        group by customer_id, channel
    ),

    bounces_of_customers as (
        {%- for type, key in {"contact": "contact_id", "email": "email"}.items() %}
            select
                identifiers.customer_id,
                coalesce(bounces.channel, 'all') as channel,
                case
                    when bounces.channel = 'email' then coalesce(bounces.email, 'any') else 'any'
                end as address,
                bounces.touched_at
            from bounces
            inner join identifiers on bounces.{{ key }} = identifiers.identifier
            where identifiers.identifier_type = '{{ type }}' {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    final as (
        select distinct
            bounces_of_customers.customer_id,
            bounces_of_customers.channel,
            bounces_of_customers.address
        from bounces_of_customers
        left join
            arrivals
            on bounces_of_customers.customer_id = arrivals.customer_id
            and bounces_of_customers.channel = arrivals.channel
            and bounces_of_customers.touched_at < arrivals.arrived_at
        where arrivals.customer_id is null
    )

select *
from final

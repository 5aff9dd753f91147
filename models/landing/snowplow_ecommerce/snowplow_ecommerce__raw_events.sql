{{ config(materialized="ephemeral") }}
select
    app_id,
    event_id,
    event_name,
    derived_tstamp,
    collector_tstamp,
    user_id,
    domain_userid,
    domain_sessionid,
    user_ipaddress,
    useragent,
    page_url,
    page_referrer,
    mkt_source,
    mkt_medium,
    mkt_campaign
from {{ export_file(["events", "source__snowplow_ecommerce_events"]) }}

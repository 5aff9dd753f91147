{{ config(materialized=erasure_evidence_materialized()) }}
-- Links between keys of persons, from the whole landing: every version of every record that names
-- a person, of any day, valid or not. A view keeps no copy of these data. The file is long because
-- every landing table gives the same columns.
{% set nothing = "cast(null as string)" %}
{% set records = {
    "contact record": {
        "table": "customers",
        "record_id": "contact_id",
        "contact": "contact_id",
        "email": "email",
        "phone": "phone",
        "country": "country",
        "known_at": "created_at",
        "version_at": "updated_at",
        "is_valid": "contact_id is not null and not coalesce("
        ~ is_in_the_future("created_at")
        ~ ", false)",
        "is_test": "coalesce(is_test, false)",
        "birth_date": plausible_birth_date("birth_date", "as_of_date"),
        "name_hash": "case when "
        ~ place_key("first_name")
        ~ " <> '' and "
        ~ place_key("last_name")
        ~ " <> '' then md5("
        ~ place_key("first_name")
        ~ " || ' ' || "
        ~ place_key("last_name")
        ~ ") end",
    },
    "contact merge": {
        "cte": "merged_ids",
        "contact": "former_contact_id",
        "merged_into": "contact_id",
        "is_valid": "is_valid",
    },
    "lead": {
        "table": "leads",
        "record_id": "lead_id",
        "contact": "converted_contact_id",
        "account": "converted_account_id",
        "lead": "lead_id",
        "email": "email",
        "phone": "phone",
        "country": "country",
        "known_at": "created_at",
        "version_at": "updated_at",
        "converted_at": "converted_at",
        "is_valid": "lead_id is not null and coalesce(not "
        ~ is_in_the_future("created_at")
        ~ ", false)",
    },
    "order": {
        "table": "orders",
        "record_id": "order_id",
        "contact": "contact_id",
        "account": "account_id",
        "email": "email",
        "phone": "phone",
        "visitor": "visitor_id",
        "country": "billing_country",
        "known_at": "ordered_at",
        "version_at": "updated_at",
        "is_valid": "order_id is not null and coalesce(not "
        ~ is_in_the_future("ordered_at")
        ~ ", false) and coalesce(gross_amount, 0) >= 0 and coalesce(discount_amount, 0) >= 0",
        "is_test": "coalesce(is_test, false)",
    },
    "request": {
        "table": "erasure_requests",
        "record_id": "erasure_request_id",
        "contact": "contact_id",
        "email": "email",
        "phone": "phone",
        "visitor": "visitor_id",
        "known_at": "requested_at",
    },
    "consent": {"table": "consents", "contact": "contact_id", "email": "email"},
    "preference": {
        "table": "declared_preferences",
        "contact": "contact_id",
        "email": "email",
    },
    "attribute": {"table": "sensitive_attributes", "contact": "contact_id"},
    "touch": {"table": "campaign_touches", "contact": "contact_id", "email": "email"},
    "answer": {"table": "survey_responses", "contact": "contact_id", "email": "email"},
    "service contact": {
        "table": "service_contacts",
        "contact": "contact_id",
        "email": "email",
        "phone": "phone",
    },
    "event": {
        "cte": "event_keys",
        "contact": "contact_id",
        "email_key": "email",
        "visitor": "visitor_id",
        "known_at": "known_on",
        "is_valid": "is_valid",
    },
    "bot": {"cte": "bot_keys", "visitor": "visitor_id", "known_at": "known_on"},
} %}
with
    as_of as (select * from {{ ref("as_of") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    landed_events as (
        select landed.*, as_of.as_of_date, as_of.horizon_date
        from
            {{
                landing(
                    "events",
                    [
                        "event_id",
                        "occurred_at",
                        "event_type",
                        "visitor_id",
                        "contact_id",
                        "email",
                        "user_agent",
                    ],
                    with_erased=true,
                )
            }} as landed
        cross join as_of
    ),

    events as (
        select
            contact_id,
            {{ erasure_key("email", "email") }} as email,
            visitor_id,
            user_agent,
            cast(occurred_at as date) as known_on,
            type_error is null
            and event_id is not null
            and event_type is not null
            and coalesce(not {{ is_in_the_future("occurred_at") }}, false) as is_valid
        from landed_events
        where coalesce(contact_id, email, visitor_id) is not null
    ),

    visitor_days as (
        select visitor_id, known_on, user_agent, count(*) as events
        from events
        where is_valid and visitor_id is not null
        group by visitor_id, known_on, user_agent
    ),

    {{ with_bots("visitor_days") }},

    event_keys as (
        select contact_id, email, visitor_id, is_valid, min(known_on) as known_on
        from events
        group by contact_id, email, visitor_id, is_valid
    ),

    bot_days as (
        select visitor_days.visitor_id, visitor_days.known_on
        from visitor_days
        left join bots on visitor_days.user_agent = bots.user_agent
        group by visitor_days.visitor_id, visitor_days.known_on
        having
            count(bots.user_agent) > 0
            or sum(visitor_days.events) > {{ var("visitor_max_events_a_day") }}
    ),

    bot_keys as (select visitor_id, min(known_on) as known_on from bot_days group by visitor_id),

    {% for columns in records.values() if columns.table -%}
        {%- set countries = "countries" if "country" in columns else none %}
        landed_{{ columns.table }} as (
            select
                landed.*,
                {%- if "phone" in columns %}
                    {{ erasure_key("phone", "landed." ~ columns["phone"], countries) }}
                    as phone_key,
                {%- endif %}
                {{ erasure_key("email", "landed.email") if "email" in columns else nothing }}
                as email_key,
                as_of.as_of_date,
                as_of.horizon_date
            from {{ landing(columns.table, with_erased=true) }} as landed
            cross join as_of
            {%- if countries %}
                left join country_names on country_names.alias = lower(landed.{{ columns.country }})
                left join countries on country_names.country_code = countries.country_code
            {%- endif %}
        ),
    {%- endfor %}

    merging_contacts as (
        select *, type_error is null as is_valid
        from landed_customers
        where not coalesce(is_test, false)
    ),

    merged_ids as (
        select * from {{ former_contact_ids("merging_contacts", ["is_valid"]) }} as former_ids
    ),

    final as (
        {%- for evidence, columns in records.items() %}
            {%- set values = {
                "record_id": columns.get("record_id", nothing),
                "contact_id": columns.get("contact", nothing),
                "merged_into": columns.get("merged_into", nothing),
                "account_id": columns.get("account", nothing),
                "lead_id": columns.get("lead", nothing),
                "email": columns.get(
                    "email_key", "email_key" if columns.table else nothing
                ),
                "phone": "phone_key" if "phone" in columns else nothing,
                "visitor_id": columns.get("visitor", nothing),
                "known_on": "cast(" ~ columns.get("known_at", "null") ~ " as date)",
                "version_at": "cast("
                ~ columns.get("version_at", "null")
                ~ " as timestamp)",
                "converted_on": "cast("
                ~ columns.get("converted_at", "null")
                ~ " as date)",
                "is_valid": ("type_error is null and " if columns.table else "")
                ~ columns.get("is_valid", "true"),
                "is_test": columns.get("is_test", "false"),
                "name_hash": columns.get("name_hash", nothing),
                "birth_date": "cast(" ~ columns.get("birth_date", "null") ~ " as date)",
            } %}
            select
                '{{ evidence }}' as evidence,
                {%- for name, value in values.items() %}
                    {{ value }} {{ "as " ~ name if value != name }} {{ "," if not loop.last }}
                {%- endfor %}
            from {{ columns.cte or "landed_" ~ columns.table }} {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select *
from final

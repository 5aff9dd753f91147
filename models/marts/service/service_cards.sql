-- Card of a customer for a service agent: the current visit, a recommendation and the reasons.
-- Segments, preferences and offers are those of the last full build; the visit is that of the
-- last hour. The weight of a segment is in fct_customer_segments. The card of a customer who
-- objects to profiling shows declared contact preferences only. A device that the last full build
-- did not know has a card while its visit is current.
{% set shown = {
    "preferred_service_channel": "preferred_channel",
    "communication_style": "preferred_style",
    "contact_hours": "contact_hours",
    "marketing_consent": "marketing_consent",
    "satisfaction": "satisfaction",
} %}
with
    requested_customers as (select * from {{ ref("int_requested_customers") }}),

    moment as (select max(now_at) as now_at from {{ ref("int_visit_events") }}),

    customers as (
        select
            customer_id,
            customer_kind,
            is_profiled,
            age_band_segment,
            time_zone,
            quiet_from_utc,
            quiet_until_utc
        from {{ ref("dim_customers") }}
        union all
        select visits.customer_id, 'person', true, null, null, null, null
        from {{ ref("int_current_visits") }} as visits
        left join {{ ref("dim_customers") }} as known on visits.customer_id = known.customer_id
        where known.customer_id is null
    ),

    profiled_customers as (select customer_id from customers where is_profiled),

    memberships as (select * from {{ ref("segment_memberships") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    segments as (select * from {{ ref("segments") }}),

    card_segmentations as (select * from {{ ref("card_segmentations") }}),

    strategies as (select * from {{ ref("strategies") }}),

    -- The current visit recommends first, then the segments in the order of card_segmentations.
    candidates as (
        select
            visits.customer_id,
            0 as priority,
            visit_strategies.strategy,
            'visit ' || visits.visit_state as recommended_by,
            visits.visit_reason as reason
        from {{ ref("int_current_visits") }} as visits
        inner join
            {{ ref("visit_strategies") }} as visit_strategies
            on visits.visit_state = visit_strategies.visit_state
        union all
        select
            memberships.customer_id,
            card_segmentations.priority,
            segment_strategies.strategy,
            memberships.segmentation || ' ' || memberships.segment,
            memberships.reason
        from memberships
        inner join card_segmentations on memberships.segmentation = card_segmentations.segmentation
        inner join
            {{ ref("segment_strategies") }} as segment_strategies
            on memberships.segmentation = segment_strategies.segmentation
            and memberships.segment = segment_strategies.segment
    ),

    ranked_candidates as (
        select
            *,
            row_number() over (
                partition by customer_id order by priority asc, recommended_by asc
            ) as candidate_rank
        from candidates
    ),

    actions as (
        select
            ranked_candidates.customer_id,
            ranked_candidates.strategy,
            strategies.label as strategy_label,
            strategies.description as what_to_do,
            strategies.goal,
            goals.department,
            ranked_candidates.recommended_by,
            ranked_candidates.reason
        from ranked_candidates
        inner join
            profiled_customers on ranked_candidates.customer_id = profiled_customers.customer_id
        inner join strategies on ranked_candidates.strategy = strategies.strategy
        inner join {{ ref("goals") }} as goals on strategies.goal = goals.goal
        where ranked_candidates.candidate_rank = 1
    ),

    preferences as (select * from {{ ref("int_customer_preferences") }}),

    features as (select * from {{ ref("customer_features") }}),

    languages as (
        select customer_id, min(language) as language
        from {{ ref("int_contact_points") }}
        group by customer_id
    ),

    contact_reasons as (select * from {{ ref("contact_reasons") }}),

    segment_lines as (
        select
            memberships.customer_id,
            segmentations.label
            || ': '
            || coalesce(segments.label, memberships.segment)
            || coalesce(
                case
                    when not segmentations.is_hard
                    then ' ' || cast({{ rounded("customer_segments.weight", 2) }} as string)
                end,
                ''
            )
            || coalesce(' (' || memberships.reason || ')', '') as segment_line
        from memberships
        inner join profiled_customers on memberships.customer_id = profiled_customers.customer_id
        inner join card_segmentations on memberships.segmentation = card_segmentations.segmentation
        inner join segmentations on memberships.segmentation = segmentations.segmentation
        left join
            segments
            on memberships.segmentation = segments.segmentation
            and memberships.segment = segments.segment
        left join
            {{ ref("fct_customer_segments") }} as customer_segments
            on memberships.customer_id = customer_segments.customer_id
            and memberships.segmentation = customer_segments.segmentation
            and memberships.segment = customer_segments.segment
        where
            memberships.segment
            not in ('unknown', 'too_few', 'not_applicable', 'no_business_segment')
    ),

    segment_lists as (
        select customer_id, {{ sorted_list("segment_line", "; ") }} as segments
        from segment_lines
        group by customer_id
    ),

    shown_memberships as (
        select customer_id, segmentation, segment, reason
        from memberships
        where segment <> 'not_profiled'
        {%- for segmentation, preference in {
                "preferred_service_channel": "service_channel",
                "contact_hours": "contact_hour",
            }.items() %}
            union all
            select
                objections.customer_id,
                '{{ segmentation }}',
                preferences.{{ preference }},
                preferences.{{ preference }}_evidence
            from {{ ref("int_profiling_objections") }} as objections
            inner join preferences on objections.customer_id = preferences.customer_id
        {%- endfor %}
    ),

    shown_segments as (
        select
            customer_id,
            {%- for segmentation, column in shown.items() %}
                max(case when segmentation = '{{ segmentation }}' then segment end) as {{ column }},
                max(
                    case when segmentation = '{{ segmentation }}' then reason end
                ) as {{ column }}_reason {{- ',' if not loop.last }}
            {%- endfor %}
        from shown_memberships
        group by customer_id
    ),

    marketing as (
        select contactability.customer_id, {{ reachable_channels() }}
        from {{ ref("int_customer_contactability") }} as contactability
        left join contact_reasons on contactability.why_not = contact_reasons.reason
        where contactability.purpose = 'marketing' and contactability.is_general_age
        group by contactability.customer_id
    ),

    refused_categories as (
        select
            customer_id,
            category || case
                when is_eligible
                then
                    {{
                        sentence(
                            ": {products - eligible_products} of {products} products, {not_offered}"
                        )
                    }}
                else ''
            end
            || ' ('
            || why_not
            || ')' as refusal
        from {{ ref("dim_offer_eligibility") }}
        where why_not is not null
    ),

    refusals as (
        select customer_id, {{ sorted_list("refusal", "; ") }} as do_not_offer
        from refused_categories
        group by customer_id
    ),

    replenishments as (
        select
            customer_id,
            {{
                sorted_list(
                    sentence("{replenish_on}: {category} (every {usual_gap_days} days)"), "; "
                )
            }} as replenishments
        from {{ ref("dim_offer_eligibility") }}
        where replenish_on is not null
        group by customer_id
    ),

    product_lists as (
        select
            customer_id,
            {{ sorted_list(sentence("{product_rank}. {product_name} ({reason})"), "; ") }}
            as next_products
        from {{ ref("next_products") }}
        group by customer_id
    ),

    final as (
        select
            cast(customers.customer_id as string) as customer_id,
            cast(customers.customer_kind as string) as customer_kind,
            cast(moment.now_at as timestamp) as seen_until,
            cast(
                case
                    when customers.is_profiled then coalesce(visits.visit_state, 'none')
                end as string
            ) as visit_state,
            cast(
                case
                    when customers.is_profiled
                    then
                        coalesce(
                            visits.visit_reason,
                            'no visit in {{ var("service_visit_minutes") }} minutes'
                        )
                    else 'objected to profiling'
                end as string
            ) as visit_reason,
            cast(visits.last_event_at as timestamp) as visit_last_event_at,
            cast(visits.visit_products as string) as visit_products,
            cast(visits.cart_products as string) as cart_products,
            cast(
                case when customers.is_profiled then customers.age_band_segment end as string
            ) as age_band,
            cast(
                nullif(
                    concat_ws(', ', features.city, features.region, features.country_code), ''
                ) as string
            ) as area,
            cast(languages.language as string) as language,
            cast(features.attributes as string) as attributes,
            cast(features.last_order_date as date) as last_order_date,
            cast(features.lifetime_orders as bigint) as lifetime_orders,
            cast(features.unresolved_service_contacts as bigint) as open_service_contacts,
            cast(actions.strategy as string) as recommended_strategy,
            cast(actions.strategy_label as string) as recommended_strategy_label,
            cast(actions.what_to_do as string) as what_to_do,
            cast(actions.recommended_by as string) as recommended_by,
            cast(
                case
                    when customers.is_profiled
                    then coalesce(actions.reason, 'neither the visit nor a segment has a strategy')
                    else 'objected to profiling'
                end as string
            ) as recommended_reason,
            cast(actions.goal as string) as goal,
            cast(actions.department as string) as department,
            cast(segment_lists.segments as string) as segments,
            {%- for column in shown.values() %}
                cast(shown_segments.{{ column }} as string) as {{ column }},
                cast(shown_segments.{{ column }}_reason as string) as {{ column }}_reason,
            {%- endfor %}
            cast(nullif(marketing.channels, '') as string) as marketing_channels,
            cast(contact_reasons.reason as string) as no_marketing_reason,
            cast(customers.time_zone as string) as time_zone,
            cast(customers.quiet_from_utc as string) as quiet_from_utc,
            cast(customers.quiet_until_utc as string) as quiet_until_utc,
            cast(product_lists.next_products as string) as next_products,
            cast(replenishments.replenishments as string) as replenishments,
            cast(refusals.do_not_offer as string) as do_not_offer
        from customers
        cross join moment
        left join
            {{ ref("int_current_visits") }} as visits on customers.customer_id = visits.customer_id
        left join features on customers.customer_id = features.customer_id
        left join languages on customers.customer_id = languages.customer_id
        left join actions on customers.customer_id = actions.customer_id
        left join segment_lists on customers.customer_id = segment_lists.customer_id
        left join shown_segments on customers.customer_id = shown_segments.customer_id
        left join marketing on customers.customer_id = marketing.customer_id
        left join contact_reasons on marketing.failed_check = contact_reasons.check_order
        left join product_lists on customers.customer_id = product_lists.customer_id
        left join replenishments on customers.customer_id = replenishments.customer_id
        left join refusals on customers.customer_id = refusals.customer_id
        left join requested_customers on customers.customer_id = requested_customers.customer_id
        where requested_customers.customer_id is null
    )

select *
from final

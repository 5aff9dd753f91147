-- A declared preference counts before an observed one. Each preference has its evidence.
with
    declared_preferences as (
        select *
        from {{ ref("int_declared_preferences") }}
        where is_latest and preference is not null
    ),

    channel_groups as (
        select distinct preference, preference_group
        from {{ ref("preference_values") }}
        where preference_type = 'service_channel'
        union all
        select 'mixed', 'mixed'
    ),

    candidates as (
        select
            customer_id,
            preference_type,
            preference,
            'declared' as preference_source,
            'declared ' || cast(cast(declared_at as date) as string) as evidence
        from declared_preferences
        union all
        select
            customer_id,
            preference_type,
            preference,
            'observed',
            case
                when most_contacts < {{ var("preference_min_contacts") }}
                then 'too few to tell: '
                else 'observed, '
            end
            || cast(most_contacts as string)
            || ' of '
            || cast(all_contacts as string)
            || ' in {{ var("preference_window_days") }} days'
        from {{ ref("int_observed_preferences") }}
        union all
        select
            customer_id,
            'attributes',
            {{ sorted_list("preference_value") }} as preference,
            'declared',
            'declared' as evidence
        from {{ ref("int_declared_preferences") }}
        where preference_type = 'attribute' and is_latest
        group by customer_id
    ),

    ranked_candidates as (
        select
            *,
            row_number() over (
                partition by customer_id, preference_type
                order by case when preference_source = 'declared' then 1 else 2 end
            ) as source_rank
        from candidates
    ),

    preferences as (
        select
            customer_id,
            {%- for preference_type in [
                "purchase_channel",
                "service_channel",
                "communication_style",
                "contact_hour",
                "attributes",
            ] %}
                {%- set is_of_type = "preference_type = '" ~ preference_type ~ "'" %}
                max(case when {{ is_of_type }} then preference end) as {{ preference_type }},
                max(
                    case when {{ is_of_type }} then evidence end
                ) as {{ preference_type }}_evidence {{- ',' if not loop.last }}
            {%- endfor %}
        from ranked_candidates
        where source_rank = 1
        group by customer_id
    ),

    final as (
        select
            preferences.*,
            case
                when preferences.purchase_channel is null or channel_groups.preference_group is null
                then null
                when 'mixed' in (preferences.purchase_channel, channel_groups.preference_group)
                then 'mixed'
                else preferences.purchase_channel || '_' || channel_groups.preference_group
            end as channel_quadrant
        from preferences
        left join channel_groups on preferences.service_channel = channel_groups.preference
    )

select *
from final

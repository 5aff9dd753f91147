-- Candidates of each contact list, that is of each audience and survey: the customers in its
-- segments, with the first check that fails. The seed contact_reasons has the checks and their
-- order. Consent, age and address are checked in int_customer_contactability, the rest here: it
-- depends on the list. All checks are in one file, so that audiences and surveys cannot differ.
--
-- Customers who object to profiling are candidates of every audience, because nobody evaluates
-- which segments they would be in. A survey is for people with a known segment.
{% set list_and_customer = "candidates.list_kind, candidates.list_name, candidates.customer_id" %}
{% set days_since_contact = dbt.datediff("contacts.contact_date", "as_of.as_of_date", "day") %}
with
    audience_segments as (select * from {{ ref("audience_segments") }}),

    survey_studies as (select * from {{ ref("survey_studies") }}),

    memberships as (select * from {{ ref("segment_memberships") }}),

    people as (
        select customer_id from {{ ref("customer_features") }} where customer_kind = 'person'
    ),

    contact_reasons as (select * from {{ ref("contact_reasons") }}),

    -- A survey uses every channel, and contacts by any channel count for its cap.
    lists as (
        select
            'audience' as list_kind,
            audience as list_name,
            purpose,
            channel,
            min_age,
            takes_unknown_age,
            frequency_cap,
            frequency_cap_days
        from {{ ref("audiences") }}
        union all
        select
            'survey',
            survey_id,
            'survey',
            null,
            min_age,
            {{ not var("unknown_age_is_too_young") }},
            1,
            min_days_since_contact
        from survey_studies
    ),

    listed_segments as (
        select audience, kind, segmentation, segment
        from audience_segments
        union all
        select distinct audience, kind, segmentation, 'not_profiled'
        from audience_segments
        where kind = 'include'
    ),

    listed_memberships as (
        select
            'audience' as list_kind,
            listed_segments.audience as list_name,
            listed_segments.kind,
            memberships.customer_id,
            memberships.segmentation,
            memberships.segment,
            memberships.reason
        from listed_segments
        inner join
            memberships
            on listed_segments.segmentation = memberships.segmentation
            and listed_segments.segment = memberships.segment
        union all
        select
            'survey',
            survey_studies.survey_id,
            'include',
            memberships.customer_id,
            memberships.segmentation,
            memberships.segment,
            memberships.reason
        from survey_studies
        inner join memberships on survey_studies.segmentation = memberships.segmentation
        inner join people on memberships.customer_id = people.customer_id
        where memberships.segment not in ('unknown', 'too_few', 'not_applicable')
    ),

    ranked_memberships as (
        select
            *,
            row_number() over (
                partition by list_kind, list_name, customer_id
                order by segmentation asc, segment asc
            ) as segment_rank
        from listed_memberships
        where kind = 'include'
    ),

    candidates as (
        select
            ranked_memberships.*,
            lists.purpose,
            lists.channel,
            lists.min_age,
            lists.takes_unknown_age,
            lists.frequency_cap,
            lists.frequency_cap_days
        from ranked_memberships
        inner join
            lists
            on ranked_memberships.list_kind = lists.list_kind
            and ranked_memberships.list_name = lists.list_name
        where ranked_memberships.segment_rank = 1
    ),

    reach as (
        select
            {{ list_and_customer }},
            -- A survey, which has every channel, is for people: they have one contact.
            min(contactability.contact_customer_id) as contact_customer_id,
            {{ reachable_channels() }}
        from candidates
        inner join
            {{ ref("int_customer_contactability") }} as contactability
            on candidates.customer_id = contactability.customer_id
            and candidates.purpose = contactability.purpose
            and coalesce(candidates.channel, contactability.channel) = contactability.channel
            and candidates.min_age = contactability.min_age
            and candidates.takes_unknown_age = contactability.takes_unknown_age
        left join contact_reasons on contactability.why_not = contact_reasons.reason
        group by {{ list_and_customer }}
    ),

    -- An answer to a survey is a contact without a channel: only surveys count it.
    contacts as (
        select customer_id, channel, cast(happened_at as date) as contact_date
        from {{ ref("int_customer_steps") }}
        where step = 'message_sent'
        union all
        select customer_id, 'survey', answered_date
        from {{ ref("int_survey_answers") }}
    ),

    frequent_contacts as (
        select {{ list_and_customer }}
        from candidates
        inner join
            reach
            on candidates.list_kind = reach.list_kind
            and candidates.list_name = reach.list_name
            and candidates.customer_id = reach.customer_id
        inner join
            contacts
            on reach.contact_customer_id = contacts.customer_id
            and coalesce(candidates.channel, contacts.channel) = contacts.channel
        cross join {{ ref("as_of") }} as as_of
        where {{ days_since_contact }} < candidates.frequency_cap_days
        group by {{ list_and_customer }}, candidates.frequency_cap
        having count(*) >= candidates.frequency_cap
    ),

    -- Products in the same groups are one kind: a shop has thousands of wines and few kinds.
    product_kinds as (
        select product_id, {{ sorted_list("product_group") }} as product_kind
        from {{ ref("int_product_groups") }}
        group by product_id
    ),

    groups_of_kinds as (
        select distinct product_kinds.product_kind, product_groups.product_group
        from {{ ref("int_product_groups") }} as product_groups
        inner join product_kinds on product_groups.product_id = product_kinds.product_id
    ),

    offers as (
        select distinct audience_offers.audience, groups_of_kinds.product_kind
        from {{ ref("audience_offers") }} as audience_offers
        left join
            groups_of_kinds
            on audience_offers.product_by || ':' || audience_offers.product_value
            = groups_of_kinds.product_group
    ),

    suppressed_offers as (
        select
            offers.audience,
            suppressions.customer_id,
            count(distinct offers.product_kind) as product_kinds
        from offers
        inner join groups_of_kinds on offers.product_kind = groups_of_kinds.product_kind
        inner join
            {{ ref("int_customer_suppressions") }} as suppressions
            on groups_of_kinds.product_group = suppressions.product_group
        group by offers.audience, suppressions.customer_id
    ),

    -- Nothing is left to offer. An audience may name products that the shop does not have, and
    -- nobody evaluates what suits a customer who objects to profiling.
    ineligible_candidates as (
        select candidates.list_name, candidates.customer_id
        from candidates
        inner join
            (
                select audience, count(product_kind) as product_kinds from offers group by audience
            ) as all_offers
            on candidates.list_name = all_offers.audience
        left join
            suppressed_offers
            on candidates.list_name = suppressed_offers.audience
            and candidates.customer_id = suppressed_offers.customer_id
        left join
            {{ ref("int_profiled_customers") }} as customers
            on candidates.customer_id = customers.customer_id
        where
            candidates.list_kind = 'audience'
            and (
                customers.customer_id is null
                or all_offers.product_kinds <= coalesce(suppressed_offers.product_kinds, 0)
            )
    ),

    required_segmentations as (
        select distinct audience as list_name, segmentation
        from audience_segments
        where kind = 'require'
    ),

    -- One of several required segments of a segmentation is enough.
    met_requirements as (
        select distinct list_name, customer_id, segmentation
        from listed_memberships
        where kind = 'require'
    ),

    missing_segments as (
        select distinct candidates.list_name, candidates.customer_id
        from candidates
        inner join required_segmentations on candidates.list_name = required_segmentations.list_name
        left join
            met_requirements
            on candidates.list_name = met_requirements.list_name
            and candidates.customer_id = met_requirements.customer_id
            and required_segmentations.segmentation = met_requirements.segmentation
        where candidates.list_kind = 'audience' and met_requirements.list_name is null
    ),

    failed_checks as (
        select reach.list_kind, reach.list_name, reach.customer_id, contact_reasons.reason
        from reach
        inner join contact_reasons on reach.failed_check = contact_reasons.check_order
        union all
        select list_kind, list_name, customer_id, 'excluded_segment'
        from listed_memberships
        where kind = 'exclude'
        union all
        -- The person who would read the message of a company is in an excluded segment.
        select reach.list_kind, reach.list_name, reach.customer_id, 'excluded_segment'
        from reach
        inner join
            listed_memberships
            on reach.list_kind = listed_memberships.list_kind
            and reach.list_name = listed_memberships.list_name
            and reach.contact_customer_id = listed_memberships.customer_id
        where listed_memberships.kind = 'exclude'
        union all
        select 'audience', list_name, customer_id, 'missing_segment'
        from missing_segments
        union all
        select list_kind, list_name, customer_id, 'frequency_cap'
        from frequent_contacts
        union all
        select 'audience', list_name, customer_id, 'not_eligible'
        from ineligible_candidates
    ),

    ranked_checks as (
        select
            failed_checks.*,
            row_number() over (
                partition by
                    failed_checks.list_kind, failed_checks.list_name, failed_checks.customer_id
                order by contact_reasons.check_order asc
            ) as check_rank
        from failed_checks
        inner join contact_reasons on failed_checks.reason = contact_reasons.reason
    ),

    final as (
        select
            cast(candidates.list_kind as string) as list_kind,
            cast(candidates.list_name as string) as list_name,
            cast(candidates.customer_id as string) as customer_id,
            cast(reach.contact_customer_id as string) as contact_customer_id,
            cast(candidates.segmentation as string) as segmentation,
            cast(candidates.segment as string) as segment,
            cast(candidates.reason as string) as segment_reason,
            cast(reach.channels as string) as channels,
            cast(ranked_checks.reason as string) as why_not
        from candidates
        inner join
            reach
            on candidates.list_kind = reach.list_kind
            and candidates.list_name = reach.list_name
            and candidates.customer_id = reach.customer_id
        left join
            ranked_checks
            on candidates.list_kind = ranked_checks.list_kind
            and candidates.list_name = ranked_checks.list_name
            and candidates.customer_id = ranked_checks.customer_id
            and ranked_checks.check_rank = 1
    )

select *
from final

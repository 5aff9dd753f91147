-- Former ids of a customer, found without state from a group's identifiers and links at the end of
-- each day on which ids could meet. An identifier was a customer of its own if it was the oldest
-- of its part of the group on its first day. That ended on the day on which an older identifier
-- joined the part. A company absorbs the lead that becomes it and the device that it orders from.
with
    identity_links as (select * from {{ ref("int_identity_dated_links") }}),

    ranked_links as (
        select
            *,
            row_number() over (
                partition by younger order by link_date, older, evidence
            ) as link_number,
            link_date
            <= coalesce(cast(substr(younger, 1, 10) as date), link_date) as is_from_first_day
        from identity_links
        where not is_of_company
    ),

    merging_links as (select * from ranked_links where link_number > 1 or not is_from_first_day),

    linked_candidates as (
        select customer_id, older as age_rank
        from ranked_links
        where is_older_candidate
        union
        select customer_id, younger
        from ranked_links
        where is_younger_candidate
    ),

    candidates as (
        select linked_candidates.*
        from linked_candidates
        left join
            ranked_links
            on linked_candidates.age_rank = ranked_links.younger
            and ranked_links.link_number = 1
            and ranked_links.is_from_first_day
        where ranked_links.younger is null
    ),

    merge_days as (
        select distinct merging_links.customer_id, merging_links.link_date
        from merging_links
        inner join candidates on merging_links.customer_id = candidates.customer_id
    ),

    links_by_day as (
        select
            cast(merge_days.link_date as string) || ' ' || ranked_links.younger as node,
            cast(merge_days.link_date as string) || ' ' || ranked_links.older as other
        from merge_days
        inner join
            ranked_links
            on merge_days.customer_id = ranked_links.customer_id
            and merge_days.link_date >= ranked_links.link_date
    ),

    {{ connected_components("links_by_day", var("identity_max_group_size")) }},

    nodes_by_day as (
        select
            substr(node, 12) as age_rank,
            cast(substr(node, 1, 10) as date) as link_date,
            substr(min(node) over (partition by component), 12) as oldest
        from components
    ),

    absorptions as (
        select candidates.customer_id, candidates.age_rank, min(nodes_by_day.link_date) as merged_on
        from candidates
        inner join nodes_by_day on candidates.age_rank = nodes_by_day.age_rank
        where nodes_by_day.oldest < candidates.age_rank
        group by candidates.customer_id, candidates.age_rank
    ),

    final as (
        select
            {{ keyed_hash("substr(absorptions.age_rank, 14)") }} as absorbed_customer_id,
            absorptions.customer_id,
            absorptions.merged_on,
            -- A lead conversion is the best evidence.
            coalesce(
                min(
                    case
                        when merging_links.evidence = 'lead conversion' then merging_links.evidence
                    end
                ),
                min(merging_links.evidence)
            ) as evidence
        from absorptions
        inner join
            merging_links
            on absorptions.customer_id = merging_links.customer_id
            and absorptions.merged_on = merging_links.link_date
        group by absorptions.age_rank, absorptions.customer_id, absorptions.merged_on
        union all
        select {{ keyed_hash("substr(other, 14)") }}, customer_id, min(link_date), min(evidence)
        from identity_links
        where
            is_of_company
            and (evidence = 'lead conversion' or other like '% visitor|%')
            and link_date > other_seen_date
        group by other, customer_id
    )

select *
from final

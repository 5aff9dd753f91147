-- Queries of figures read these views: published tables with labels, without counts of few customers.
create macro shown(customers) as
    case when customers = 0 or customers >= getvariable('few') then customers end;

create macro plain(name) as replace(
    replace(upper(name[1]) || replace(name[2:], '_', ' '), 'Crm', 'CRM'), 'Clv', 'CLV'
);

create macro label(own_label, segment) as coalesce(
    own_label,
    case segment
        when 'hidden' then 'Hidden: few customers'
        when 'not_profiled' then 'Objected to profiling'
        when 'entered' then 'New'
        when 'left' then 'No longer there'
        else plain(segment)
    end
);

create view run as
select
    cast(max(detail) filter (where item = 'as_of_date') as date) as as_of_date,
    max(detail) filter (where item = 'landing') as landing,
    max(detail) filter (where item = 'reporting_currency') as currency
from run_report
where section = 'run';

-- Figures of goals, and intervals of their changes.
create macro measured(figure, unit) as case unit
    when 'share' then printf('%.1f', 100 * cast(figure as double)) || chr(160) || '%'
    when 'amount' then (select currency from run) || printf(' %,.0f', cast(figure as double))
    else printf('%.2f', cast(figure as double))
end;

create macro interval_of(least, most, unit) as case unit
    when 'share'
    then printf('%+.1f to %+.1f points', 100 * cast(least as double), 100 * cast(most as double))
    when 'amount' then printf('%+,.0f to %+,.0f', cast(least as double), cast(most as double))
    else printf('%+.2f to %+.2f', cast(least as double), cast(most as double))
end;

-- One row per segment of a segmentation that is available. The row hidden has the sum of the
-- amounts of small segments; pooled_customers is the number of customers that amounts belong to.
create view profiles as
select
    profile.segmentation,
    segmentations.label as segmentation_label,
    segmentations.family,
    profile.segment,
    label(segments.label, profile.segment) as label,
    segments.value_rank,
    row_number() over (
        partition by profile.segmentation
        order by
            profile.segment in ('hidden', 'not_profiled'),
            segments.sort_order,
            profile.customers desc,
            profile.segment
    ) as position,
    profile.segment
        not in ('hidden', 'not_profiled', 'not_applicable', 'too_few', 'unknown') as is_known,
    shown(profile.customers) as customers,
    shown(case profile.segment when 'hidden' then hidden_customers else customers end)
        as pooled_customers,
    shown(sum(profile.customers) over (partition by profile.segmentation)) as all_customers,
    profile.customer_share,
    shown(profile.buyers) as buyers,
    profile.orders,
    cast(profile.net_amount as double) as net_amount,
    profile.net_amount_share,
    cast(profile.average_order_value as double) as average_order_value,
    round(profile.mean_recency_days) as mean_recency_days,
    profile.top_features
from agg_segment_profiles as profile
inner join segmentations on profile.segmentation = segmentations.segmentation
left join segments
    on profile.segmentation = segments.segmentation and profile.segment = segments.segment
where segmentations.is_available;

create view moves as
select
    move.segmentation,
    move.from_date,
    move.to_date,
    move.from_segment,
    label(before.label, move.from_segment) as from_label,
    before.sort_order as from_position,
    move.to_segment,
    label(now.label, move.to_segment) as to_label,
    now.sort_order as to_position,
    before.value_rank - now.value_rank as ranks_up,
    shown(move.customers) as customers,
    move.share
from agg_segment_migration as move
left join segments as before
    on move.segmentation = before.segmentation and move.from_segment = before.segment
left join segments as now
    on move.segmentation = now.segmentation and move.to_segment = now.segment
where move.to_segment <> 'erased';

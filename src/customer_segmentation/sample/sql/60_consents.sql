-- Consents: nearly all contacts are asked once for everything; some are asked again or withdraw.
create view landing.consents as
with asked as (
    select
        *,
        unnest([
            {'purpose_no': 1, 'purpose': 'marketing', 'channel': 'email', 'asked': 0.75},
            {'purpose_no': 2, 'purpose': 'marketing', 'channel': 'phone', 'asked': 0.12},
            {'purpose_no': 3, 'purpose': 'marketing', 'channel': 'letter', 'asked': 0.15},
            {'purpose_no': 4, 'purpose': 'marketing', 'channel': 'sms', 'asked': 0.08},
            {'purpose_no': 5, 'purpose': 'marketing', 'channel': 'push', 'asked': 0.06},
            {'purpose_no': 6, 'purpose': 'profiling', 'channel': null, 'asked': 0.35},
            {'purpose_no': 7, 'purpose': 'analytics', 'channel': null, 'asked': 0.2},
            {'purpose_no': 8, 'purpose': 'survey', 'channel': 'email', 'asked': 0.3},
            {'purpose_no': 9, 'purpose': 'service', 'channel': null, 'asked': 0.15}
        ], recursive := true),
    from people
    where kind in ('contact', 'guest')
),

drawn as (
    select *, person_no * 10 + purpose_no as consent_no, digest('consent', consent_no) as dice,
    from asked
    where
        chance('asked', person_no * 10 + purpose_no)
        < asked * case kind when 'guest' then 0.5 else 1 end
),

stated as (
    select
        *,
        unnest(case when roll(dice, 0) < 0.1 then ['granted', 'withdrawn'] else ['granted'] end)
            as consent_status,
        created_at + seconds(60 + 600 * roll(dice, 1)) as granted_at,
        dirt_by_share(['unknown status', 'duplicate'], 'consent', consent_no, 0.0025) as dirt,
    from drawn
),

copied as (
    select
        *,
        unnest(case when consent_status = 'granted' then copies(dirt, ['duplicate']) else [0] end)
            as copy_no,
    from stated
),

final as (
    select
        printf('N%d', consent_no) || case consent_status when 'withdrawn' then 'W' else '' end
            as consent_id,
        case
            when consent_status = 'withdrawn'
                then granted_at + seconds(
                    date_diff('second', granted_at, period_end()) * (0.05 + 0.9 * roll(dice, 2))
                )
            else granted_at
        end as recorded_at,
        contact_id,
        case when contact_id is null then email end as email,
        purpose, channel,
        case
            when consent_status = 'granted' and dirt = 'unknown status' then 'perhaps'
            when consent_status = 'granted' and roll(dice, 3) < 0.08 then 'withdrawn'
            else consent_status
        end as status,
        case
            when purpose = 'service' then 'contract'
            when channel = 'letter' then 'legitimate_interest'
            else 'consent'
        end as legal_basis,
        case
            when purpose = 'profiling' and roll(dice, 3) > 0.5 then granted_at + interval '2 years'
        end as expires_at,
        consent_no * 4 + case consent_status when 'withdrawn' then 2 else 0 end + copy_no
            as sort_key,
    from copied
)

select * from final;

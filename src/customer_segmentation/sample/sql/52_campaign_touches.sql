-- A campaign reaches every eighth contact of its time; some react, depending on source and deals.
create view landing.campaign_touches as
with reached as (
    select
        campaigns.*, people.*, people.person_no * 100 + campaigns.campaign_no as touch_no,
        digest('touch', touch_no) as dice, roll(dice, 0) as reaction_draw,
        campaigns.starts_on + seconds(86400 * 3 * roll(dice, 1)) as sent_at,
    from people
    inner join campaigns on
            people.created_at < campaigns.starts_on
            and chance('reached', people.person_no * 100 + campaigns.campaign_no) < 0.13
    where people.kind = 'contact'
),

steps as (
    select
        *,
        unnest(case
            when reaction_draw < 0.02 then ['sent', 'bounced']
            when channel in ('letter', 'ad') and reaction_draw < 0.9 then ['sent']
            when reaction_draw < 0.03 then ['sent', 'delivered', 'opened', 'unsubscribed']
            when reaction_draw < case when seeks_deals then 0.2 else 0.05 end
                then ['sent', 'delivered', 'opened', 'clicked', 'redeemed']
            when reaction_draw < 0.15 or source_channel = 'newsletter' and reaction_draw < 0.3
                then ['sent', 'delivered', 'opened', 'clicked']
            when reaction_draw < 0.45 then ['sent', 'delivered', 'opened']
            else ['sent', 'delivered']
        end) as touch_type,
    from reached
),

soiled as (
    select
        *,
        list_position(
            ['sent', 'delivered', 'bounced', 'opened', 'clicked', 'unsubscribed', 'redeemed'],
            touch_type
        ) as step_no,
        case
            when touch_type = 'sent'
                then dirt_by_share(['missing key', 'duplicate'], 'touch', touch_no, 0.003)
        end as dirt,
    from steps
),

copied as (
    select *, unnest(copies(dirt, ['missing key', 'duplicate'])) as copy_no
    from soiled
),

final as (
    select
        case
            when copy_no = 1 and dirt = 'missing key' then null
            else printf('T%d-%d', touch_no, step_no)
        end as touch_id,
        sent_at + seconds(case touch_type
            when 'sent' then 0
            when 'delivered' then 4
            when 'bounced' then 30
            else 3600 * (step_no + 40 * roll(dice, 2))
        end) as touched_at,
        campaign_id, channel, touch_type,
        case when roll(dice, 3) >= 0.1 then contact_id end as contact_id,
        case when roll(dice, 3) < 0.1 then email end as email,
        touch_no * 20 + step_no * 2 + copy_no as sort_key,
    from copied
)

select * from final
where touched_at <= period_end();

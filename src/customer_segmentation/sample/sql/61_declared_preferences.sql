-- Declared preferences: about a third of the contacts stated one or two, and one in twenty filled
-- in the whole form, with two interests.
create view landing.declared_preferences as
with stated as (
    select
        *,
        unnest([
            'purchase_channel', 'service_channel', 'communication_style', 'contact_hour',
            'interest', 'avoidance', 'interest', 'attribute',
        ]) as preference_type,
        unnest(range(1, 9)) as type_no,
    from people
    where kind = 'contact'
),

drawn as (
    select
        *, person_no * 10 + type_no as preference_no, digest('preference', preference_no) as dice,
        dirt_by_share(['unknown type', 'duplicate'], 'preference', preference_no, 0.003) as dirt,
    from stated
    where
        chance('states', person_no * 10 + type_no)
        < case when chance('fills in the form', person_no) < 0.05 then 0.7 else 0.07 end
),

copied as (
    select *, unnest(copies(dirt, ['duplicate'])) as copy_no
    from drawn
),

final as (
    select
        printf('F%d', preference_no) as preference_id,
        created_at + seconds(date_diff('second', created_at, period_end()) * roll(dice, 0))
            as declared_at,
        contact_id, null as email,
        case when dirt = 'unknown type' then 'star_sign' else preference_type end
            as preference_type,
        case preference_type when 'attribute' then 'skin type' end as attribute,
        case preference_type
            when 'purchase_channel'
                then case
                    when store_share > 0.4 or roll(dice, 1) < 0.2 then 'store' else 'online'
                end
            when 'service_channel'
                then case
                    when age > 60 then pick(['phone', 'in_person', 'letter'], roll(dice, 1))
                    else pick(['email', 'chat', 'social', 'phone', 'email'], roll(dice, 1))
                end
            when 'communication_style'
                then pick(['formal', 'friendly', 'brief', 'detailed'], roll(dice, 1))
            when 'attribute' then pick(['dry', 'oily', 'sensitive'], roll(dice, 1))
            when 'contact_hour' then pick(['9', '12', '15', '18', '19'], roll(dice, 1))
            when 'interest' then case type_no when 7 then second_favourite else favourite end
            else pick(['pork', 'alcohol', 'youth', 'nuts', 'leather', 'beef'], roll(dice, 1))
        end as preference_value,
        preference_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;

-- Visits of the shop: a plan has the steps and times of a visit; a visit stretches its plan. Visits
-- with an order show the lines of the order. Some of them follow two visits of research, or a cart
-- that was left two hours before. Some of the other orders follow a cart that was left days before.
-- Some people fill carts and never buy, and some are still shopping on the last day.
create table plan_steps as
select * from (values
    ('bounce', 1, 0, 'page_view', 'home', null, null),

    ('look', 1, 0, 'page_view', 'home', null, null),
    ('look', 2, 25, 'page_view', 'category', null, null),
    ('look', 3, 60, 'product_view', 'product', 1, null),
    ('look', 4, 140, 'product_view', 'product', 2, null),

    ('read', 1, 0, 'page_view', 'content', null, null),
    ('read', 2, 30, 'page_ping', 'content', null, null),
    ('read', 3, 60, 'page_ping', 'content', null, null),

    ('search', 1, 0, 'page_view', 'home', null, null),
    ('search', 2, 12, 'search', 'search', null, null),
    ('search', 3, 40, 'product_view', 'product', 1, null),

    ('account', 1, 0, 'page_view', 'home', null, null),
    ('account', 2, 15, 'login', 'account', null, null),
    ('account', 3, 45, 'page_view', 'account', null, null),

    ('undecided', 1, 0, 'page_view', 'category', null, null),
    ('undecided', 2, 40, 'product_view', 'product', 1, null),
    ('undecided', 3, 130, 'product_view', 'product', 2, null),
    ('undecided', 4, 220, 'product_view', 'product', 1, null),
    ('undecided', 5, 400, 'product_view', 'product', 3, null),
    ('undecided', 6, 520, 'product_view', 'product', 1, null),
    ('undecided', 7, 640, 'product_view', 'product', 2, null),

    ('research', 1, 0, 'page_view', 'category', null, null),
    ('research', 2, 50, 'product_view', 'product', 1, null),
    ('research', 3, 160, 'product_view', 'product', 2, null),
    ('research', 4, 300, 'product_view', 'product', 3, null),
    ('research', 5, 420, 'product_view', 'product', 4, null),
    ('research', 6, 600, 'product_view', 'product', 1, null),

    ('left cart', 1, 0, 'product_view', 'product', 1, null),
    ('left cart', 2, 90, 'add_to_cart', 'product', 1, null),
    ('left cart', 3, 180, 'page_view', 'cart', null, null),

    ('left checkout', 1, 0, 'product_view', 'product', 1, null),
    ('left checkout', 2, 70, 'add_to_cart', 'product', 1, null),
    ('left checkout', 3, 130, 'checkout_step', 'checkout', null, 1),
    ('left checkout', 4, 220, 'checkout_step', 'checkout', null, 2),

    ('emptied cart', 1, 0, 'product_view', 'product', 1, null),
    ('emptied cart', 2, 60, 'add_to_cart', 'product', 1, null),
    ('emptied cart', 3, 240, 'remove_from_cart', 'cart', 1, null),

    ('demo', 1, 0, 'page_view', 'content', null, null),
    ('demo', 2, 95, 'form_submit', 'content', null, null),
    ('demo', 3, 100, 'demo_request', 'content', null, null),

    ('purchase', 1, 0, 'page_view', 'home', null, null),
    ('purchase', 2, 20, 'login', 'account', null, null),
    ('purchase', 3, 70, 'product_view', 'product', 1, null),
    ('purchase', 4, 230, 'add_to_cart', 'product', 1, null),
    ('purchase', 5, 270, 'product_view', 'product', 2, null),
    ('purchase', 6, 420, 'add_to_cart', 'product', 2, null),
    ('purchase', 7, 480, 'product_view', 'product', 3, null),
    ('purchase', 8, 640, 'add_to_cart', 'product', 3, null),
    ('purchase', 9, 700, 'add_to_cart', 'category', 4, null),
    ('purchase', 10, 760, 'add_to_cart', 'category', 5, null),
    ('purchase', 11, 860, 'checkout_step', 'checkout', null, 1),
    ('purchase', 12, 950, 'checkout_step', 'checkout', null, 2),
    ('purchase', 13, 1100, 'purchase', 'checkout', null, 3),

    ('impulse', 1, 0, 'product_view', 'product', 1, null),
    ('impulse', 2, 30, 'add_to_cart', 'product', 1, null),
    ('impulse', 3, 50, 'product_view', 'product', 2, null),
    ('impulse', 4, 90, 'add_to_cart', 'product', 2, null),
    ('impulse', 5, 120, 'product_view', 'product', 3, null),
    ('impulse', 6, 150, 'add_to_cart', 'product', 3, null),
    ('impulse', 7, 170, 'add_to_cart', 'category', 4, null),
    ('impulse', 8, 190, 'add_to_cart', 'category', 5, null),
    ('impulse', 9, 240, 'checkout_step', 'checkout', null, 1),
    ('impulse', 10, 330, 'purchase', 'checkout', null, 2)
) as listed (plan, step_no, at_second, event_type, page_type, product_slot, checkout_step);

create macro browsing_plans() as [
    'bounce', 'bounce', 'bounce', 'look', 'look', 'look', 'look', 'read', 'search', 'search',
    'account', 'left cart', 'left cart', 'left checkout', 'emptied cart', 'undecided'
];

create table visits as
with tracked_orders as (
    select
        *, digest('visit', order_no) as dice,
        case
            when (is_impulsive and lines >= 3) or chance('impulse', order_no) < 0.08 then 'impulse'
            else 'purchase'
        end as buying_plan,
    from sales
    where has_visitor and chance('tracked', order_no) < 0.24
),

order_visits as (
    select
        *,
        unnest(case
            when buying_plan = 'purchase' and roll(dice, 0) < 0.12 then [0, 1, 2]
            when roll(dice, 0) < 0.22 then [0, 3]
            else [0]
        end) as prelude_no,
    from tracked_orders
    union all
    select *, digest('visit', order_no) as dice, 'left cart' as buying_plan, 4 as prelude_no,
    from sales
    where has_visitor and chance('tracked', order_no) >= 0.98
),

left_carts as (
    select
        *,
        unnest(case
            when chance('fills carts', person_no) < 0.004
                then range(1, 4 + cast(floor(4 * chance('carts', person_no)) as bigint))
            when chance('shops today', person_no) < 0.007 then range(1)
            else []
        end) as cart_no,
        person_no * 100000 + 80000 + cart_no as visit_no, digest('left cart', visit_no) as dice,
    from people
    where kind <> 'company'
),

browsing as (
    select
        *,
        unnest(range(cast(floor(
            getvariable('visits')
            * case kind
                when 'anonymous' then 2.5 when 'lead' then 1.2 when 'company' then 0 else 1
            end
            * (0.4 + 1.2 * chance('visits', person_no))
            + chance('one more visit', person_no)
        ) as bigint))) as browsing_no,
        person_no * 100000 + 50000 + browsing_no as visit_no, digest('browsing', visit_no) as dice,
        digest('browsing again', visit_no) as more_dice,
        calendar_slot(
            greatest(0, first_share - 0.1)
            + (1 - greatest(0, first_share - 0.1)) * roll(more_dice, 0)
        ) as slot_no,
    from people
),

planned as (
    select
        person_no * 100000 + order_of_person * 10 + prelude_no as visit_no, person_no, kind,
        contact_id, email, device_owner_no,
        -- research on another device of the same person
        cast((order_no + prelude_no % 2) % devices as int) as device_no, network, price_factor,
        favourite as category, source_channel,
        case
            when prelude_no = 0 then buying_plan
            when prelude_no >= 3 then 'left cart'
            else 'research'
        end as plan,
        order_no, lines,
        ordered_at - seconds(case prelude_no
            when 0 then 0
            when 3 then 7200
            when 4 then 86400 * (1.2 + 5 * roll(dice, 1))
            else 86400 * prelude_no * (0.7 + roll(dice, 1) / 2)
        end) as ends_at,
        dice,
    from order_visits
    union all
    select
        browsing.visit_no, browsing.person_no, browsing.kind, browsing.contact_id, browsing.email,
        browsing.device_owner_no, cast(browsing.browsing_no % browsing.devices as int) as device_no,
        browsing.network, browsing.price_factor,
        case
            when roll(browsing.dice, 1) < 0.7 then browsing.favourite
            else browsing.second_favourite
        end as category,
        browsing.source_channel,
        case
            when
                roll(browsing.dice, 2)
                < case
                    when browsing.kind = 'lead' then 0.2
                    when browsing.employer_no is not null then 0.12
                    else 0
                end
                then 'demo'
            when browsing.is_undecided and roll(browsing.dice, 3) < 0.7 then 'undecided'
            else pick(browsing_plans(), roll(browsing.dice, 3))
        end as plan,
        null as order_no, null as lines,
        calendar.calendar_day
        + seconds(daytime(roll(browsing.more_dice, 1), roll(browsing.more_dice, 2))) as ends_at,
        browsing.dice,
    from browsing
    inner join calendar on browsing.slot_no = calendar.slot_no
    union all
    select
        visit_no, person_no, kind, contact_id, email, device_owner_no, 0 as device_no, network,
        price_factor, favourite as category, source_channel,
        pick(['left cart', 'left checkout'], roll(dice, 0)) as plan, null as order_no,
        null as lines,
        -- today, or about every eleven days
        date_trunc('day', period_end()) - to_days(cast(1 + 11 * cart_no as int))
        + seconds(daytime(roll(dice, 1), roll(dice, 2))) as ends_at, dice,
    from left_carts
),

plan_lengths as (
    select plan, max(at_second) as plan_seconds
    from plan_steps
    group by plan
),

final as (
    select
        planned.* exclude (source_channel),
        -- mostly the source of the first visit, but not always
        case
            when chance('arrival', planned.visit_no) < 0.85 then planned.source_channel
            else pick(
                ['post', 'banner', 'text message', 'blog', 'flyer'],
                chance('other arrival', planned.visit_no)
            )
        end as arrival,
        0.7 + 0.6 * roll(planned.dice, 3) as stretch,
        planned.ends_at - seconds(
            (0.7 + 0.6 * roll(planned.dice, 3)) * plan_lengths.plan_seconds
        ) as started_at,
        planned.contact_id is not null
        and (planned.plan = 'account' or chance('logs in', planned.visit_no) < 0.5) as logs_in,
        case
            when planned.device_no = 0 and planned.person_no % 3 < 2 then 'mobile'
            when planned.device_no = 2 then 'tablet'
            else 'desktop'
        end as device_type,
        dirt_by_share(
            ['in the future', 'missing key', 'duplicate'], 'first event', planned.visit_no, 0.004
        ) as dirt,
    from planned
    inner join plan_lengths using (plan)
    where planned.ends_at <= period_end()
)

select * from final;

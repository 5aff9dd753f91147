-- The rules of every draw. A draw only depends on the seed, a topic and a key, not on threads, the
-- order of rows or the DuckDB version.
create schema landing;

-- The data cover two years; the last day ends in the early afternoon.
create macro period_start() as timestamp '2023-07-01 00:00:00';

create macro period_end() as timestamp '2025-06-30 14:30:00';

-- 60 bits; chance() uses the upper 52 as one number in [0, 1), which a double holds exactly.
create macro digest(topic, key_of_draw) as cast(
    '0x' || substr(md5(getvariable('seed') || ' ' || topic || ' ' || key_of_draw), 1, 15)
    as bigint
);

create macro chance(topic, key_of_draw) as
    (digest(topic, key_of_draw) >> 8) / 4503599627370496.0;

-- Four small draws (place 0 to 3) from one digest, for tables with many draws: md5 is slow.
create macro roll(one_digest, place) as ((one_digest >> (15 * place)) & 32767) / 32768.0;

-- About normal, between -3 and 3.
create macro bell(topic, key_of_draw) as 2 * (
    chance(topic || ' 1', key_of_draw)
    + chance(topic || ' 2', key_of_draw)
    + chance(topic || ' 3', key_of_draw)
    - 1.5
);

create macro pick(options, draw) as options[1 + cast(floor(draw * len(options)) as int)];

create macro seconds(amount) as to_seconds(cast(floor(amount) as bigint));

create macro money(amount) as cast(round(amount, 2) as decimal(18, 2));

create macro within_period(moment) as least(moment, period_end());

-- The dirt of a row, or null. By stride: each kind is in every n-th row, so even a small table has
-- every kind. By share: each kind is in that share of the rows.
create macro dirt_by_stride(kinds, row_no, stride) as kinds[1 + row_no % stride];

create macro dirt_by_share(kinds, topic, key_of_draw, share) as
    kinds[1 + cast(floor(chance('dirt ' || topic, key_of_draw) / share) as int)];

-- Dirt beside the good row (a copy, an older version, a broken twin) needs two copies.
create macro copies(dirt, kinds_on_top) as
    case when list_contains(kinds_on_top, dirt) then [0, 1] else [0] end;

-- Demand by day: growth, a peak before Christmas, quiet Sundays. Times are drawn as a share of all
-- demand and looked up here, so that all tables have the same seasons.
create table calendar as
with days as (
    select
        cast(day_series.generate_series as date) as calendar_day,
        date_diff('day', period_start(), calendar_day) as day_no,
    from generate_series(
        period_start(), period_end(), interval '1' day
    ) as day_series
),

demand as (
    select
        calendar_day,
        (1 + 0.4 * day_no / 730.0)
        * [0.85, 0.80, 0.95, 1.00, 1.05, 0.95, 0.85, 0.80, 0.95, 1.05, 1.20, 1.40][
            month(calendar_day)
        ]
        * [1.05, 1.00, 1.00, 1.05, 1.20, 1.10, 0.70][isodow(calendar_day)]
        * case when calendar_day = cast(period_end() as date) then 0.6 else 1 end as weight,
    from days
),

shares as (
    select
        calendar_day,
        coalesce(sum(weight) over (
            order by calendar_day rows between unbounded preceding and 1 preceding
        ), 0) / sum(weight) over () as share_from,
    from demand
),

slots as (
    select range as slot_no, range / 20000.0 as share_from
    from range(20000)
),

final as (
    select slots.slot_no, shares.calendar_day
    from slots
    asof join shares on slots.share_from >= shares.share_from
)

select * from final;

create macro calendar_slot(share) as least(cast(floor(share * 20000) as bigint), 19999);

-- Seconds after midnight from 8:00 to 22:00, mostly around the middle.
create macro daytime(draw, other_draw) as 28800 + 50400 * (draw + other_draw) / 2;

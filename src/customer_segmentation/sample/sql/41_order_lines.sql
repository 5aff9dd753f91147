-- Lines: mostly of the two favourite categories; wealthy people buy dearer goods; a few services.
create table order_items as
with lines_of_orders as (
    select
        order_no, kind, wealth, favourite, second_favourite, price_factor, seeks_deals,
        promotion_id, discount_offered, is_gift, is_try, unnest(range(1, lines + 1)) as line_no,
        order_no * 100 + line_no as order_line_no, digest('line', order_line_no) as dice,
        digest('line again', order_line_no) as more_dice,
    from order_heads
),

chosen as (
    select
        *,
        case
            -- the last line of a gift is often the wrapping
            when line_no > 1 and roll(dice, 0) < case when is_gift then 0.4 else 0.04 end
                then 'services'
            when roll(dice, 1) < 0.5 then favourite
            when roll(dice, 1) < 0.7 then second_favourite
            else categories()[1 + cast(floor(9 * roll(dice, 2)) as int)]
        end as category,
        power(roll(dice, 3), exp(-0.9 * wealth)) as price_draw,
    from lines_of_orders
),

priced as (
    select
        chosen.*, assortment.product_no, assortment.is_service,
        cast(round(assortment.list_price * chosen.price_factor, 2) as decimal(18, 2)) as unit_price,
        cast(case
            when assortment.is_service or chosen.is_try then 1
            -- cheese and sausages are sold by weight
            when assortment.subcategory in ('cheese', 'sausages')
                then round(0.5 + 1.5 * roll(chosen.more_dice, 0), 2)
            when chosen.kind = 'company' then 1 + floor(12 * power(roll(chosen.more_dice, 0), 3))
            else 1 + floor(3 * power(roll(chosen.more_dice, 0), 4))
        end as decimal(18, 3)) as quantity,
    from chosen
    inner join assortment on
            chosen.category = assortment.category
            and assortment.price_rank
            = cast(floor(chosen.price_draw * assortment.products_in_category) as bigint)
),

final as (
    select
        order_no, line_no, order_line_no, product_no, category, is_service, quantity, unit_price,
        case
            when
                not is_service
                and roll(more_dice, 1) < case when seeks_deals then 0.4 else 0.07 end
                then cast(round(quantity * unit_price * discount_offered, 2) as decimal(18, 2))
            else 0
        end as discount_amount,
        coalesce(promotion_id, 'PROMO-SHELF') as promotion_offered,
    from priced
)

select * from final;

create view landing.order_lines as
with soiled as (
    select
        *,
        dirt_by_share(
            ['negative price', 'broken number', 'orphan', 'missing key', 'duplicate'],
            'line', order_line_no, 0.001
        ) as dirt,
    from order_items
),

-- broken lines are extra rows, so that good lines still sum to the order
copied as (
    select
        *,
        unnest(copies(
            dirt, ['negative price', 'broken number', 'orphan', 'missing key', 'duplicate']
        )) as copy_no,
    from soiled
),

final as (
    select
        case
            when copy_no = 1 and dirt = 'missing key' then null
            when copy_no = 1 and dirt <> 'duplicate' then printf('OL%d-%dB', order_no, line_no)
            else printf('OL%d-%d', order_no, line_no)
        end as order_line_id,
        case when copy_no = 1 and dirt = 'orphan' then printf('O%dX', order_no)
            else printf('O%d', order_no)
        end as order_id,
        product_id(product_no) as product_id,
        case when copy_no = 1 and dirt = 'broken number' then '12,5x'
            else cast(quantity as varchar)
        end as quantity,
        cast(case when copy_no = 1 and dirt = 'negative price' then -unit_price else unit_price end
            as decimal(18, 4)) as unit_price,
        discount_amount,
        case when discount_amount > 0 then promotion_offered end as promotion_id,
        order_line_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;

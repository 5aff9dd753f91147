-- 200 products: 39 items of nine categories in five brands, and five services.
create table assortment as
with items as (
    select * from (values
        ('deli', 'sausages', 'Smoked Ham', 9.90, null, 'pork'),
        ('deli', 'sausages', 'Beef Salami', 8.50, null, 'beef'),
        ('deli', 'cheese', 'Mountain Cheese', 12.40, null, 'lactose'),
        ('deli', 'pantry', 'Olive Oil', 14.90, null, 'vegan'),
        ('deli', 'pantry', 'Nut Spread', 6.20, null, 'nuts,vegan'),
        ('drinks', 'beer', 'Lager Crate', 16.80, 16, 'alcohol,gluten'),
        ('drinks', 'wine', 'Red Wine', 11.90, 18, 'alcohol'),
        ('drinks', 'spirits', 'Pear Brandy', 29.00, 18, 'alcohol'),
        ('drinks', 'coffee', 'Coffee Beans', 13.50, null, 'vegan'),
        ('drinks', 'juice', 'Apple Juice', 4.90, null, 'vegan'),
        ('fashion', 'women', 'Linen Dress', 69.00, null, null),
        ('fashion', 'men', 'Cotton Shirt', 45.00, null, null),
        ('fashion', 'youth', 'Hooded Sweater', 39.00, null, 'youth'),
        ('fashion', 'shoes', 'Leather Boots', 119.00, null, 'leather'),
        ('fashion', 'shoes', 'Canvas Sneakers', 59.00, null, 'vegan'),
        ('home', 'kitchen', 'Frying Pan', 34.00, null, null),
        ('home', 'kitchen', 'Chef Knife', 49.00, 18, null),
        ('home', 'textiles', 'Wool Blanket', 79.00, null, null),
        ('home', 'decoration', 'Table Lamp', 55.00, null, null),
        ('garden', 'tools', 'Pruning Shears', 24.00, null, null),
        ('garden', 'plants', 'Herb Set', 14.00, null, 'vegan'),
        ('garden', 'furniture', 'Garden Chair', 89.00, null, null),
        ('garden', 'barbecue', 'Charcoal Grill', 139.00, null, null),
        ('electronics', 'audio', 'Headphones', 79.00, null, null),
        ('electronics', 'audio', 'Radio', 65.00, null, null),
        ('electronics', 'computing', 'Tablet', 249.00, null, null),
        ('electronics', 'smart home', 'Light Set', 59.00, null, null),
        ('toys', 'games', 'Board Game', 29.00, null, 'youth'),
        ('toys', 'games', 'Action Video Game', 54.00, 18, null),
        ('toys', 'building', 'Brick Set', 44.00, null, 'youth'),
        ('toys', 'outdoor', 'Skateboard', 69.00, null, 'youth'),
        ('books', 'fiction', 'Novel', 18.00, null, null),
        ('books', 'children', 'Picture Book', 14.00, null, 'youth'),
        ('books', 'guides', 'Cookbook', 26.00, null, null),
        ('books', 'guides', 'Hiking Guide', 19.00, null, null),
        ('beauty', 'care', 'Face Cream', 24.00, null, null),
        ('beauty', 'care', 'Soap Set', 12.00, null, 'vegan'),
        ('beauty', 'fragrance', 'Perfume', 64.00, null, null),
        ('beauty', 'hair', 'Hair Dryer', 49.00, null, null)
    ) as listed (category, subcategory, item, base_price, min_age, suitability_tags)
),

brands as (
    select * from (values
        ('Basis', 0.70), ('Alma', 1.00), ('Nordhof', 1.35), ('Lumen', 1.80), ('Aurelia', 2.80)
    ) as listed (brand, price_level)
),

goods as (
    select
        brands.brand || ' ' || items.item as product_name, items.category, items.subcategory,
        brands.brand,
        cast(round(items.base_price * brands.price_level, 1) - 0.01 as decimal(18, 4))
            as list_price,
        false as is_service, items.min_age, items.suitability_tags,
    from items
    cross join brands
),

services as (
    select * from (values
        ('Gift Wrapping', 3.90), ('Express Postage', 9.90), ('Assembly', 49.00),
        ('Extended Warranty', 24.90), ('Small Order Fee', 2.50)
    ) as listed (product_name, list_price)
),

everything as (
    select * from goods
    union all
    select
        product_name, 'services' as category, 'services' as subcategory, null as brand, list_price,
        true as is_service, null as min_age, null as suitability_tags,
    from services
),

final as (
    select
        *, row_number() over (order by is_service, category, product_name) as product_no,
        -- 0 is the cheapest of its category
        row_number() over (partition by category order by list_price, product_name) - 1
            as price_rank,
        count(*) over (partition by category) as products_in_category,
    from everything
)

select * from final;

create macro product_id(product_no) as printf('P%03d', product_no);

create macro categories() as [
    'deli', 'drinks', 'fashion', 'home', 'garden', 'electronics', 'toys', 'books', 'beauty'
];

create view landing.products as
with soiled as (
    select
        *,
        dirt_by_stride(['duplicate', 'broken number', 'superseded'], product_no + 200, 251) as dirt,
    from assortment
),

copied as (
    select *, unnest(copies(dirt, ['duplicate', 'broken number', 'superseded'])) as copy_no
    from soiled
),

final as (
    select
        product_id(product_no)
            || case when copy_no = 1 and dirt = 'broken number' then 'B' else '' end
            as product_id,
        case
            when copy_no = 1 and dirt = 'superseded' then period_start()
            else period_start() + to_days(cast(product_no % 60 as int))
        end as updated_at,
        product_name, category, subcategory, brand,
        case
            when copy_no = 1 and dirt = 'broken number' then '12,5x'
            when copy_no = 1 and dirt = 'superseded'
                then cast(cast(list_price * 0.9 as decimal(18, 4)) as varchar)
            else cast(list_price as varchar)
        end as list_price,
        -- Services and some products have no known cost.
        case
            when not is_service and product_no % 23 > 0
                then cast(
                    cast(list_price * (0.4 + 0.05 * (product_no % 7)) as decimal(18, 2)) as varchar
                )
        end as cost,
        case when product_no % 50 = 0 then null else 'EUR' end as currency,
        is_service, product_no % 37 > 0 as is_available, min_age, suitability_tags,
        product_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;

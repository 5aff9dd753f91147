-- Campaigns: each starts on a day, and its touches follow within ten days.
create table campaigns as
select * from (values
    (1, 'autumn-2023', 'email', date '2023-09-12', 'PROMO-AUTUMN', 'AUTUMN10', 0.10),
    (2, 'christmas-2023', 'email', date '2023-11-20', 'PROMO-XMAS', 'XMAS20', 0.20),
    (3, 'winter-sale-2024', 'letter', date '2024-01-08', 'PROMO-SALE', 'WINTER25', 0.25),
    (4, 'spring-2024', 'email', date '2024-03-18', 'PROMO-SPRING', 'SPRING10', 0.10),
    (5, 'summer-2024', 'sms', date '2024-06-10', 'PROMO-SUMMER', 'SUMMER15', 0.15),
    (6, 'school-2024', 'push', date '2024-08-26', null, 'SCHOOL10', 0.10),
    (7, 'christmas-2024', 'email', date '2024-11-18', 'PROMO-XMAS', 'XMAS20', 0.20),
    (8, 'winter-sale-2025', 'ad', date '2025-01-07', 'PROMO-SALE', 'WINTER25', 0.25),
    (9, 'win-back-2025', 'phone', date '2025-02-17', 'PROMO-BACK', 'BACK15', 0.15),
    (10, 'spring-2025', 'email', date '2025-03-17', 'PROMO-SPRING', 'SPRING10', 0.10),
    (11, 'summer-2025', 'email', date '2025-06-02', 'PROMO-SUMMER', 'SUMMER15', 0.15)
) as listed (
    campaign_no, campaign_id, channel, starts_on, promotion_id, coupon_code, discount_rate
);

-- A campaign works for three weeks; no two overlap.
create table campaign_days as
select
    cast(campaigns.starts_on + to_days(cast(day_series.range as int)) as date) as campaign_day,
    campaigns.*,
from campaigns
cross join range(22) as day_series;

-- Features that differ between the segments of a segmentation by more than chance, in order of
-- effect.
-- Segmentations
-- that the landing cannot answer are left out.
with
    key_features as (
        select * from {{ ref("segmentation_key_features") }} where feature_rank is not null
    ),

    availability as (select * from {{ ref("segmentation_availability") }} where is_available),

    final as (
        select
            cast(key_features.segmentation as string) as segmentation,
            cast(key_features.feature as string) as feature,
            cast(key_features.feature_rank as int) as feature_rank,
            cast(key_features.kind as string) as kind,
            cast(key_features.measure as string) as measure,
            cast(
                case
                    when not {{ is_small_cell("key_features.customers") }} then key_features.effect
                end as double
            ) as effect,
            cast(
                case
                    when not {{ is_small_cell("key_features.customers") }}
                    then key_features.strength
                end as double
            ) as strength,
            cast(
                case
                    when not {{ is_small_cell("key_features.customers") }} then key_features.p_value
                end as double
            ) as p_value,
            cast(
                case
                    when not {{ is_small_cell("key_features.customers") }}
                    then key_features.adjusted_p_value
                end as double
            ) as adjusted_p_value,
            cast(key_features.customers as bigint) as customers,
            cast(key_features.unknown_customers as bigint) as unknown_customers
        from key_features
        inner join availability on key_features.segmentation = availability.segmentation
    )

select *
from final

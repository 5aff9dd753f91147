with
    final as (
        select
            cast(item_kind as string) as item_kind,
            cast(item as string) as item,
            cast(as_of_date as date) as as_of_date,
            cast(compared_with as date) as compared_with,
            cast(bins as bigint) as bins,
            cast(customers as bigint) as customers,
            cast(customers_then as bigint) as customers_then,
            cast(psi as decimal(18, 6)) as psi,
            cast(chance_bound as decimal(18, 6)) as chance_bound,
            cast(verdict as string) as verdict
        from {{ ref("int_drift") }}
    )

select *
from final

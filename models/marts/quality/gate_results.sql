-- Checks of this run only, so that equal runs publish equal tables. The gates keep the history
-- and the examples, which may be other rows each time.
with
    results as ({{ checks_of_this_run() }}),

    final as (
        select
            cast(gate as string) as gate,
            cast(table_name as string) as table_name,
            cast(column_name as string) as column_name,
            cast(expectation as string) as expectation,
            cast(severity as string) as severity,
            cast(passed as boolean) as passed,
            cast(observed as string) as observed,
            cast(unexpected_count as bigint) as unexpected_count,
            cast(unexpected_share as double) as unexpected_share,
            cast(message as string) as message
        from results
    )

select *
from final

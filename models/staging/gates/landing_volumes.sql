-- Volumes of this landing beside those of the last publication. A rule that is broken stops the
-- gate of its domain, unless accepted_changes has a row for it.
--
-- A table with dates grows by the days since: rows_expected continues its rows per day. A landing
-- that ends before the last published one is an old export: it may lack later rows, and only tables
-- with dates are compared. Small numbers change by chance: rows and means count from 50 rows on.
{% set may_only_grow = ["consents", "erasure_requests", "sensitive_attributes"] %}
{% set amounts = {
    "orders": ["gross_amount", "currency"],
    "order_lines": ["unit_price", "cast(null as string)"],
    "refunds": ["amount", "cast(null as string)"],
    "products": ["list_price", "currency"],
} %}
{% set counts_from = 50 %}
{#- A source may delete the rows of a person together with the request to erase them. -#}
{% set rows_of_a_request = 20 %}
with
    landed_tables as (select * from {{ ref("landing_row_counts") }}),

    newest_rates as (
        select
            rate,
            from_currency || '/' || to_currency as currency_pair,
            row_number() over (
                partition by from_currency, to_currency order by rate_date desc, rate_id asc
            ) as age_rank
        from {{ ref("stg_shop__exchange_rates") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    figures as (
        select
            table_name,
            'rows' as figure,
            'all' as item,
            rows_landed as row_count,
            cast(null as double) as amount
        from landed_tables
        {%- for table, (amount, currency) in amounts.items() %}
            union all
            select
                '{{ table }}',
                'money',
                coalesce({{ currency }}, '{{ var("reporting_currency") }}'),
                count(*),
                cast(sum({{ amount }}) as double)
            from {{ ref("stg_shop__" ~ table) }}
            where {{ amount }} is not null and coalesce(excluded_as, 'later') = 'later'
            group by coalesce({{ currency }}, '{{ var("reporting_currency") }}')
        {%- endfor %}
        union all
        select 'orders', 'status', coalesce(status, 'unknown'), count(*), cast(null as double)
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
        group by coalesce(status, 'unknown')
        union all
        select 'exchange_rates', 'rate', currency_pair, 1, cast(rate as double)
        from newest_rates
        where age_rank = 1
    ),

    dated_figures as (
        select
            figures.*,
            landed_tables.rows_erased,
            landed_tables.first_known_on as first_date,
            as_of.last_seen_date as last_date
        from figures
        inner join landed_tables on figures.table_name = landed_tables.table_name
        cross join {{ ref("as_of") }} as as_of
    ),

    last_figures as (select * from {{ source("state", "landing_volumes") }}),

    compared_figures as (
        select
            coalesce(dated_figures.table_name, last_figures.table_name) as table_name,
            coalesce(dated_figures.figure, last_figures.figure) as figure,
            coalesce(dated_figures.item, last_figures.item) as item,
            dated_figures.row_count,
            dated_figures.amount,
            dated_figures.rows_erased,
            dated_figures.first_date,
            dated_figures.last_date,
            last_figures.row_count as rows_before,
            last_figures.amount as amount_before,
            last_figures.rows_erased as rows_erased_before,
            last_figures.first_date as first_date_before,
            last_figures.last_date as last_date_before
        from dated_figures
        full outer join
            last_figures
            on dated_figures.table_name = last_figures.table_name
            and dated_figures.figure = last_figures.figure
            and dated_figures.item = last_figures.item
    ),

    figures_with_days as (
        select
            compared_figures.*,
            as_of.as_of_date,
            coalesce(
                {{
                    dbt.datediff(
                        "compared_figures.last_date_before", "as_of.last_seen_date", "day"
                    )
                }},
                0
            ) as days_since,
            {{
                dbt.datediff(
                    "compared_figures.first_date_before",
                    "compared_figures.last_date_before",
                    "day",
                )
            }} + 1 as days_before,
            {{ dbt.datediff("compared_figures.first_date", "compared_figures.last_date", "day") }}
            + 1 as days_now,
            count(compared_figures.row_count) over table_figure as items_now,
            count(compared_figures.rows_before) over table_figure as items_before,
            sum(compared_figures.rows_before) over table_figure as rows_of_items_before,
            coalesce(
                sum(
                    case
                        when compared_figures.table_name = 'erasure_requests'
                        then compared_figures.row_count - compared_figures.rows_before
                    end
                ) over (),
                0
            ) as new_requests
        from compared_figures
        cross join {{ ref("as_of") }} as as_of
        window table_figure as (partition by table_name, figure)
    ),

    expected_figures as (
        select
            *,
            days_since < 0 as is_old_export,
            case
                when days_since >= 0 and coalesce(days_before, 0) <= 0
                then cast(rows_before as double)
                when days_since >= 0
                then
                    -- An export of the last months has as many days as before.
                    rows_before * greatest(
                        days_before,
                        least(
                            coalesce(days_now, days_before + days_since), days_before + days_since
                        )
                    )
                    / cast(days_before as double)
                when days_before > 0
                then
                    rows_before
                    * greatest(0, days_before + days_since)
                    / cast(days_before as double)
            end as rows_expected,
            amount / nullif(row_count, 0) as mean_now,
            amount_before / nullif(rows_before, 0) as mean_before
        from figures_with_days
    ),

    judged_figures as (
        select
            *,
            case
                when rows_before is null or rows_before = 0
                then null
                when figure = 'rows' and coalesce(row_count, 0) = 0
                then 'missing'
                when
                    table_name in ('{{ may_only_grow | join("', '") }}')
                    and figure = 'rows'
                    and not is_old_export
                    and row_count
                    < rows_before
                    - rows_erased_before
                    - {{ rows_of_a_request }} * greatest(0, new_requests)
                then 'fewer'
                when
                    figure = 'status'
                    and not is_old_export
                    and items_now = 1
                    and items_before > 1
                    and row_count is not null
                    and rows_of_items_before >= {{ counts_from }}
                then 'one_status'
                when
                    figure = 'rate'
                    and not is_old_export
                    and (
                        amount / nullif(amount_before, 0) not between 0.7
                        and 1.3
                        -- Inverse rates of two currencies of similar value.
                        or (
                            amount * amount_before between 0.97 and 1.03
                            and amount / nullif(amount_before, 0) not between 0.9
                            and 1.1
                        )
                    )
                then 'rate'
                when rows_before < {{ counts_from }}
                then null
                when figure = 'rows' and row_count * 10 < 7 * rows_expected
                then 'too_few'
                when figure = 'rows' and row_count > 3 * rows_expected
                then 'too_many'
                when figure = 'money' and row_count is null and items_now > 0 and not is_old_export
                then 'no_currency'
                when
                    figure = 'money'
                    and row_count >= {{ counts_from }}
                    and mean_now / nullif(mean_before, 0) not between 1 / 3.0
                    and 3
                then 'mean'
            end as broken_rule
        from expected_figures
    ),

    acceptances as (
        select table_name, figure, max(accepted_until) as accepted_until
        from {{ ref("accepted_changes") }}
        group by table_name, figure
    ),

    final as (
        select
            cast(judged_figures.table_name as string) as table_name,
            cast(judged_figures.figure as string) as figure,
            cast(judged_figures.item as string) as item,
            cast(judged_figures.row_count as bigint) as row_count,
            cast(judged_figures.amount as double) as amount,
            cast(judged_figures.rows_erased as bigint) as rows_erased,
            cast(judged_figures.first_date as date) as first_date,
            cast(judged_figures.last_date as date) as last_date,
            cast(judged_figures.rows_before as bigint) as rows_before,
            cast(judged_figures.amount_before as double) as amount_before,
            cast(judged_figures.last_date_before as date) as last_date_before,
            cast(judged_figures.rows_expected as double) as rows_expected,
            cast(judged_figures.as_of_date as date) as as_of_date,
            cast(judged_figures.broken_rule as string) as broken_rule,
            cast(
                case
                    when judged_figures.broken_rule is null
                    then 'as expected'
                    when judged_figures.as_of_date <= acceptances.accepted_until
                    then 'accepted'
                    else 'refused'
                end as string
            ) as verdict
        from judged_figures
        left join
            acceptances
            on judged_figures.table_name = acceptances.table_name
            and judged_figures.figure = acceptances.figure
    )

select *
from final

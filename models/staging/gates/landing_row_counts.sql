-- Every landed row is accepted or excluded for one reason: staging loses no row.
with
    status_counts as (
        {% for domain, tables in landing_tables().items() %}
            {% set last_domain = loop.last %}
            {% for table in tables %}
                select
                    '{{ domain }}' as domain,
                    '{{ table }}' as table_name,
                    {{ is_supplied(table) }} as is_supplied,
                    {{ max_quarantined_share(table) }} as max_quarantined_share,
                    count(*) as rows_landed,
                    count(*) filter (where excluded_as is null) as rows_staged,
                    count(*) filter (where excluded_as = 'quarantined') as rows_quarantined,
                    count(*) filter (where excluded_as = 'duplicate') as rows_duplicate,
                    count(*) filter (where excluded_as = 'superseded') as rows_superseded,
                    count(*) filter (where excluded_as = 'later') as rows_later,
                    count(*) filter (where excluded_as = 'erased') as rows_erased,
                    count(*) filter (
                        where quarantine_reason like '% is in the future'
                    ) as rows_in_future,
                    min(
                        case
                            when coalesce(excluded_as, 'later') = 'later'
                            then {{ landing_known_at(table) or "cast(null as date)" }}
                        end
                    ) as first_known_at
                from
                    {{ ref("stg_" ~ domain ~ "__" ~ table) }}
                    {{ 'union all' if not (last_domain and loop.last) }}
            {% endfor %}
        {% endfor %}
    ),

    final as (
        select
            cast(domain as string) as domain,
            cast(table_name as string) as table_name,
            is_supplied,
            cast(rows_landed as bigint) as rows_landed,
            cast(rows_staged as bigint) as rows_staged,
            cast(rows_quarantined as bigint) as rows_quarantined,
            cast(rows_duplicate as bigint) as rows_duplicate,
            cast(rows_superseded as bigint) as rows_superseded,
            cast(rows_later as bigint) as rows_later,
            cast(rows_erased as bigint) as rows_erased,
            cast(rows_in_future as bigint) as rows_in_future,
            cast(first_known_at as date) as first_known_on,
            cast(
                coalesce(cast(rows_quarantined as double) / nullif(rows_landed, 0), 0) as double
            ) as quarantined_share,
            cast(max_quarantined_share as double) as max_quarantined_share
        from status_counts
    )

select *
from final

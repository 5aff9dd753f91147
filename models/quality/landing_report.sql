-- Unit tests are the same in any landing: they do without the accounting of an adapter.
{% set adapter_accounts = model.resource_type != "unit_test" and "accounting" in var(
    "landing_adapters"
).get(var("landing"), []) %}
with
    row_counts as (select * from {{ ref("landing_row_counts") }}),

    quarantined_rows as (select * from {{ ref("quarantined_rows") }}),

    unknown_words as (select * from {{ ref("unknown_words") }}),

    final as (
        select
            'landing' as section,
            table_name as item,
            case
                when not is_supplied
                then 'not supplied'
                else
                    cast(rows_staged as string)
                    || ' staged, '
                    || cast(rows_quarantined as string)
                    || ' quarantined, '
                    || cast(rows_duplicate as string)
                    || ' duplicate, '
                    || cast(rows_superseded as string)
                    || ' superseded, '
                    || cast(rows_later as string)
                    || ' later'
                    || case
                        when rows_erased > 0
                        then ', ' || cast(rows_erased as string) || ' erased'
                        else ''
                    end
            end as detail,
            rows_landed as item_count
        from row_counts
        union all
        select 'quarantine', table_name, quarantine_reason, count(*)
        from quarantined_rows
        group by table_name, quarantine_reason
        union all
        select 'unknown word', item, word || ': ' || reading, row_count
        from unknown_words
        {% if adapter_accounts %}
            -- What an adapter made of its export, rows that it left out included.
            union all
            select 'adapter', line_kind, destination, line_count
            from {{ ref(var("landing") ~ "__accounting") }}
        {% endif %}
    )

select *
from final

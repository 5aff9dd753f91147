-- Unit tests leave out the adapter's accounting, so that they are the same for any landing.
{% set adapter_accounts = model.resource_type != "unit_test" and "accounting" in var(
    "landing_adapters"
).get(var("landing"), []) %}
with
    requests as (
        select *
        from {{ ref("stg_crm__erasure_requests") }}
        where coalesce(excluded_as, 'quarantined') = 'quarantined'
    ),

    erased_keys as (select * from {{ ref("erased_keys") }}),

    named_keys as (
        {%- for column in ["contact_id", "email", "phone", "visitor_id"] %}
            select erasure_request_id, {{ column }} as key_hash
            from requests
            where
                excluded_as is null and {{ column }} is not null {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    unanswered_requests as (
        select named_keys.erasure_request_id
        from named_keys
        left join erased_keys on named_keys.key_hash = erased_keys.key_hash
        group by named_keys.erasure_request_id
        having count(*) filter (where erased_keys.is_found) = 0
    ),

    -- Requests that find nobody or cannot be read are reported. No request gives no row.
    erasure_facts as (
        select 'requests' as item, 'landed' as detail, count(*) as item_count
        from requests
        union all
        select 'requests', 'cannot be read', count(*)
        from requests
        where excluded_as is not null
        union all
        select 'requests', 'name nobody who is known', count(*)
        from unanswered_requests
        union all
        select 'people', 'erased with all that is theirs', count(distinct person_no)
        from erased_keys
    ),

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
        from {{ ref("landing_row_counts") }}
        union all
        select
            'quarantine',
            table_name,
            quarantine_reason || coalesce(', such as ' || value_shapes, ''),
            row_count
        from {{ ref("quarantine_reasons") }}
        union all
        -- Empty columns and other columns of the source are no loss that people could avoid.
        select
            'not read',
            table_name || coalesce('.' || column_name, ''),
            coalesce('perhaps ' || nearest_name || ', which is missing', 'not in the contract'),
            rows_filled
        from {{ ref("landed_columns") }}
        where state = 'unknown' and (column_name is null or rows_filled > 0)
        union all
        select 'unknown word', item, word || ': ' || reading, row_count
        from {{ ref("unknown_words") }}
        union all
        select 'erasure', item, detail, item_count
        from erasure_facts
        where exists (select 1 from requests)
        {% if adapter_accounts %}
            -- Lines of the adapter's export by destination, dropped lines included.
            union all
            select 'adapter', line_kind, destination, line_count
            from {{ ref(var("landing") ~ "__accounting") }}
        {% endif %}
    )

select *
from final

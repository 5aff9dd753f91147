-- A customer may have several interests. For a channel, a style, an hour or an attribute the latest
-- statement counts. Each value of an attribute has its name: skin type: dry, skin type: oily.
with
    declared_preferences as (select * from {{ gated("stg_crm__declared_preferences") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_customer("declared_preferences") }},

    ranked_statements as (
        select
            customer_id,
            preference_type,
            declared_at,
            case
                -- 9, 09:30 and 9-12 mean the same hour.
                when preference_type = 'contact_hour'
                then
                    coalesce(
                        cast(
                            {{
                                safe_cast_text(
                                    remove_matches("preference_value", "[^0-9].*$"), "int"
                                )
                            }} as string
                        ),
                        preference_value
                    )
                when preference_type = 'attribute'
                then
                    attribute
                    || ': '
                    || replace(
                        {{ replace_matches("preference_value", " *[;,|] *", "|") }},
                        '|',
                        ', ' || attribute || ': '
                    )
                else preference_value
            end as preference_value,
            row_number() over (
                partition by
                    customer_id,
                    preference_type,
                    case when preference_type = 'attribute' then attribute end
                order by declared_at desc, preference_id desc
            ) as recency_rank
        from rows_with_customer
        where customer_id is not null and preference_type is not null
    ),

    statements as (
        select
            customer_id,
            preference_type,
            preference_value,
            max(declared_at) as declared_at,
            min(recency_rank) as recency_rank
        from ranked_statements
        group by customer_id, preference_type, preference_value
    ),

    final as (
        select
            statements.customer_id,
            statements.preference_type,
            statements.preference_value,
            preference_values.preference,
            statements.declared_at,
            statements.recency_rank = 1 as is_latest
        from statements
        left join
            {{ ref("preference_values") }} as preference_values
            on statements.preference_type = preference_values.preference_type
            and statements.preference_value = preference_values.preference_value
    )

select *
from final

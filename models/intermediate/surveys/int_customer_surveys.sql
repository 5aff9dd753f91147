-- A customer with answers but without agreement is balanced, and one with ties is mixed.
with
    final as (
        select
            customer_id,
            {%- for dimension in ["core_values", "lifestyle", "attitude"] %}
                case
                    when count(*) filter (where dimension = '{{ dimension }}') > 0
                    then
                        coalesce(
                            max(
                                case
                                    when dimension <> '{{ dimension }}'
                                    then null
                                    when is_dominant
                                    then scale
                                    when is_tied
                                    then 'mixed'
                                end
                            ),
                            'balanced'
                        )
                end as {{ dimension }} {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("int_survey_scores") }}
        group by customer_id
    )

select *
from final

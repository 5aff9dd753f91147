-- The surviving contact of each former contact id. A contact that survived one merge may have been
-- merged into another one later, so that a former id leads to its survivor in up to four steps. An
-- id that two surviving contacts claim, or that leads in a circle, is left out. A merge is known
-- from the day of the version that names it.
with
    contacts as (
        select
            contacts.*,
            least(
                cast(coalesce(contacts.updated_at, contacts.created_at) as date), as_of.as_of_date
            ) as merged_on
        from {{ gated("stg_crm__customers") }} as contacts
        cross join {{ ref("as_of") }} as as_of
        where not coalesce(contacts.is_test, false)
    ),

    claims as (select * from {{ former_contact_ids("contacts", ["merged_on"]) }} as former_ids),

    former_ids as (select distinct former_contact_id from claims),

    claims_of_survivors as (
        select
            claims.*,
            case when former_ids.former_contact_id is null then claims.contact_id end as survivor
        from claims
        left join former_ids on claims.contact_id = former_ids.former_contact_id
    ),

    steps as (
        select
            former_contact_id,
            coalesce(min(survivor), min(contact_id)) as next_contact_id,
            min(merged_on) as merged_on
        from claims_of_survivors
        group by former_contact_id
        having count(distinct survivor) <= 1
    ),

    final as (
        select
            steps.former_contact_id,
            coalesce(
                fourth_steps.next_contact_id,
                third_steps.next_contact_id,
                second_steps.next_contact_id,
                steps.next_contact_id
            ) as contact_id,
            steps.merged_on
        from steps
        {%- for step, before in [
                ("second_steps", "steps"),
                ("third_steps", "second_steps"),
                ("fourth_steps", "third_steps"),
            ] %}
            left join
                steps as {{ step }} on {{ before }}.next_contact_id = {{ step }}.former_contact_id
        {%- endfor %}
    )

select final.*
from final
left join former_ids on final.contact_id = former_ids.former_contact_id
where former_ids.former_contact_id is null

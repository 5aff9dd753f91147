-- Each record links its hub, the identifier that it is about, to the other identifiers in it. A
-- company is linked to all of them, a lead to its addresses and to the contact that it became, a
-- contact to the rest of an order, a former contact to the surviving one.
{% set keys = {"lead": "lead_id", "email": "email", "phone": "phone", "visitor": "visitor_id"} %}
with
    evidence as (select * from {{ ref("int_identity_evidence") }}),

    links as (
        select
            hub_type, hub, 'contact' as other_type, contact_id as other, evidence, first_seen_date
        from evidence
        where evidence = 'lead conversion' and hub_type = 'lead'
        union all
        select hub_type, hub, 'contact', surviving_contact_id, evidence, first_seen_date
        from evidence
        where evidence = 'contact merge'
        {%- for type, key in keys.items() %}
            union all
            select hub_type, hub, '{{ type }}', {{ key }}, evidence, first_seen_date
            from evidence
            where {{ key }} is not null and hub_type <> '{{ type }}'
        {%- endfor %}
    ),

    final as (
        select
            hub_type as identifier_type,
            hub as identifier,
            other_type,
            other as other_identifier,
            evidence,
            min(first_seen_date) as first_seen_date
        from links
        group by hub_type, hub, other_type, other, evidence
    )

select *
from final

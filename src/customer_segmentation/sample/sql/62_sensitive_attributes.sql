-- A few special-category attributes, not all with explicit consent.
create view landing.sensitive_attributes as
select
    printf('H%d', person_no) as attribute_id, created_at + interval '2 hours' as recorded_at,
    contact_id, pick(['religion', 'health', 'health'], chance('attribute', person_no)) as attribute,
    case pick(['religion', 'health', 'health'], chance('attribute', person_no))
        when 'religion'
            then pick(['islam', 'judaism', 'christianity'], chance('attribute value', person_no))
        else pick(['coeliac', 'nut allergy', 'alcohol free'], chance('attribute value', person_no))
    end as attribute_value,
    chance('explicit consent', person_no) < 0.8 as has_explicit_consent, person_no as sort_key,
from people
where kind = 'contact' and chance('sensitive', person_no) < 0.015;

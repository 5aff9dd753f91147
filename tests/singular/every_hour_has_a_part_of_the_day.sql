-- The seed preference_values assigns each of the 24 hours to a part of the day.
{{ config(meta={"dagster": {"ref": {"name": "preference_values"}}}) }}
select count(*) as hours
from {{ ref("preference_values") }}
where
    preference_type = 'contact_hour'
    and preference_value
    in ({%- for hour in range(24) %}'{{ hour }}' {{- ',' if not loop.last }} {%- endfor %})
having count(*) <> 24

-- The API writes former ids of a merged contact with the time of the merge: 12:1700000000000;34:...
with
    final as (
        select
            id as contact_id,
            {{ exported_time("createdate") }} as created_at,
            {{ exported_time("lastmodifieddate") }} as updated_at,
            email,
            coalesce(phone, mobilephone) as phone,
            firstname as first_name,
            lastname as last_name,
            hs_language as language,
            address as address_line,
            zip as postcode,
            city,
            state as region,
            country,
            associatedcompanyid as account_id,
            hs_analytics_source as source_channel,
            {{ is_marked_as_deleted() }} as is_deleted,
            {{ remove_matches("hs_merged_object_ids", ":[0-9]+") }} as merged_contact_ids
        from {{ ref("hubspot__raw_contacts") }}
    )

select *
from final

-- A request counts as soon as it is there: no day of the build and no odd date may delay an
-- erasure.
with
    landed as (select * from {{ landing("erasure_requests") }}),

    as_of as (select * from {{ ref("as_of") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "erasure_requests",
                    {
                        "email": normalised_email("landed.email"),
                        "phone": normalised_phone("landed.phone"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "erasure_request_id is missing": "erasure_request_id is null",
                        "requested_at is missing": "requested_at is null",
                        "it names nobody": "coalesce(contact_id, email, phone, visitor_id) is null",
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_row_status("erasure_requests", "checked_rows", key="erasure_request_id") }}

select *
from rows_with_status

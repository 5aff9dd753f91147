select
    client_no as contact_id,
    since as created_at,
    mail as email,
    name_given as first_name,
    name_family as last_name,
    country
from {{ ref("raw_clients") }}

-- depends_on: {{ ref('publication') }}
-- The build whose tables are published: it comes after publication, which comes after all tests.
with final as (select run_id, as_of_date, landing from {{ ref("as_of") }}) select * from final

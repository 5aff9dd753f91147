with
    measures as (select * from {{ ref("int_rfm_measures") }}),

    cut_points as (select * from {{ ref("int_rfm_cut_points") }}),

    {{ with_rfm_scores() }}

select *
from rfm_scores

with
    measures as (select * from {{ ref("int_rfm_measures") }} where orders > 0),

    cut_points as (select * from {{ ref("int_rfm_cut_points") }} where is_in_force),

    {{ with_rfm_scores("measures", "cut_points") }}

select *
from rfm_scores

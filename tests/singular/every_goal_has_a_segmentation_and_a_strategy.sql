{{ config(meta={"dagster": {"ref": {"name": "goals"}}}) }}
-- Every goal needs at least one segmentation and one strategy.
select
    goals.goal,
    count(goal_segmentations.goal) as segmentations,
    count(strategies.goal) as strategies
from {{ ref("goals") }} as goals
left join
    {{ ref("goal_segmentations") }} as goal_segmentations on goals.goal = goal_segmentations.goal
left join {{ ref("strategies") }} as strategies on goals.goal = strategies.goal
group by goals.goal
having count(goal_segmentations.goal) = 0 or count(strategies.goal) = 0

{{ config(meta={"dagster": {"ref": {"name": "landing_row_counts"}}}) }}
-- Each name in needs is a landing table; a typing error would hide a segmentation.
select segmentations.segmentation, segmentations.needs
from {{ ref("segmentations") }} as segmentations
left join
    {{ ref("landing_row_counts") }} as landing_tables
    on '|' || segmentations.needs || '|' like '%|' || landing_tables.table_name || '|%'
group by segmentations.segmentation, segmentations.needs
having
    count(landing_tables.table_name)
    <> length(segmentations.needs) - length(replace(segmentations.needs, '|', '')) + 1

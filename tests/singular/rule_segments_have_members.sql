{{
    config(
        severity="warn",
        meta={
            "dagster": {"ref": {"name": "agg_rule_overlaps"}},
            "looked_at_by": "whoever wrote the rules",
        },
    )
}}
-- A rule segment with fewer than ten customers is often a mistake in a rule.
select segment, customers
from {{ ref("agg_rule_overlaps") }}
where
    segment = other_segment
    and customers < 10
    and segment in (select segment from {{ ref("segment_rules") }})

"""The sections of the report, in the order of the page."""

from customer_segmentation.visual_report.sections import (
    actions,
    any_segmentation,
    business,
    clusters,
    cohorts,
    lifecycle,
    people,
    quality,
    rfm,
    shopping,
    surveys,
    today,
    value,
)

SECTIONS = (
    today.SECTION,
    rfm.SECTION,
    value.SECTION,
    lifecycle.SECTION,
    cohorts.SECTION,
    people.SECTION,
    shopping.SECTION,
    clusters.SECTION,
    business.SECTION,
    any_segmentation.SECTION,
    actions.SECTION,
    surveys.SECTION,
    quality.SECTION,
)

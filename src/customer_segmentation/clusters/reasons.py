"""Reasons for a missing result. Data without clusters are a finding, not an error."""

from enum import StrEnum


class Reason(StrEnum):
    """The missing requirement, for people and for tables."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_USABLE_FEATURE = "no_usable_feature"
    SMALL_CLUSTERS_ONLY = "small_clusters_only"
    LIKE_NOISE = "like_noise"
    DECIDED_BY_ONE_FEATURE = "decided_by_one_feature"
    UNSTABLE = "unstable"
    RECLUSTER_NOT_ACCEPTED = "recluster_not_accepted"
    TOO_FEW_TIERS = "too_few_tiers"
    ATTRIBUTES_SAY_TOO_LITTLE = "attributes_say_too_little"

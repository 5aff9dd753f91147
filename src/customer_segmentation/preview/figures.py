"""The figures of a preview: customers, money and reach, before and after."""

from collections import Counter
from typing import NamedTuple

from customer_segmentation.preview.replay import Replay


class Change(NamedTuple):
    """Customers of one segment, audience or suppression in the last build and in the preview.

    Amounts are in the reporting currency, over purchases within rfm_window_days.
    """

    name: str
    before: int
    after: int
    entered: int
    left: int
    net_amount: float
    net_amount_entered: float
    net_amount_left: float
    # Customers after by channel, or by the outcome of an audience.
    parts: dict[str, int]


class Overlap(NamedTuple):
    """Customers that two rule segments share."""

    segment: str
    other_segment: str
    customers: int
    share_of_smaller: float


class EditedSeed(NamedTuple):
    """Rows of a seed that the last build did not have, and rows that it had and that are gone."""

    seed: str
    added: int
    removed: int


def edited_seeds(replay: Replay) -> list[EditedSeed]:
    """The seeds whose rows differ from those of the last build."""
    seeds = []
    for name in replay.rows:
        before, after = (
            Counter(replay.connection.execute(f"from {table}").fetchall())
            for table in (replay.before(name), replay.after(name))
        )
        added, removed = (after - before).total(), (before - after).total()
        if added or removed:
            seeds.append(EditedSeed(name, added, removed))
    return seeds


def segment_changes(replay: Replay) -> list[Change]:
    """The rule segments, with the customers of each channel that marketing may use."""
    members = "select segment as name, customer_id from {} where is_member"
    return _changes(
        replay,
        "rule_memberships",
        members,
        names=f"""
            select segment as name from {replay.after("segments")}
            where segmentation = 'business' and segment <> 'no_business_segment'
        """,
        parts=f"""
            select after.name, contactability.channel as part, after.customer_id
            from after inner join {replay.after("int_customer_contactability")} as contactability
                using (customer_id)
            where purpose = 'marketing' and is_general_age and is_reachable
        """,
    )


def audience_changes(replay: Replay) -> list[Change]:
    """The audiences: customers that are contacted, and the outcomes of all candidates."""
    contacted = "select audience as name, customer_id from {} where not is_holdout"
    changes = _changes(
        replay,
        "audience_members",
        contacted,
        names=f"select audience as name from {replay.after('audiences')}",
        parts="select name, '' as part, customer_id from after where false",
    )
    outcomes: dict[str, dict[str, int]] = {}
    for audience, outcome, customers in replay.connection.execute(
        f"""
        select audience, outcome, customers from {replay.after("agg_audience_exclusions")}
        where customers > 0 order by customers desc, outcome
        """
    ).fetchall():
        outcomes.setdefault(audience, {})[outcome] = customers
    return [change._replace(parts=outcomes.get(change.name, {})) for change in changes]


def suppression_changes(replay: Replay) -> list[Change]:
    """The customers who are not offered a group of products, by their reasons."""
    return _changes(
        replay,
        "int_customer_suppressions",
        "select distinct product_group as name, customer_id from {}",
        names="select name from after",
        parts=f"""
            select product_group as name, reason_code as part, customer_id
            from {replay.after("int_customer_suppressions")}
        """,
    )


def overlaps(replay: Replay) -> list[Overlap]:
    """The pairs of rule segments that share customers; the largest shares come first."""
    rows = replay.connection.execute(
        f"""
        with pairs as (from {replay.after("agg_rule_overlaps")})
        select pairs.segment, pairs.other_segment, pairs.customers,
            pairs.customers / least(own.customers, other.customers)
        from pairs
        inner join pairs as own
            on pairs.segment = own.segment and own.segment = own.other_segment
        inner join pairs as other
            on pairs.other_segment = other.segment and other.segment = other.other_segment
        where pairs.segment < pairs.other_segment and pairs.customers > 0
        order by 4 desc, 3 desc, 1, 2
        """
    ).fetchall()
    return [Overlap(*row) for row in rows]


def _changes(replay: Replay, step: str, members: str, *, names: str, parts: str) -> list[Change]:
    """A change for each name; ``members`` gives the names and customers of the table ``{}``."""
    features = replay.relation("customer_features")
    common = f"""
        with before as ({members.format(replay.before(step))}),
        after as ({members.format(replay.after(step))}),
    """
    rows = replay.connection.execute(
        f"""
        {common}
        names as (select name from before union ({names})),
        members as (
            select coalesce(before.name, after.name) as name, before.customer_id is not null as was,
                after.customer_id is not null as is_now,
                coalesce(features.window_net_amount, 0) as amount
            from before
            full outer join after
                on before.name = after.name and before.customer_id = after.customer_id
            left join {features} as features
                on coalesce(before.customer_id, after.customer_id) = features.customer_id
        )
        select names.name, count(*) filter (where was), count(*) filter (where is_now),
            count(*) filter (where is_now and not was), count(*) filter (where was and not is_now),
            cast(coalesce(sum(amount) filter (where is_now), 0) as double),
            cast(coalesce(sum(amount) filter (where is_now and not was), 0) as double),
            cast(coalesce(sum(amount) filter (where was and not is_now), 0) as double)
        from names left join members on names.name = members.name
        group by names.name order by names.name
        """
    ).fetchall()
    counted: dict[str, dict[str, int]] = {}
    for name, part, customers in replay.connection.execute(
        f"{common} parts as ({parts}) select name, part, count(distinct customer_id) from parts "
        "group by all order by all"
    ).fetchall():
        counted.setdefault(name, {})[part] = customers
    return [Change._make((*row, counted.get(row[0], {}))) for row in rows]

"""Today: the numbers of the run, what changed, what is left out and what warns."""

from collections.abc import Iterator, Sequence

from customer_segmentation.visual_report.figures import Fact, Run, Section, count, share
from customer_segmentation.visual_report.tables import Tables

_NUMBERS = """
    select
        (
            select max(customers)
            from (
                select sum(customers) as customers from agg_segment_profiles group by segmentation
            )
        ) as customers,
        shown(sum(buyers)) as buyers,
        sum(orders) as orders,
        cast(sum(net_amount) as double) as net_amount
    from agg_segment_profiles
    -- Without the sum of small segments, there is no total.
    where
        segmentation = 'rfm'
        and not exists (
            select 1
            from agg_segment_profiles
            where segmentation = 'rfm' and segment = 'hidden' and net_amount is null
        )
"""
_CHANGES = """
    select
        label,
        customers_before,
        shown(customers_before - stayed - left_customers) as moved,
        shown(entered) as entered,
        from_date
    from agg_segment_stability
    inner join segmentations using (segmentation)
    where is_available and shown(customers_before) > 0
    order by segmentation not in ('rfm'), segmentation not in ('lifecycle'), segmentation
    limit 1
"""
_QUARANTINE = """
    select
        sum(item_count) as rows,
        (select sum(item_count) from run_report where section = 'landing') as landed,
        count(distinct item) as tables
    from run_report
    where section = 'quarantine'
"""
_CONSENT = """
    select shown(sum(customers)) as customers
    from agg_segment_profiles
    where
        segmentation = 'marketing_consent'
        and segment in ('email_and_phone', 'email_only', 'phone_only', 'other_channels')
"""
_WARNINGS = "select detail from run_report where section = 'warning' order by item, detail"


def _facts(tables: Tables, run: Run) -> Sequence[Fact]:
    return [*_numbers(tables, run), *_sentences(tables, run)]


def _numbers(tables: Tables, run: Run) -> Iterator[Fact]:
    [numbers] = tables.rows(_NUMBERS)
    window = f"in {run.window_days} days"
    table = "agg_segment_profiles"
    yield Fact("customers and prospects", table, f"{numbers['customers'] or 0:,}")
    if numbers["orders"] and numbers["buyers"]:
        yield Fact(f"buyers {window}", table, f"{numbers['buyers']:,}")
        yield Fact(f"purchases {window}", table, f"{numbers['orders']:,}")
        yield Fact(f"net value {window}", table, run.short_money(numbers["net_amount"]))
        value = numbers["net_amount"] / numbers["orders"]
        yield Fact("mean value of a purchase", table, run.money(value))

    [consent] = tables.rows(_CONSENT)
    if consent["customers"]:
        yield Fact("agreed to marketing", table, f"{consent['customers']:,}")


def _sentences(tables: Tables, run: Run) -> Iterator[Fact]:
    changes = tables.rows(_CHANGES)
    if not changes:
        text = "The history has one day so far: changes appear from the second run on."
        yield Fact(text, "agg_segment_stability")
    for change in changes:
        moved = "few" if change["moved"] is None else f"{change['moved']:,}"
        entered = "few" if change["entered"] is None else f"{change['entered']:,}"
        yield Fact(
            f"Since {change['from_date']}, {moved} of {change['customers_before']:,} customers "
            f"changed ({change['label']}), and {entered} are new.",
            "agg_segment_stability",
        )
    [rejected] = tables.rows(_QUARANTINE)
    if rejected["rows"]:
        yield Fact(
            f"{rejected['rows']:,} of {rejected['landed']:,} landed rows "
            f"({share(rejected['rows'] / rejected['landed'])}) are in quarantine, in "
            f"{count(rejected['tables'], 'table', 'tables')}: see data quality.",
            "run_report",
        )
    for warning in tables.rows(_WARNINGS):
        yield Fact(f"Warning: {warning['detail']}", "run_report")


SECTION = Section("today", "Today", facts=_facts)

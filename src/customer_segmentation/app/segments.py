"""The page for analysts: any segmentation by any feature."""

import altair as alt
import pandas as pd
import streamlit as st

from customer_segmentation.app.published import least_customers, rows, segmentation_picker

_SEGMENTS = """
    select coalesce(segments.label, replace(profiles.segment, '_', ' ')) as segment,
        profiles.customers,
        round(100 * profiles.customer_share, 1) as "percent of customers", profiles.net_amount,
        round(100 * profiles.net_amount_share, 1) as "percent of net amount",
        round(profiles.mean_recency_days) as "mean days since purchase",
        profiles.top_features as "what sets it apart"
    from agg_segment_profiles as profiles
    left join segments using (segmentation, segment)
    where segmentation = ?
    order by segments.sort_order nulls last, profiles.segment
"""
_FEATURES = """
    select column_name, data_type, coalesce(comment, '') as comment from duckdb_columns()
    where table_name = 'customer_features' and column_name <> 'customer_id'
    order by column_index
"""
_VALUES = """
    with members as (
        select features.{feature} as value, memberships.segment,
            coalesce(segments.label, replace(memberships.segment, '_', ' ')) as label,
            segments.sort_order
        from fct_customer_segments as memberships
        inner join customer_features as features using (customer_id)
        left join segments using (segmentation, segment)
        where memberships.segmentation = ? and memberships.is_primary
            and features.{feature} is not null
    ),
    segment_sizes as (
        select segment from members group by segment having count(*) >= {least}
    )
"""
_NUMBERS = """
    select label as segment, count(*) as customers, quantile_cont(value, 0.25) as low,
        median(value) as median, quantile_cont(value, 0.75) as high, avg(value) as mean
    from members semi join segment_sizes using (segment)
    group by label, sort_order order by sort_order nulls last, label
"""
_SHARES = """
    select label as segment, cast(value as varchar) as value, count(*) as customers,
        count(*) / sum(count(*)) over (partition by label) as share
    from members semi join segment_sizes using (segment)
    group by label, sort_order, value having count(*) >= {least}
    order by sort_order nulls last, label, customers desc
"""
# Customers who lack one condition of a rule are counted together, whatever their values are.
_CHANGES = """
    select coalesce(segments.label, replace(segment, '_', ' ')) as segment,
        case orders_needed
            when 0 then 'no order' when 1 then '1 more order'
            when 2 then '2 more orders' when 3 then '3 more orders'
            else regexp_replace(change, ' \\(now .*', '')
        end as change,
        count(*) as customers, min(within_days) as "first within days",
        median(within_days) as "half of them within days"
    from counterfactuals
    left join segments using (segmentation, segment)
    where segmentation = ?
    group by segment, segments.label, segments.sort_order, 2
    having count(*) >= {least}
    order by segments.sort_order nulls last, customers desc, change
"""


def page() -> None:
    """Show the page."""
    st.title("Segments")
    segmentation = segmentation_picker("Segmentation")
    about = rows("select description from segmentations where segmentation = ?", [segmentation])
    st.caption(str(about["description"].iloc[0]))
    sizes = rows(_SEGMENTS, [segmentation])
    st.altair_chart(
        alt.Chart(sizes)
        .mark_bar()
        .encode(
            x=alt.X("customers:Q", title="customers"),
            y=alt.Y("segment:N", sort=None, title=None, axis=alt.Axis(labelLimit=300)),
            tooltip=["segment", "customers"],
        )
    )
    st.dataframe(sizes, hide_index=True)

    st.header("By a feature")
    features = rows(_FEATURES)
    kinds = dict(zip(features["column_name"], features["data_type"], strict=True))
    names = list(kinds)
    feature = st.selectbox("Feature", names, index=names.index("recency_days"))
    comment = features.loc[features["column_name"] == feature, "comment"].iloc[0]
    least = least_customers()
    st.caption(
        f"{comment} Customers without a value and groups of fewer than {least} customers are left "
        "out."
    )
    values = _VALUES.format(feature=f'"{feature}"', least=least)
    if kinds[feature].startswith(("VARCHAR", "BOOLEAN")):
        found = rows(values + _SHARES.format(least=least), [segmentation])
        _draw(found, _share_chart(found))
    elif kinds[feature].startswith(("DATE", "TIMESTAMP")):
        st.caption("The month of the date is shown.")
        months = values.replace(
            f'features."{feature}" as value', f"strftime(features.\"{feature}\", '%Y-%m') as value"
        )
        found = rows(months + _SHARES.format(least=least), [segmentation])
        _draw(found, _share_chart(found))
    else:
        found = rows(values + _NUMBERS, [segmentation])
        _draw(found, _number_chart(found, feature))
    _changes(segmentation, least)


def _changes(segmentation: str, least: int) -> None:
    """The customers who are one change away from a segment."""
    found = rows(_CHANGES.format(least=least), [segmentation])
    if found.empty:
        return
    st.header("One change away")
    st.caption(
        "Customers whom the change would put into the segment. Groups of fewer than "
        f"{least} customers are left out."
    )
    st.dataframe(found, hide_index=True)


def _draw(found: pd.DataFrame, chart: alt.Chart | alt.LayerChart) -> None:
    if found.empty:
        st.info("No group is large enough to be shown.")
        return
    st.altair_chart(chart)
    st.dataframe(found, hide_index=True)


def _number_chart(found: pd.DataFrame, feature: str) -> alt.LayerChart:
    """The middle half of each segment, and its median."""
    base = alt.Chart(found).encode(
        y=alt.Y("segment:N", sort=None, title=None, axis=alt.Axis(labelLimit=300))
    )
    middle = base.mark_bar(height=10, opacity=0.4).encode(
        x=alt.X("low:Q", title=f"{feature}: middle half and median"), x2="high:Q"
    )
    return alt.layer(middle, base.mark_tick(thickness=3, height=18).encode(x="median:Q"))


def _share_chart(found: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(found)
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="share of the segment", axis=alt.Axis(format="%")),
            y=alt.Y("segment:N", sort=None, title=None, axis=alt.Axis(labelLimit=300)),
            color=alt.Color("value:N", title=None),
            tooltip=["segment", "value", "customers"],
        )
    )

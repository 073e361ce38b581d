"""The chart of a forecast: the total that holds from each day on, its range, and the line that qualifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.published.shapes import MICRO
from attain.scoring.rationals import cut
from attain.web.charts import SERIES

if TYPE_CHECKING:
    import datetime as dt

    from attain.advise.outlook import DesignationForecast

_LABELS = f"format(datum.value / {MICRO}, '')"
"""Amounts stay whole millionths: the axis alone divides."""


def forecast_chart(one: DesignationForecast, until: dt.date, qualifying: int, cap: int) -> dict[str, Any]:
    """Describe the chart in Vega-Lite; `qualifying` and `cap` are millionths of points."""
    last = one.steps[-1]
    points = [*((step.day, step) for step in one.steps), (until, last)]
    values = [
        {
            "day": day.isoformat(),
            "total": cut(step.total),
            "low": cut(step.low if step.low is not None else step.total),
            "high": cut(step.high if step.high is not None else step.total),
        }
        for day, step in points
    ]
    x: dict[str, Any] = {
        "field": "day",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%b %Y", "labelAngle": -45, "tickCount": "month"},
    }
    y: dict[str, Any] = {
        "type": "quantitative",
        "title": "points",
        "scale": {"domain": [0, cap]},
        "axis": {"labelExpr": _LABELS, "values": [cap * part // 10 for part in range(0, 11, 2)]},
    }
    band: dict[str, Any] = {
        "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.2, "color": SERIES[0]},
        "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
    }
    line: dict[str, Any] = {
        "mark": {"type": "line", "interpolate": "step-after", "color": SERIES[0], "strokeWidth": 3},
        "encoding": {"x": x, "y": y | {"field": "total"}},
    }
    goal: dict[str, Any] = {
        "data": {"values": [{"goal": qualifying}]},
        "mark": {"type": "rule", "strokeDash": [6, 4]},
        "encoding": {"y": {"field": "goal", "type": "quantitative"}},
    }
    ranged = any(step.low is not None and step.low != step.high for step in one.steps)
    return {
        "width": 860,
        "height": 260,
        "data": {"values": values},
        "layer": [goal, *([band] if ranged else []), line],
    }

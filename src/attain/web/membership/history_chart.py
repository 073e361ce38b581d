"""The chart of a history: the total and its metrics by month, the line that qualifies, statuses, and changes of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.published.shapes import MICRO
from attain.web.charts import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.published.read import Designation, History

TOTAL = "Total"
_LABELS = f"format(datum.value / {MICRO}, '')"
"""Amounts stay whole millionths: the axis alone divides."""


def history_chart(through: History, names: Mapping[str, str], statuses: Mapping[str, str], found: Designation) -> dict[str, Any]:
    """Describe the chart of a history that has months, in Vega-Lite."""
    there = [metric for metric in names if any(metric in point.metrics for point in through.months)]
    values = [
        {"month": point.month, "series": series, "points": points}
        for point in through.months
        for series, points in ((TOTAL, point.total), *((names[metric], point.metrics.get(metric)) for metric in there))
        if points is not None
    ]
    totals = [{"month": point.month, "points": point.total, "status": statuses.get(point.status, point.status)} for point in through.months]
    changes = [{"month": f"{change.day:%Y-%m}", "what": change.what} for change in through.changes]
    series = [TOTAL, *(names[metric] for metric in there)]
    x = {"field": "month", "type": "ordinal", "title": None, "axis": {"labelAngle": -45, "labelOverlap": True}}
    cap = found.row.cap_micro
    y = {
        "field": "points",
        "type": "quantitative",
        "title": "points",
        "scale": {"domain": [0, cap]},
        "axis": {"labelExpr": _LABELS, "values": [cap * part // 10 for part in range(0, 11, 2)]},
    }
    color = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": series, "range": list(SERIES[: len(series)])},
        "legend": {"columns": 3, "labelLimit": 0},
    }
    width = {"condition": {"test": f"datum.series === '{TOTAL}'", "value": 3}, "value": 1.25}
    shapes = {
        "field": "status",
        "type": "nominal",
        "legend": {"columns": 4, "labelLimit": 0, "symbolFillColor": SERIES[0], "symbolStrokeColor": SERIES[0]},
    }
    return {
        "width": 860,
        "height": 260,
        "layer": [
            {"data": {"values": changes}, "mark": {"type": "rule", "strokeDash": [2, 3]}, "encoding": {"x": x}},
            {
                "data": {"values": [{"goal": int(found.rules.qualifying_total * MICRO)}]},
                "mark": {"type": "rule", "strokeDash": [6, 4]},
                "encoding": {"y": {"field": "goal", "type": "quantitative"}},
            },
            {"data": {"values": values}, "mark": "line", "encoding": {"x": x, "y": y, "color": color, "strokeWidth": width}},
            {
                "data": {"values": totals},
                "mark": {"type": "point", "filled": True, "size": 70, "color": SERIES[0]},
                "encoding": {"x": x, "y": y, "shape": shapes},
            },
        ],
    }

"""The charts of a history: the total and its metrics by month with statuses, and the total by day with refreshes; both with the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.published.shapes import MICRO
from attain.web.charts import SERIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from attain.published.read import Designation, History

TOTAL = "Total"
_LABELS = f"format(datum.value / {MICRO}, '')"
"""Amounts stay whole millionths: the axis alone divides."""

_MONTHS = "utcFormat(toDate(datum.value + '-01'), '%b %Y')"
"""Months are written as on every page; their order stays that of `2026-10`."""


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
    x = {"field": "month", "type": "ordinal", "title": None, "axis": {"labelAngle": -45, "labelOverlap": True, "labelExpr": _MONTHS}}
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
            *_marks(found, changes, x),
            {"data": {"values": values}, "mark": "line", "encoding": {"x": x, "y": y, "color": color, "strokeWidth": width}},
            {
                "data": {"values": totals},
                "mark": {"type": "point", "filled": True, "size": 70, "color": SERIES[0]},
                "encoding": {"x": x, "y": y, "shape": shapes},
            },
        ],
    }


def days_chart(through: History, until: dt.date, found: Designation) -> dict[str, Any]:
    """Describe the chart of a history by days: a total holds until the next; refreshes and changes of the rules are marked."""
    cap = found.row.cap_micro
    totals = [{"day": point.day.isoformat(), "points": point.total} for point in through.days]
    last = {"day": until.isoformat(), "points": through.days[-1].total}
    begin = through.days[0].day
    refreshes = [{"day": day.isoformat(), "at": 0} for day in sorted(through.refreshes) if begin <= day <= until]
    changes = [{"day": change.day.isoformat()} for change in through.changes if begin <= change.day <= until]
    x = {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%b %Y", "labelAngle": -45, "labelOverlap": True}}
    y = {
        "field": "points",
        "type": "quantitative",
        "title": "points",
        "scale": {"domain": [0, cap]},
        "axis": {"labelExpr": _LABELS, "values": [cap * part // 10 for part in range(0, 11, 2)]},
    }
    return {
        "width": 860,
        "height": 260,
        "layer": [
            *_marks(found, changes, x),
            {
                "data": {"values": [*totals, last]},
                "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": refreshes},
                "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 60, "color": SERIES[1]},
                "encoding": {"x": x, "y": {"field": "at", "type": "quantitative"}},
            },
        ],
    }


def _marks(found: Designation, changes: list[dict[str, str]], x: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw the days on which rules changed, and the total that qualifies."""
    return [
        {"data": {"values": changes}, "mark": {"type": "rule", "strokeDash": [2, 3]}, "encoding": {"x": x}},
        {
            "data": {"values": [{"goal": int(found.rules.qualifying_total * MICRO)}]},
            "mark": {"type": "rule", "strokeDash": [6, 4]},
            "encoding": {"y": {"field": "goal", "type": "quantitative"}},
        },
    ]

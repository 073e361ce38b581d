"""Charts drawn on the server: an Altair chart becomes SVG in the page, in the colors of its theme, with no script."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    import altair as alt

SERIES = tuple(f"var(--series-{number})" for number in range(1, 7))
"""The colors of series, in order: values of the page's design tokens, so that a chart turns dark with its page."""
QUIET = "var(--line-strong)"
"""The color of a part that is there to fill up the others."""
KEPT = 64
"""Charts kept in this process, those asked for last."""
_NARROW = 260
"""Pixels of the plot on a narrow screen, which with its axis fills a card there; a wide chart scaled down so far could not be read."""
_NARROW_COLUMNS = 1
"""Columns of a legend there."""

_TEXT, _QUIET, _LINE = "var(--text)", "var(--text-2)", "var(--line)"
_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "inherit",
    "view": {"stroke": None},
    "mark": {"color": SERIES[0]},
    "point": {"color": SERIES[0], "filled": True},
    "range": {"category": list(SERIES)},
    "axis": {
        "labelColor": _QUIET,
        "titleColor": _QUIET,
        "gridColor": _LINE,
        "domainColor": _LINE,
        "tickColor": _LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "labelOverlap": True,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": _TEXT, "titleColor": _QUIET, "orient": "top", "labelFontSize": 12, "title": None},
    "title": {"color": _TEXT, "anchor": "start", "fontSize": 14},
    "line": {"strokeWidth": 2},
    "rule": {"color": _QUIET},
    "text": {"color": _TEXT},
}
_CLASS = re.compile(r'(<svg[^>]*?)\sclass="[^"]*"')
_STYLE = re.compile(r'\sstyle="[^"]*"')
_SIZE = re.compile(r'<svg([^>]*?)\swidth="([\d.]+)"\sheight="([\d.]+)"')


def draw(chart: alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart | dict[str, Any]) -> SafeString:
    """Draw a chart for `{% include "web/components/chart.html" with svg=... %}`, which shows its numbers as a table as well.

    Give it a fixed width and height. It is drawn twice, as wide as that and for a narrow screen: the page shows the one that fits.
    Colors: `SERIES`.
    """
    spec: dict[str, Any] = chart if isinstance(chart, dict) else chart.to_dict()
    own: dict[str, Any] = spec.get("config", {})
    spec = {**spec, "config": {**_CONFIG, **{key: _over(value, _CONFIG.get(key)) for key, value in own.items()}}}
    narrow = _for_narrow(spec)
    narrow["config"]["legend"] = {**narrow["config"]["legend"], "columns": _NARROW_COLUMNS, "layout": {"top": {"direction": "vertical"}}}
    return _drawn(json.dumps(spec), json.dumps(narrow))


@lru_cache(KEPT)
def _drawn(wide: str, narrow: str) -> SafeString:
    """Draw what two texts of JSON say; drawing takes longer than the rest of a page, and the same chart is asked for again."""
    return mark_safe(_svg(wide, "chart-svg") + _svg(narrow, "chart-narrow"))


def _svg(spec: str, class_: str) -> str:
    import vl_convert  # noqa: PLC0415 - heavy, and only pages with charts need it

    svg = vl_convert.vegalite_to_svg(spec)
    # The policy of pages allows no style in the page, and none of those that are drawn matters.
    svg = _STYLE.sub("", svg)
    svg = _CLASS.sub(r"\1", svg, count=1)
    return _SIZE.sub(rf'<svg\1 class="{class_}" aria-hidden="true" focusable="false"', svg, count=1)


def _for_narrow(part: Any) -> Any:
    """Give a chart with a plot that a narrow screen has room for, and with legends of fewer columns."""
    if isinstance(part, list):
        return [_for_narrow(one) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    held = cast("dict[str, Any]", part)
    made = {key: value if key in {"data", "datasets"} else _for_narrow(value) for key, value in held.items()}
    if "height" in made and isinstance(made.get("width"), int):
        made["width"] = min(made["width"], _NARROW)
    if isinstance(made.get("columns"), int):
        made["columns"] = min(made["columns"], _NARROW_COLUMNS)
    return made


def _over(own: Any, ours: dict[str, Any] | None) -> Any:
    """Lay Attain's look over what a chart brings along: Altair's own defaults."""
    return own if ours is None else {**own, **ours}

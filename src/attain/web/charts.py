"""Charts drawn on the server: an Altair chart becomes SVG in the page, in the colors of its theme, with no script."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    import altair as alt

SERIES = tuple(f"var(--series-{number})" for number in range(1, 7))
"""The colors of series, in order: values of the page's design tokens, so that a chart turns dark with its page."""
KEPT = 64
"""Charts kept in this process, those asked for last."""

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

    Give it a fixed width and height; the page scales it down. Colors: `SERIES`.
    """
    spec: dict[str, Any] = chart if isinstance(chart, dict) else chart.to_dict()
    own: dict[str, Any] = spec.get("config", {})
    spec = {**spec, "config": {**_CONFIG, **{key: _over(value, _CONFIG.get(key)) for key, value in own.items()}}}
    return _drawn(json.dumps(spec))


@lru_cache(KEPT)
def _drawn(spec: str) -> SafeString:
    """Draw what a text of JSON says; drawing takes longer than the rest of a page, and the same chart is asked for again."""
    import vl_convert  # noqa: PLC0415 - heavy, and only pages with charts need it

    svg = vl_convert.vegalite_to_svg(spec)
    # The policy of pages allows no style in the page, and none of those that are drawn matters.
    svg = _STYLE.sub("", svg)
    svg = _CLASS.sub(r"\1", svg, count=1)
    svg = _SIZE.sub(r'<svg\1 class="chart-svg" aria-hidden="true" focusable="false"', svg, count=1)
    return mark_safe(svg)


def _over(own: Any, ours: dict[str, Any] | None) -> Any:
    """Lay Attain's look over what a chart brings along: Altair's own defaults."""
    return own if ours is None else {**own, **ours}

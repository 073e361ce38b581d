"""How numbers are written on pages, and components that work out their own shape. web/components.md shows each in use."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from django import template

from attain.web.dates import MINUS, month_words
from attain.web.dates import dated as dated_text

register = template.Library()

NONE = "\N{EN DASH}"
_HUNDREDTH = Decimal("0.01")


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _written(number: Decimal) -> str:
    text = f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS) if text not in {"-0", "0"} else "0"


@register.filter
def number(value: object) -> str:
    """Write an exact number with separators of thousands: 12,345, 66.5, and a minus sign as wide as a plus; a dash where there is none."""
    found = _decimal(value)
    return NONE if found is None else _written(found)


@register.filter
def points(value: object) -> str:
    """Write points with at most two decimals, cut and never rounded up, so that 69.999999 does not read as 70."""
    found = _decimal(value)
    return NONE if found is None else _written(found.quantize(_HUNDREDTH, rounding=ROUND_DOWN))


@register.filter
def scored(value: object) -> str:
    """Write points as a score is written, always with two decimals, cut as `points` cuts them: 70.00; a dash where there are none."""
    found = _decimal(value)
    return NONE if found is None else f"{found.quantize(_HUNDREDTH, rounding=ROUND_DOWN):,f}"


@register.filter
def signed(value: object) -> str:
    """Write a change with its sign: +3.5, 0; points are cut as `points` cuts them."""
    found = _decimal(value)
    if found is None:
        return NONE
    text = _written(found.quantize(_HUNDREDTH, rounding=ROUND_DOWN))
    return f"+{text}" if found > 0 and text != "0" else text


@register.filter
def dollars(value: object) -> str:
    """Write US dollars with cents, rounded half-even: $1,234.50."""
    found = _decimal(value)
    if found is None:
        return NONE
    text = f"{abs(found):,.2f}"
    return f"{MINUS}${text}" if found < 0 and text != "0.00" else f"${text}"


@register.filter
def month(value: object) -> str:
    """Write a month such as 2026-10 in words: October 2026; a dash where there is none."""
    try:
        return month_words(str(value))
    except ValueError:
        return NONE


@register.filter
def dated(value: object) -> str:
    """Write the days and months of a sentence as pages do: qualified on 20 Oct 2026."""
    return dated_text(str(value))


def _share(value: object, full: Decimal) -> Decimal:
    """Give what is drawn of `full`: never less than nothing, never more than all."""
    return min(max(_decimal(value) or Decimal(0), Decimal(0)), full)


@register.inclusion_tag("web/components/ring.html")
def ring(
    value: object, maximum: object, mark: object = None, label: str = "", size: int = 112, reached: bool | None = None
) -> dict[str, Any]:
    """Draw points as a ring: `value` of `maximum`, with a mark where it must come to. `label` says the same in words.

    It is green where the mark is reached; with `reached`, where that says so: a total that has it does not qualify with a metric at 0.

    The circle's length is set to the maximum, so that the numbers are drawn as they are.
    """
    full = _decimal(maximum) or Decimal(1)
    drawn, goal = _share(value, full), _decimal(mark)
    width = full / 80
    return {
        "value": value,
        "maximum": full,
        "drawn": drawn,
        "rest": full - drawn,
        "goal_at": None if goal is None else width / 2 - goal,
        "goal_width": width,
        "goal_rest": full - width,
        "reached": (goal is not None and (_decimal(value) or Decimal(0)) >= goal) if reached is None else reached,
        "label": label or f"{points(value)} of {number(full)} points",
        "size": size,
    }


@register.inclusion_tag("web/components/bar.html")
def bar(value: object, full: object, label: str = "", state: str = "", mark: object = None) -> dict[str, Any]:
    """Draw a value against the value that earns full marks; one beyond it fills the bar.

    `state` colors it: achieved or progress; `mark` is the value that it must come to, where that is less than all.
    """
    whole = _decimal(full)
    whole = whole if whole is not None and whole > 0 else Decimal(1)
    goal, width = _decimal(mark), whole / 150
    return {
        "drawn": _share(value, whole),
        "whole": whole,
        "label": label or f"{number(value)} of {number(full)}",
        "state": state,
        "goal_at": None if goal is None else goal - width / 2,
        "goal_width": width,
    }


@register.inclusion_tag("web/components/badge.html")
def badge(text: str, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """Show a state as a word with an icon, never by color alone. `tone`: good, warn, bad, info, neutral."""
    icons = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x", "info": "info", "neutral": "circle-dashed"}
    return {"text": text, "tone": tone, "icon": icon or icons.get(tone, "circle-dashed")}

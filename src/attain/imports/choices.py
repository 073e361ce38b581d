"""What a person says beside the files, checked when it is said: the options of `attain import` by other names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from attain.errors import AttainError
from attain.sources.intake import Options, parse_rate
from attain.sources.receiving import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

BASES = {"": "As the file says", "billed": "Billed", "amortized": "Amortized", "list": "List prices"}
"""What the amounts of a cost file may be taken as, with what a page calls it."""
DATE_ORDERS = {"": "As the file shows", "mdy": "Month, day, year", "dmy": "Day, month, year"}


class Choices(TypedDict, total=False):
    """What may be said; all of it is optional. `rates` are written as `EUR=1.08@2026-10`, `as_of` as 2026-11-24."""

    partner: str
    tenant: str
    basis: str
    dates: str
    rates: list[str]
    as_of: str
    designation: str
    keep_names: bool
    parts: bool
    replace: bool


def options_of(choices: Choices, partners: Iterable[str] | None) -> Options:
    """Give the options of an import whose rows may name `partners` alone (None: any).

    Raises AttainError for what is no GUID, rate or day, and `not-your-partner` for a partner that is not among them.
    """
    allowed = None if partners is None else frozenset(partners)
    partner = choices.get("partner", "").strip()
    if allowed is not None and partner and partner not in allowed:
        raise AttainError("not-your-partner", f"partner {partner} is not one of yours", "partner", "choose one of the list")
    dates = choices.get("dates", "")
    options = Options(
        partner=partner,
        tenant=choices.get("tenant", "").strip(),
        rates=dict(parse_rate(text) for text in choices.get("rates", [])),
        keep_names=choices.get("keep_names", False),
        basis=choices.get("basis", ""),
        dates="mdy" if dates == "mdy" else "dmy" if dates == "dmy" else None,
        parts=choices.get("parts", False),
        as_of=_day(choices.get("as_of", "")),
        designation=choices.get("designation", "").strip(),
    )
    return replace(checked(options), partners=allowed)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AttainError("no-day", f"{text!r} is no day of the calendar", "as_of", "write it as 2026-11-24") from error

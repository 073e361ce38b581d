"""Links that switch between designations or views of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.http import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attain.published.read import Designation


@dataclass(frozen=True)
class Switch:
    """One link of a switch, as the component `tabs` shows it."""

    label: str
    url: str
    current: bool
    note: str = ""


def switches(url: str, designations: Iterable[Designation], shown: Designation, kept: Mapping[str, str]) -> list[Switch]:
    """Give a link for each designation, with what else of the address is kept."""
    return [Switch(one.name, f"{url}?{urlencode({'designation': one.id, **kept})}", one.id == shown.id) for one in designations]

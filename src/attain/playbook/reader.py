"""For whom a lesson is rendered: the day, the course, the reader's own numbers, and where links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.playbook.figures import Figures

PAGES = {
    "overview": "Membership, Overview",
    "designation": "Membership, the designation's page",
    "history": "Membership, Scoring history",
    "offers": "Membership, Offers",
    "reconcile": "Membership, comparison with Microsoft's number",
    "qualification": "Insights, Qualification summary",
    "customers": "Insights, Customer eligibility",
    "skilling": "Insights, Skilling eligibility",
    "trends": "Insights, Metric trends",
    "data": "Data",
    "rules": "Rules, the designation's page",
    "interpretations": "Rules, Interpretations",
    "sources": "Rules, Sources",
}
"""The pages of this product that a lesson may link to as `page:NAME`."""
MINE = ("partner", "total", "track", "status", "blocks", "data_month")
MINE_OF_METRIC = ("points", "max_points", "value", "sentence", "missing")
"""What of the reader's own score an example may show: of the designation, and of a metric as `METRIC.NAME`."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


class Links(Protocol):
    """Where links of a lesson lead; an empty address means that the reader has no way there, and only the words are shown."""

    def lesson(self, number: str) -> str:
        """Give the address of a lesson of the same course."""
        ...

    def page(self, name: str) -> str:
        """Give the address of a page of this product, by its name in `PAGES`."""
        ...

    def picture(self, name: str, theme: str) -> str:
        """Give the address of a picture in a theme, light or dark."""
        ...


class NoLinks:
    """Links of a lesson that is read where there are no pages."""

    def lesson(self, number: str) -> str:
        """Give none."""
        del number
        return ""

    def page(self, name: str) -> str:
        """Give none."""
        del name
        return ""

    def picture(self, name: str, theme: str) -> str:
        """Name the file."""
        return f"pictures/{name}.{theme}.webp"


@dataclass(frozen=True)
class Reader:
    """Who reads: the figures of the day, and the reader's own numbers by the names of `MINE` and `METRIC.NAME` (none: no score)."""

    figures: Figures
    mine: Mapping[str, str] = field(default_factory=dict[str, str])
    links: Links = field(default_factory=NoLinks)

    def own(self, name: str, otherwise: str) -> str:
        """Give one of the reader's own numbers as Markdown that shows just its letters, else `otherwise`.

        Raises AttainError `unknown-own` with the nearest name.
        """
        known = [*MINE, *(f"{metric.id}.{what}" for metric in self.figures.designation.metrics for what in MINE_OF_METRIC)]
        if name not in known:
            raise AttainError("unknown-own", f"there is nothing of the reader's called {name!r}", hint=did_you_mean(name, known))
        found = self.mine.get(name, "")
        return _SPECIAL.sub(r"\\\1", " ".join(found.split())) if found else otherwise

    def has_own(self, name: str) -> bool:
        """Say whether there is such a number of the reader's own. Raises as `own`."""
        return self.own(name, "") != ""

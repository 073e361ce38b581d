"""The rules that may be held against those of the day: every edition, and the edited rulebooks that an organization keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from attain.errors import AttainError, did_you_mean
from attain.published.rule_changes import partners_seen
from attain.published.sight import Level
from attain.recorded.rulebooks import book_of, rulebooks_of
from attain.rulebook.resolve import edition_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from attain.people.models import Organization
    from attain.published.models import Publication
    from attain.recorded.models import EditedRulebook
    from attain.rulebook.load import Book

EDITED = "edited-"
Standing = Literal["to_come", "in_force", "earlier", "edited"]
"""Where rules stand on a day: an edition that is yet to begin, one in force for a designation at least, an earlier one, or edited rules."""


@dataclass(frozen=True)
class OtherRules:
    """Rules by their key, which is the name of an edition, or `edited-7` for an edited rulebook."""

    key: str
    standing: Standing
    edition: str = ""
    edited: EditedRulebook | None = None

    @property
    def book(self) -> Book | None:
        """Load the edited rulebook, where it is one; raises AttainError where it no longer fits."""
        return None if self.edited is None else book_of(self.edited)

    @property
    def level(self) -> Level:
        """Say how much of a reseller must be seen to try them: rules that anybody wrote could tell a single metric by its total."""
        return Level.TOTALS if self.edited is None else Level.DETAIL

    def partners(self, publication: Publication, organization: Organization) -> list[str]:
        """List the partners that an organization may try them on today."""
        return partners_seen(publication, organization, self.level)


def other_rules(book: Book, day: dt.date, organization: Organization) -> list[OtherRules]:
    """List every edition, the latest first, and the edited rulebooks of an organization."""
    begins = {edition.id: edition.from_ for one in book.designations.values() for edition in one.editions}
    in_force = {edition_on(one, day).id for one in book.designations.values()}
    found: list[OtherRules] = []
    for name, first in sorted(begins.items(), key=lambda item: item[1], reverse=True):
        found.append(OtherRules(name, "to_come" if first > day else "in_force" if name in in_force else "earlier", name))
    return [*found, *(OtherRules(f"{EDITED}{one.pk}", "edited", edited=one) for one in rulebooks_of(organization))]


def chosen_rules(offered: Sequence[OtherRules], asked: str) -> OtherRules:
    """Give the rules of a key; where it is empty, the latest edition that is in force nowhere. AttainError `unknown-edition`."""
    if not asked:
        return next((one for one in offered if one.standing in {"to_come", "earlier"}), offered[0])
    chosen = next((one for one in offered if one.key == asked), None)
    if chosen is None:
        raise AttainError("unknown-edition", f"there are no rules {asked!r}", "rules", did_you_mean(asked, [one.key for one in offered]))
    return chosen

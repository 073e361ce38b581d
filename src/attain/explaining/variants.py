"""Other ways to score one designation on one day, each of which might be the way in which Microsoft's number came about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attain.explaining.reconciliation import ClueKind
from attain.explaining.words import number
from attain.facts.schema import BASES
from attain.lifecycle.windows import month_end, rules_on
from attain.rulebook.readings import other_readings, read_otherwise
from attain.rulebook.resolve import edition_on, resolve
from attain.scoring.windows import latest_refreshed_month, month_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.rulebook.model import Designation
    from attain.scoring.options import Chosen

CERTIFICATES = frozenset({"intermediate_certifications", "advanced_certifications"})


@dataclass(frozen=True)
class Variant:
    """One other way: the day and the options to score by, and what it is in words. `metrics` limits it (None: it may move any)."""

    kind: ClueKind
    words: str
    day: dt.date
    options: Chosen
    metrics: frozenset[str] | None = None
    interpretation: str = ""
    reading: str = ""


def variants(book: Book, facts: Facts, designation: Designation, day: dt.date, options: Chosen) -> Iterator[Variant]:
    """List the other ways to score `designation` on `day`: refresh, basis, edition, and every other reading that changes its rules."""
    yield from _refreshes(book, day, options)
    yield from _bases(facts, day, options)
    yield from _editions(designation, day, options)
    rules = resolve(designation, day, options.edition)
    for name, (interpretation, other) in other_readings(book.programme).items():
        changes = other.change
        if changes.increments not in {None, rules_on(book.programme, day).increments} or read_otherwise(rules, changes) != rules:
            words = f"{interpretation.id} read otherwise ({name}): {other.text[0].lower()}{other.text[1:].rstrip('.')}"
            yield Variant("interpretation", words, day, replace(options, reading=name), None, interpretation.id, name)


def _refreshes(book: Book, day: dt.date, options: Chosen) -> Iterator[Variant]:
    """Score with the month before, where the latest has just begun to count, or with the next, where it is about to; people likewise."""
    rules = rules_on(book.programme, day)
    refresh_day = options.refresh_day or rules.refresh_day
    latest = latest_refreshed_month(day, refresh_day)
    counts = day.day >= min(refresh_day, month_end(day).day)
    other = day.day + 1 if counts else day.day
    if other <= month_end(day).day:
        month, moved = (latest - 1, latest) if counts else (latest + 1, latest + 1)
        words = f"usage up to {month_text(month)}, as if {month_text(moved)} were refreshed {'later' if counts else 'earlier'}"
        yield Variant("refresh", words, day, replace(options, refresh_day=other))
    earlier = day - dt.timedelta(days=rules.skilling_refresh_days)
    words = f"certificates as of {earlier}: new ones may take {number(rules.skilling_refresh_days)} days to show"
    yield Variant("skilling_refresh", words, earlier, options, CERTIFICATES)


def _bases(facts: Facts, day: dt.date, options: Chosen) -> Iterator[Variant]:
    for basis in facts.months.get("azure_usage", {}):
        if basis in BASES and basis != options.basis:
            yield Variant("basis", f"Azure amounts on basis {basis} instead of {options.basis}", day, replace(options, basis=basis))


def _editions(designation: Designation, day: dt.date, options: Chosen) -> Iterator[Variant]:
    """Score by the edition before or after, where the day on which the later of the two began is not established."""
    editions = sorted(designation.editions, key=lambda edition: edition.from_)
    place = editions.index(edition_on(designation, day, options.edition))
    if place > 0 and not editions[place].start_established:
        before = editions[place - 1]
        words = f"edition {before.id}: it is not established when {editions[place].id} began"
        yield Variant("edition", words, day, replace(options, edition=before.id))
    if place + 1 < len(editions) and not editions[place + 1].start_established:
        after = editions[place + 1]
        words = f"edition {after.id}: it is not established when it began"
        yield Variant("edition", words, day, replace(options, edition=after.id))

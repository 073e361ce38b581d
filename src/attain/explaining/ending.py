"""Certificates of many partners that count today and are about to end, in one pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from attain.lifecycle.windows import years_later
from attain.scoring.plan import CERTIFICATIONS, make_plan
from attain.scoring.run import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Collection

    from attain.facts.facts import Facts
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate of a person that counts and ends: its last day, and the designations whose lists name it."""

    partner_id: str
    person_id: str
    code: str
    name: str
    ends_on: dt.date
    designations: tuple[str, ...]


def endings(
    book: Book,
    facts: Facts,
    on: dt.date,
    until: dt.date,
    *,
    partners: Collection[str] | None = None,
    options: Chosen = DEFAULTS,
) -> list[Ending]:
    """List the certificates that count on a day, are named by a designation, and end from then up to and including `until`.

    One that the person has earned anew ends when the newest does. `partners` are global accounts (None: every one). Sorted by partner,
    last day, code and person.
    """
    if CERTIFICATIONS not in facts.tables:
        return []
    plan = make_plan(book, facts, on, options=options)
    serves: dict[str, dict[str, None]] = {}
    for planned in plan.designations:
        for metrics in planned.metrics.values():
            for code in (code for metric in metrics for step in metric.steps for code in step.rules.certificates):
                serves.setdefault(code, {})[planned.rules.designation.id] = None
    coding, known = plan.certificates.coding, book.catalog.certifications
    codes = coding.codes("certification", tuple(serves))
    rows = nw.from_native(facts.scan(CERTIFICATIONS)).filter(plan.certificates.valid()).to_native()
    rows = rows.filter(pl.col("certification").is_in(codes) & (pl.col("person_id") != ""))
    if partners is not None:
        rows = rows.filter(pl.col("partner_id").is_in(list(partners)))
    names = facts.names["certification"]
    grace = {
        code: years_later(retired, plan.certificates.grace_years)
        for code in serves
        if code in known and (retired := known[code].retired_on) is not None
    }
    retires = {names[code]: code for code in codes if names[code] in grace}
    last = pl.col("certification").replace_strict(
        {number: grace[name] for name, number in retires.items()}, default=None, return_dtype=pl.Date
    )
    # Nulls are days that are not known: such a certificate does not end, whatever an older one of the person says.
    ends = rows.select("partner_id", "person_id", "certification", ends=pl.min_horizontal("expires_on", last))
    newest = ends.group_by("partner_id", "person_id", "certification").agg(pl.col("ends").max(), open=pl.col("ends").is_null().any())
    soon = newest.filter(~pl.col("open") & (pl.col("ends") <= until)).collect()
    found: list[Ending] = []
    for row in soon.iter_rows(named=True):
        code: str = names[int(row["certification"])]
        name = known.name(code) if code in known else code
        found.append(Ending(row["partner_id"], row["person_id"], code, name, row["ends"], tuple(serves[code])))
    return sorted(found, key=lambda one: (one.partner_id, one.ends_on, one.code, one.person_id))


def names_of(facts: Facts, people: Collection[str]) -> dict[str, str]:
    """Give the names of people by id, of those that the facts name: beside their certificates or apart from them."""
    found = facts.names_of_people(people)
    if CERTIFICATIONS in facts.tables:
        rows = facts.scan(CERTIFICATIONS).filter(pl.col("person_id").is_in(list(people)) & pl.col("person_name").is_not_null())
        found |= {person: name for person, name in rows.select("person_id", "person_name").unique().collect().iter_rows() if name}
    return found

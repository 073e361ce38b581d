"""What lies ahead of many partners at once: the first day on which a designation would no longer qualify, and what associations lack.

The same answers as a forecast with usage held and as `attain.advise.coverage` give for one partner, for some hundred in one pass.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.ahead import held, known_on, without_ended
from attain.advise.applying import NAME_OF
from attain.advise.coverage import proposed
from attain.advise.partner_facts import ASSOCIATIONS, AZURE, CUSTOMERS, OWN, USAGE, PartnerFacts
from attain.advise.recognition import Looked, products_of
from attain.facts.facts import Facts
from attain.facts.schema import BASES
from attain.lifecycle import Period, membership
from attain.lifecycle.windows import MONTHS, ONE_DAY, month_end, month_start, next_refresh, refresh_days
from attain.scoring.conditions import association_mask
from attain.scoring.daily import DailyScorer
from attain.scoring.locks import enrollments_of
from attain.scoring.plan import make_plan
from attain.scoring.result import TOTAL
from attain.scoring.run import DEFAULTS, scores
from attain.scoring.scans import PARTNER
from attain.scoring.statuses import certificate_days
from attain.scoring.windows import YEAR, latest_refreshed_month

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping, Sequence

    from attain.advise.partner_facts import Months
    from attain.advise.recognition import Product
    from attain.rulebook.catalog import Catalog
    from attain.rulebook.load import Book
    from attain.scoring.options import Chosen

Key = tuple[str, str]
"""A partner and a designation."""


@dataclass(frozen=True)
class Prospects:
    """What lies ahead of some partners.

    Attributes:
        until: the last day looked at: twelve months on.
        at_risk: the first day on which a designation that qualifies would no longer, with usage held; those without such a day are absent.
        recognized: the total of the track that counts, in millionths, if every association that is missing had been on the usage of the
            last twelve months; designations of partners whose usage lacks none are absent.
    """

    until: dt.date
    at_risk: dict[Key, dt.date]
    recognized: dict[Key, int]


def prospects(
    book: Book,
    facts: Facts,
    on: dt.date,
    *,
    selected: Mapping[Key, str],
    qualified: Collection[Key],
    options: Chosen = DEFAULTS,
) -> Prospects:
    """Look ahead of global accounts from a day.

    `selected` are their designations with the track that counts on the day, `qualified` those that qualify, which alone can be at risk.
    """
    until = later_by_a_year(on)
    accounts = sorted({account for account, _ in selected})
    if not accounts:
        return Prospects(until, {}, {})
    wanted = sorted({account for account, _ in qualified})
    at_risk = _at_risk(book, _lot(facts, wanted), wanted, on, until, qualified, options) if wanted else {}
    return Prospects(until, at_risk, _recognized(book, _lot(facts, accounts), on, selected, options))


def later_by_a_year(day: dt.date) -> dt.date:
    """Give the same day of the next year, or the last of its month."""
    later = month_start(day, -MONTHS)
    return later.replace(day=min(day.day, month_end(later).day))


def _lot(facts: Facts, accounts: Sequence[str]) -> PartnerFacts:
    """Read the facts of some partners as if they were one."""
    theirs = pl.col(PARTNER).is_in(list(accounts))
    lazy = {table: facts.scan(table).filter(theirs) for table in (*OWN, "accounts") if table in facts.tables or table == "accounts"}
    lazy["locations"] = facts.scan("locations").filter(pl.col("account").is_in(list(accounts)))
    frames = dict(zip(lazy, pl.collect_all(list(lazy.values()), engine="streaming"), strict=True))
    if CUSTOMERS in facts.tables:
        named = [frames[table].select("tenant_id") for table in (*USAGE, ASSOCIATIONS) if table in frames]
        tenants = pl.concat(named).unique() if named else pl.DataFrame(schema={"tenant_id": pl.String})
        frames[CUSTOMERS] = facts.scan(CUSTOMERS).join(tenants.lazy(), on="tenant_id", how="semi").collect()
    return PartnerFacts("", frames, facts.names, facts.months, facts)


@contextmanager
def _written(lot: PartnerFacts) -> Generator[Facts]:
    """Give a lot as facts in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="attain-") as folder:
        for table, frame in lot.frames.items():
            place = Path(folder) / table
            place.mkdir()
            frame.write_parquet(place / "all.parquet")
        yield Facts(
            folder=Path(folder),
            tables=lot.source.tables,
            names=lot.names,
            unknown=lot.source.unknown,
            months=lot.months,
            masks=lot.masks,
            digest=lot.digest,
            report=lot.source.report,
        )


def _at_risk(
    book: Book,
    lot: PartnerFacts,
    accounts: Sequence[str],
    on: dt.date,
    until: dt.date,
    qualified: Collection[Key],
    options: Chosen,
) -> dict[Key, dt.date]:
    known = known_on(lot, on)
    refresh_day = options.refresh_day or book.programme.on(on).refresh_day
    ahead, last = _continued(book.catalog, known, latest_refreshed_month(until, refresh_day), options)
    late = any(month < latest_refreshed_month(on, refresh_day) for month in last.values())
    # What is late is assumed from the next refresh on: until then the scores stand on what is known.
    first = next_refresh(refresh_day, on) if late else dt.date.min
    found: dict[Key, dt.date] = {}
    with _written(known) as now, _written(ahead) as then:
        days = _days(book, now, accounts, on, until, refresh_day, options)
        for facts, early in ((now, True), (then, False)):
            asked = {account: {day for day in own if (day < first) is early} for account, own in days.items()}
            scorer = DailyScorer(book, facts, options=options)
            for frame in scorer.frames({account: own for account, own in asked.items() if own}):
                _keep_first(frame, qualified, found)
    return found


def _keep_first(frame: pl.DataFrame, qualified: Collection[Key], found: dict[Key, dt.date]) -> None:
    lost = frame.filter((pl.col("metric").cast(pl.String) == TOTAL) & pl.col("selected") & ~pl.col("qualified"))
    firsts = lost.group_by(PARTNER, pl.col("designation").cast(pl.String)).agg(pl.col("as_of").min())
    for partner, designation, day in firsts.iter_rows():
        key = (partner, designation)
        if key in qualified and (key not in found or day < found[key]):
            found[key] = day


def _continued(catalog: Catalog, known: PartnerFacts, end: int, options: Chosen) -> tuple[PartnerFacts, dict[str, int]]:
    """Repeat the last known month of each table up to a month; also gives the last known months."""
    frames: dict[str, pl.DataFrame] = {}
    months: Months = {table: dict(bases) for table, bases in known.months.items()}
    lasts: dict[str, int] = {}
    for table in USAGE:
        basis = options.basis if table == AZURE else ""
        covered = months.get(table, {}).get(basis, ())
        if table not in known.frames or not covered:
            continue
        lasts[table] = last = max(covered)
        if last >= end:
            continue
        frame = known.frames[table]
        own = frame.filter(pl.col("basis") == BASES.index(basis)) if table == AZURE else frame
        frames[table] = pl.concat([frame, without_ended(catalog, known, held(own, last, end), table, last)])
        months[table][basis] = (*covered, *range(last + 1, end + 1))
    return known.with_frames(frames, months=months), lasts


def _days(
    book: Book, facts: Facts, accounts: Sequence[str], on: dt.date, until: dt.date, refresh_day: int, options: Chosen
) -> dict[str, set[dt.date]]:
    """List the days after `on` on which anything may change, by partner."""
    common = {*refresh_days(refresh_day, Period(on + ONE_DAY, until)), *book.programme.era_starts(on + ONE_DAY, until)}
    if options.edition is None:
        common |= {edition.from_ for designation in book.designations.values() for edition in designation.editions}
    days: Mapping[str, set[dt.date]] = defaultdict(lambda: set(common))
    enrollments = enrollments_of(facts, accounts, on)
    for designation in book.designations.values():
        for account, changed in certificate_days(book, facts, accounts, designation).items():
            days[account].update(changed)
        for account, rows in enrollments.items():
            days[account].update(membership(book.programme, rows, on).record_changes(designation.id))
    return {account: {day for day in days[account] if on < day <= until} for account in accounts}


def _recognized(book: Book, lot: PartnerFacts, on: dt.date, selected: Mapping[Key, str], options: Chosen) -> dict[Key, int]:
    """Score the partners whose usage lacks an association as if it were there for the last twelve months."""
    plan = make_plan(book, lot.source, on, designations=None, options=options, customers=None)
    bits: dict[str, dict[tuple[str, str, int], int]] = {table: {} for table in USAGE}
    for account, today in _each(lot, sorted({account for account, _ in selected})):
        metrics = {
            planned.rules.designation.id: tuple(metric for metric in planned.metrics[track] if metric.is_scored)
            for planned in plan.designations
            if (track := selected.get((account, planned.rules.designation.id))) is not None
        }
        lacking: dict[str, list[Product]] = defaultdict(list)
        for product in products_of(Looked(book, on, today, plan, metrics)):
            if product.lacks:
                lacking[product.tenant_id].append(product)
        for tenant, some in lacking.items():
            for one in proposed(some):
                key = (account, tenant, lot.code(NAME_OF[one.table], one.product))
                bits[one.table][key] = bits[one.table].get(key, 0) | association_mask([one.association])
    accounts = sorted({account for keys in bits.values() for account, _, _ in keys})
    if not accounts:
        return {}
    frames = {table: _with_bits(lot.frames[table], table, keys, plan.windows[table].data_month) for table, keys in bits.items() if keys}
    with _written(lot.with_frames(frames)) as facts:
        found = scores(book, facts, on, partners=accounts, options=options).frame
    totals = found.with_columns(pl.col("designation", "track", "metric").cast(pl.String)).filter(pl.col("metric") == TOTAL)
    rows = totals.select(PARTNER, "designation", "track", "points").iter_rows()
    return {(partner, name): points for partner, name, track, points in rows if selected.get((partner, name)) == track}


def _each(lot: PartnerFacts, accounts: Sequence[str]) -> Iterator[tuple[str, PartnerFacts]]:
    """Give the usage and associations of each partner of the lot."""
    tables = [table for table in (*USAGE, ASSOCIATIONS) if table in lot.frames]
    parts = {table: lot.frames[table].partition_by(PARTNER, as_dict=True) for table in tables}
    for account in accounts:
        own = {table: parts[table].get((account,), lot.frames[table].clear()) for table in tables}
        yield account, replace(lot, account=account, frames=own)


def _with_bits(frame: pl.DataFrame, table: str, bits: Mapping[tuple[str, str, int], int], last: int) -> pl.DataFrame:
    """Let usage of the last twelve months carry more associations."""
    keys = [PARTNER, "tenant_id", NAME_OF[table]]
    schema = {PARTNER: pl.String(), "tenant_id": pl.String(), NAME_OF[table]: frame.schema[NAME_OF[table]], "#bits": pl.Int32()}
    added = pl.DataFrame([(*key, mask) for key, mask in bits.items()], schema=schema, orient="row")
    joined = frame.join(added, on=keys, how="left", maintain_order="left")
    within = pl.col("month") >= last - YEAR + 1
    mask = pl.when(within).then(pl.col("associations") | pl.col("#bits").fill_null(0)).otherwise("associations")
    return joined.with_columns(mask.cast(frame.schema["associations"]).alias("associations")).select(frame.columns)

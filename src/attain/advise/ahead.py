"""A partner's facts as they may come to be: what is known on a day, and the months of usage that follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from attain.advise.applying import AMOUNTS, NAME_OF
from attain.advise.courses import course
from attain.advise.names import find_code, find_tenant
from attain.advise.partner_facts import ASSOCIATIONS, AZURE, CERTIFICATIONS, SEATS, USAGE
from attain.facts.recognition import Recognition
from attain.facts.schema import BASES
from attain.scoring.scans import PARTNER
from attain.scoring.windows import YEAR, latest_refreshed_month, month_number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from attain.advise.courses import Usage
    from attain.advise.expected import Expected
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.partner_facts import Months, PartnerFacts
    from attain.rulebook.catalog import Catalog

ENROLLMENTS = "enrollments"


def known_on(held: PartnerFacts, day: dt.date) -> PartnerFacts:
    """Leave out what lies after a day: its own month of usage and later ones, later certificates, enrollments and payments."""
    month = month_number(day)
    months: Months = {
        table: {basis: tuple(one for one in known if one < month) for basis, known in bases.items()} for table, bases in held.months.items()
    }
    frames = {table: held.frames[table].filter(pl.col("month") < month) for table in USAGE if table in held.frames}
    if CERTIFICATIONS in held.frames:
        frames[CERTIFICATIONS] = held.frames[CERTIFICATIONS].filter(pl.col("earned_on") <= day)
    if ENROLLMENTS in held.frames:
        later = pl.col("paid_on") > day
        rows = held.frames[ENROLLMENTS].filter(pl.col("enrolled_on") <= day)
        # What a later payment moved the anniversary to is not known yet either.
        frames[ENROLLMENTS] = rows.with_columns(
            pl.when(later).then(None).otherwise(name).alias(name) for name in ("anniversary", "paid_on")
        )
    return held.with_frames(frames, months=months)


def refresh_day_of(hypotheses: Hypotheses, day: dt.date) -> int:
    """Give the day of a month from which the month before counts."""
    return hypotheses.options.refresh_day or hypotheses.book.programme.on(day).refresh_day


def continued(
    hypotheses: Hypotheses, known: PartnerFacts, until: dt.date, usage: Usage = "held", expected: Sequence[Expected] = ()
) -> PartnerFacts:
    """Add the months of usage after the last known one of each table, up to the last that counts on the day `until`.

    Held, each month has the rows of the last one. By trend, each (tenant, product) goes on as `attain.advise.courses.course` says, with the
    associations of its last month, for those with usage in the last twelve. Set, usage is held and then changed as `expected` says. An
    association goes with its record, where that ends. Only the basis that is scored goes on. Raises AttainError for an unknown tenant,
    service or workload.
    """
    end = latest_refreshed_month(until, refresh_day_of(hypotheses, until))
    frames: dict[str, pl.DataFrame] = {}
    months: Months = {table: dict(bases) for table, bases in known.months.items()}
    for table in USAGE:
        basis = hypotheses.options.basis if table == AZURE else ""
        covered = months.get(table, {}).get(basis, ())
        if table not in known.frames or not covered or max(covered) >= end:
            continue
        last = max(covered)
        frame = known.frames[table]
        own = frame.filter(pl.col("basis") == BASES.index(basis)) if table == AZURE else frame
        made = _by_trend(own, table, last, end) if usage == "trend" else held(own, last, end)
        made = without_ended(hypotheses.book.catalog, known, made, table, last)
        for one in expected if usage == "set" else ():
            made = _expected(hypotheses.book.catalog, known, made, table, one, last + 1)
        frames[table] = pl.concat([frame, made])
        months[table][basis] = (*covered, *range(last + 1, end + 1))
    return known.with_frames(frames, months=months)


def last_known(hypotheses: Hypotheses, known: PartnerFacts) -> dict[str, int]:
    """Give the last known month of each usage table that is scored."""
    found: dict[str, int] = {}
    for table in USAGE:
        covered = known.months.get(table, {}).get(hypotheses.options.basis if table == AZURE else "", ())
        if table in known.frames and covered:
            found[table] = max(covered)
    return found


def held(frame: pl.DataFrame, last: int, end: int) -> pl.DataFrame:
    """Repeat the rows of the month `last` in each month up to `end`: only these new rows."""
    months = pl.DataFrame({"month": range(last + 1, end + 1)}, schema={"month": frame.schema["month"]})
    return frame.filter(pl.col("month") == last).drop("month").join(months, how="cross").select(frame.columns)


def without_ended(catalog: Catalog, known: PartnerFacts, made: pl.DataFrame, table: str, last: int) -> pl.DataFrame:
    """Take associations off rows of months after the one in which their last record ends: that is known, however usage goes on.

    A record that ended before the month `last` tells nothing: whatever that month carries, it has from elsewhere. Records of one
    subscription stand for the customer here: rows of facts do not tell subscriptions apart.
    """
    frame = known.frames.get(ASSOCIATIONS)
    if frame is None or not frame.height or not made.height:
        return made
    records = Recognition.of(frame).rows
    kind, keys = NAME_OF[table], [PARTNER, "tenant_id", "bit"]
    whole = (pl.col("scope").fill_null("") == "") | pl.lit(table == AZURE)
    codes = _codes(catalog, known, records.filter(~whole)["scope"].unique().to_list())
    wide = records.filter(whole).group_by(keys).agg(pl.col("last").max().alias("#wide"))
    some = records.filter(pl.col("scope").is_in(list(codes)) & ~whole)
    code = pl.col("scope").replace(codes).cast(made.schema[kind]).alias(kind)
    narrow = some.with_columns(code).group_by(*keys, kind).agg(pl.col("last").max().alias("#narrow"))
    for bit in sorted(records["bit"].unique().to_list()):
        of_bit = pl.col("bit") == bit
        until = made.join(wide.filter(of_bit).drop("bit"), on=keys[:2], how="left", maintain_order="left").join(
            narrow.filter(of_bit).drop("bit"), on=[*keys[:2], kind], how="left", maintain_order="left"
        )
        ends = until.select(pl.max_horizontal("#wide", "#narrow").alias("ends"))["ends"]
        gone = (ends >= last) & (made["month"] > ends)
        mask = pl.when(gone.fill_null(value=False)).then(pl.col("associations") & ~bit).otherwise("associations")
        made = made.with_columns(mask.cast(made.schema["associations"]).alias("associations"))
    return made


def _codes(catalog: Catalog, known: PartnerFacts, scopes: Sequence[str]) -> dict[str, int]:
    """Give the code of each workload that a scope names; scopes that name none are left out."""
    names = known.names["workload"]
    matched = {scope: catalog.workloads.match(scope) or scope for scope in scopes}
    return {scope: names.index(name) for scope, name in matched.items() if name in names}


def _by_trend(frame: pl.DataFrame, table: str, last: int, end: int) -> pl.DataFrame:
    names = AMOUNTS[table]
    keys = [name for name in frame.columns if name not in {*names, "month", "associations"}]
    history: dict[tuple[object, ...], dict[int, list[dict[str, int]]]] = {}
    for row in frame.iter_rows(named=True):
        history.setdefault(tuple(row[key] for key in keys), {}).setdefault(row["month"], []).append(row)
    made: list[dict[str, object]] = []
    for by_month in history.values():
        latest = max(by_month)
        if latest > last - YEAR:
            made.extend(_continued_rows(by_month, by_month[latest], names, last, end))
    for row in made if table == SEATS else ():
        row["assigned_licenses"] = min(_number(row["assigned_licenses"]), _number(row["paid_licenses"]))
    return pl.DataFrame(made, schema=frame.schema)


def _continued_rows(
    by_month: Mapping[int, list[dict[str, int]]], shape: list[dict[str, int]], names: Sequence[str], last: int, end: int
) -> list[dict[str, object]]:
    """Continue one product of one tenant; rows under several associations share each month's number as they share the last one's."""
    first = min(by_month)
    rows = {(month, place): dict[str, object](row, month=month) for month in range(last + 1, end + 1) for place, row in enumerate(shape)}
    for name in names:
        values = {month: sum(row[name] or 0 for row in some) for month, some in by_month.items()}
        whole = sum(abs(row[name] or 0) for row in shape)
        for month, total in zip(range(last + 1, end + 1), course(values, first, last, end, trend=True), strict=True):
            given = seen = 0
            for place, row in enumerate(shape):
                seen += abs(row[name] or 0)
                share = total * seen // whole if whole else total * (place + 1) // len(shape)
                rows[month, place][name] = share - given
                given = share
    return list(rows.values())


def _expected(catalog: Catalog, known: PartnerFacts, made: pl.DataFrame, table: str, one: Expected, first: int) -> pl.DataFrame:
    kind = NAME_OF[table]
    named = one.service if kind == "service" else one.workload
    other = one.workload if kind == "service" else one.service
    if other is not None and named is None:
        return made
    where = pl.col("month") >= (first if one.from_ is None else month_number(one.from_))
    if one.tenant is not None:
        where &= pl.col("tenant_id") == find_tenant(known.frames, one.tenant)
    if named is not None:
        where &= pl.col(kind) == find_code(catalog, known.names, kind, named)
    rows = made.filter(where).to_dicts()
    factor = 1 + one.percent / 100
    for row in rows:
        for name in AMOUNTS[table]:
            row[name] = round((row[name] or 0) * factor)
    return pl.concat([made.filter(~where), pl.DataFrame(rows, schema=made.schema)])


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

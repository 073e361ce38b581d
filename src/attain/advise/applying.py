"""Changes applied to one partner's tables, one after the other: what facts would hold if they had come true."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import singledispatchmethod
from typing import TYPE_CHECKING

import polars as pl

from attain.advise.changes import (
    AddAssociation,
    AddUsage,
    Certify,
    ChangeUsage,
    DropCustomer,
    KeepCustomer,
    RemoveAssociation,
    RemoveCertificate,
    RemovePerson,
    RenewCertificate,
)
from attain.advise.names import find_code, find_person, find_tenant, known_person, tenant_or_new
from attain.advise.partner_facts import AZURE, CERTIFICATIONS, CUSTOMERS, REVENUE, SEATS, USAGE, PartnerFacts
from attain.errors import AttainError
from attain.facts.rows import PAID
from attain.facts.schema import BASES
from attain.scoring.conditions import MONEY_SCALE, association_mask
from attain.scoring.windows import YEAR, month_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attain.advise.changes import Change
    from attain.advise.hypothesis import Hypotheses
    from attain.rulebook.catalog import Catalog

NAME_OF = {AZURE: "service", SEATS: "workload", REVENUE: "workload"}
AMOUNTS = {AZURE: ("acr",), SEATS: ("paid_licenses", "assigned_licenses", "active_users", "capacity"), REVENUE: ("revenue",)}


def apply_changes(hypotheses: Hypotheses, changes: Sequence[Change], start: PartnerFacts | None = None) -> PartnerFacts:
    """Apply changes in order to the partner's facts of today, or to `start`; no change gives the very same object.

    Raises AttainError, naming the change by its place, for an unknown tenant, person, service, workload or certificate, for a table that
    the facts do not have, and for a change that finds nothing to change.
    """
    held = hypotheses.today if start is None else start
    if not changes:
        return held
    months = {table: window.data_month for table, window in hypotheses.plan.windows.items()}
    applying = _Applying(hypotheses.book.catalog, held, hypotheses.on, BASES.index(hypotheses.options.basis), months)
    for place, change in enumerate(changes, 1):
        try:
            applying.apply(change)
        except AttainError as error:
            where = f"change {place}, {change.do}"
            raise replace(error, where=f"{where}, {error.where}" if error.where else where) from error
    return held.with_frames(applying.frames)


@dataclass
class _Applying:
    """The tables under change. `months` are the data months."""

    catalog: Catalog
    held: PartnerFacts
    on: dt.date
    basis: int
    months: Mapping[str, int]
    frames: dict[str, pl.DataFrame] = field(init=False)

    def __post_init__(self) -> None:
        self.frames = dict(self.held.frames)

    @singledispatchmethod
    def apply(self, change: object) -> None:
        """Apply one change to the tables."""
        raise TypeError(change)

    # ---- usage ----------------------------------------------------------------------------------------------------------

    @apply.register
    def _add_usage(self, change: AddUsage) -> None:
        table = AZURE if change.service is not None else REVENUE if change.revenue_usd is not None else SEATS
        last = self._data_month(table)
        tenant = tenant_or_new(self.frames, change.tenant)
        self._know_customer(tenant, change)
        code = self._code(table, change.service or change.workload or "")
        first = last - change.months + 1 - (YEAR if change.existing else 0)
        mask = association_mask(change.associations)
        rows: list[dict[str, object]] = []
        for month in range(first, last + 1):
            row: dict[str, object] = {"month": month, "partner_id": self.held.account, "tenant_id": tenant, "associations": mask}
            row[NAME_OF[table]] = code
            if table == AZURE:
                row |= {"offer": self.held.code("offer", PAID), "basis": self.basis, "acr": _money(change.acr_usd)}
            elif table == REVENUE:
                row["revenue"] = _money(change.revenue_usd)
            else:
                begins = month == first and not change.existing and change.months > 1
                active = (change.first_active_users or 0) if begins else change.active_users or 0
                seats = change.seats or 0
                row |= {"paid_licenses": seats, "assigned_licenses": seats, "active_users": active, "capacity": change.capacity or 0}
            rows.append(row)
        frame = self.frames[table]
        added = pl.DataFrame(rows, schema=frame.schema)
        self.frames[table] = _merged(frame, added, table)

    def _know_customer(self, tenant: str, change: AddUsage) -> None:
        """Give a new tenant a row of its own, and a known one the segment that the change names."""
        customers = self.frames.get(CUSTOMERS)
        if customers is None:
            if change.segment is not None:
                raise _missing(CUSTOMERS)
            return
        if tenant in customers["tenant_id"]:
            if change.segment is not None:
                mine = pl.col("tenant_id") == tenant
                segment = pl.when(mine).then(pl.lit(change.segment)).otherwise("segment").alias("segment")
                self.frames[CUSTOMERS] = customers.with_columns(segment)
            return
        row = {"tenant_id": tenant, "name": change.name or change.tenant, "segment": change.segment}
        self.frames[CUSTOMERS] = pl.concat([customers, pl.DataFrame([row], schema=customers.schema)])

    @apply.register
    def _change_usage(self, change: ChangeUsage) -> None:
        tenant = find_tenant(self.frames, change.tenant)
        found = 0
        for table in self._tables(change):
            last = self._data_month(table)
            months = change.months or (YEAR if table == AZURE else 1)
            where = (pl.col("tenant_id") == tenant) & pl.col("month").is_between(last - months + 1, last)
            if table == AZURE:
                where &= pl.col("basis") == self.basis
            name = change.service or change.workload
            if name is not None:
                where &= pl.col(NAME_OF[table]) == self._code(table, name)
            frame = self.frames[table]
            rows = frame.filter(where)
            found += rows.height
            if rows.height:
                self.frames[table] = pl.concat([frame.filter(~where), _with_amounts(rows, table, change)])
        if not found:
            raise AttainError(
                "nothing-to-change",
                f"{change.tenant} has no such usage in the months that change",
                hint="name another service, workload or number of months, or add it with add_usage",
            )

    def _tables(self, change: ChangeUsage) -> list[str]:
        """Name the tables that a change of amounts looks at: those that have the amount, as far as the facts have them."""
        if change.acr_usd is not None or change.service is not None:
            wanted = [AZURE]
        elif change.revenue_usd is not None:
            wanted = [REVENUE]
        elif change.percent is not None:
            wanted = [AZURE, SEATS, REVENUE] if change.workload is None else [SEATS, REVENUE]
        else:
            wanted = [SEATS]
        there = [table for table in wanted if table in self.frames]
        if not there:
            raise _missing(wanted[0])
        return there

    @apply.register
    def _drop_customer(self, change: DropCustomer) -> None:
        tenant = find_tenant(self.frames, change.tenant)
        for table in self._usage():
            last = self._data_month(table)
            lost = (pl.col("tenant_id") == tenant) & pl.col("month").is_between(last - change.months + 1, last)
            self.frames[table] = self.frames[table].filter(~lost)

    @apply.register
    def _keep_customer(self, change: KeepCustomer) -> None:
        tenant = find_tenant(self.frames, change.tenant)
        for table in self._usage():
            last = self._data_month(table)
            mine = pl.col("tenant_id") == tenant
            frame = self.frames[table]
            first = last - YEAR + 1 if change.since is None else max(last - YEAR + 1, month_number(change.since))
            earlier = frame.filter(mine & pl.col("month").is_between(first - YEAR, last - YEAR)).with_columns(pl.col("month") + YEAR)
            now = mine & pl.col("month").is_between(first, last)
            kept = _at_least(frame.filter(now), earlier, table)
            self.frames[table] = pl.concat([frame.filter(~now), kept])

    @apply.register
    def _add_association(self, change: AddAssociation) -> None:
        bit = association_mask([change.association])
        self._associate(change, pl.col("associations") | bit)

    @apply.register
    def _remove_association(self, change: RemoveAssociation) -> None:
        bit = association_mask([change.association])
        self._associate(change, pl.col("associations") & ~bit)

    def _associate(self, change: AddAssociation | RemoveAssociation, mask: pl.Expr) -> None:
        tenant = find_tenant(self.frames, change.tenant)
        tables = [AZURE] if change.service is not None else [SEATS, REVENUE] if change.workload is not None else list(USAGE)
        found = 0
        for table in (table for table in tables if table in self.frames):
            since = self._data_month(table) - YEAR + 1 if change.since is None else month_number(change.since)
            where = (pl.col("tenant_id") == tenant) & (pl.col("month") >= since)
            name = change.service or change.workload
            if name is not None:
                where &= pl.col(NAME_OF[table]) == self._code(table, name)
            frame = self.frames[table]
            found += frame.filter(where).height
            self.frames[table] = frame.with_columns(
                pl.when(where).then(mask).otherwise("associations").cast(pl.Int32).alias("associations")
            )
        if not found:
            raise AttainError(
                "nothing-to-change",
                f"{change.tenant} has no such usage since then",
                hint="name another service or workload, or an earlier day",
            )

    # ---- people ---------------------------------------------------------------------------------------------------------

    @apply.register
    def _certify(self, change: Certify) -> None:
        frame = self._certificates()
        person = known_person(self.frames, change.person)
        code = find_code(self.catalog, self.held.names, "certification", change.certification)
        earned = change.earned_on or self.on
        name = None
        if person is None:
            person, name = change.person, change.person
        else:
            name = frame.filter(pl.col("person_id") == person)["person_name"].drop_nulls().first()
        same = (pl.col("person_id") == person) & (pl.col("certification") == code) & (pl.col("earned_on") == earned)
        row = {
            "partner_id": self.held.account,
            "person_id": person,
            "person_name": name,
            "certification": code,
            "earned_on": earned,
            "expires_on": change.expires_on,
            "status": "active",
        }
        self.frames[CERTIFICATIONS] = pl.concat([frame.filter(~same), pl.DataFrame([row], schema=frame.schema)])

    @apply.register
    def _renew(self, change: RenewCertificate) -> None:
        frame = self._certificates()
        held = self._held(change.person, change.certification)
        earned: dt.date = frame.filter(held)["earned_on"].max()  # pyright: ignore[reportAssignmentType] - a column of days
        if change.expires_on < earned:
            message = f"expires_on lies before {earned}, on which {change.person} earned {change.certification}"
            raise AttainError("nothing-to-change", message, hint="give a later day")
        latest = held & (pl.col("earned_on") == pl.col("earned_on").filter(held).max())
        self.frames[CERTIFICATIONS] = frame.with_columns(
            pl.when(latest).then(pl.lit(change.expires_on)).otherwise("expires_on").alias("expires_on"),
            pl.when(latest).then(pl.lit("active")).otherwise("status").alias("status"),
        )

    @apply.register
    def _remove_certificate(self, change: RemoveCertificate) -> None:
        self.frames[CERTIFICATIONS] = self._certificates().filter(~self._held(change.person, change.certification))

    @apply.register
    def _remove_person(self, change: RemovePerson) -> None:
        frame = self._certificates()
        person = find_person(self.frames, change.person)
        self.frames[CERTIFICATIONS] = frame.filter(pl.col("person_id") != person)

    def _held(self, called: str, certification: str) -> pl.Expr:
        """Find a person's certificate; raises AttainError where there is none."""
        person = find_person(self.frames, called)
        code = find_code(self.catalog, self.held.names, "certification", certification)
        mine = pl.col("person_id") == person
        rows = self.frames[CERTIFICATIONS].filter(mine)
        if code not in rows["certification"]:
            codes: list[int] = rows["certification"].unique().to_list()
            held = sorted(self.held.names["certification"][one] for one in codes)
            raise AttainError("nothing-to-change", f"{called} holds no {certification}", hint=f"holds {', '.join(held)}")
        return mine & (pl.col("certification") == code)

    # ---- what is there --------------------------------------------------------------------------------------------------

    def _certificates(self) -> pl.DataFrame:
        if CERTIFICATIONS not in self.frames:
            raise _missing(CERTIFICATIONS)
        return self.frames[CERTIFICATIONS]

    def _usage(self) -> Iterable[str]:
        return [table for table in USAGE if table in self.frames]

    def _data_month(self, table: str) -> int:
        if table not in self.months or table not in self.frames:
            raise _missing(table)
        return self.months[table]

    def _code(self, table: str, called: str) -> int:
        return find_code(self.catalog, self.held.names, NAME_OF[table], called)


def _missing(table: str) -> AttainError:
    return AttainError("missing-table", f"the facts have no {table}", hint=f"add {table}.csv to the facts, a header row is enough")


def _money(amount: Fraction | None) -> int:
    """Give an amount of US dollars in ten-thousandths, rounded half-even as amounts in files are."""
    return round((amount or Fraction(0)) * MONEY_SCALE)


def _summed(rows: pl.DataFrame, table: str, key: Sequence[str]) -> pl.DataFrame:
    """Bring rows of one key under several associations together, so that two times can be compared."""
    sums = [pl.col(name).sum() for name in AMOUNTS[table]]
    return rows.group_by(list(key), maintain_order=True).agg(*sums, pl.col("associations").bitwise_or())


def _at_least(now: pl.DataFrame, earlier: pl.DataFrame, table: str) -> pl.DataFrame:
    """Keep what there is now where it is not less than a year earlier, else what was then, with its associations."""
    key = [name for name in now.columns if name not in AMOUNTS[table] and name != "associations"]
    if table == SEATS:
        both = pl.concat([now, earlier]).group_by(key, maintain_order=True)
        largest = both.agg(*(pl.col(name).max() for name in AMOUNTS[table]), pl.col("associations").bitwise_or())
        return largest.select(now.columns).cast(now.schema)
    amount = AMOUNTS[table][0]
    had, has = _summed(earlier, table, key), _summed(now, table, key)
    more = had.join(has, on=key, how="left", suffix="_now").filter(pl.col(amount) > pl.col(f"{amount}_now").fill_null(0))
    return pl.concat([now.join(more, on=key, how="anti"), earlier.join(more, on=key, how="semi")])


def _merged(frame: pl.DataFrame, added: pl.DataFrame, table: str) -> pl.DataFrame:
    """Add rows; where a tenant's workload already has one in a month, the amounts are added and the associations united."""
    if table == AZURE:
        return pl.concat([frame, added])
    key = ["month", "tenant_id", "workload"]
    touched = frame.join(added, on=key, how="semi")
    whole = [name for name in frame.columns if name not in AMOUNTS[table] and name != "associations"]
    both = _summed(pl.concat([touched, added]), table, whole).select(frame.columns).cast(frame.schema)
    return pl.concat([frame.join(added, on=key, how="anti"), both])


def _with_amounts(rows: pl.DataFrame, table: str, change: ChangeUsage) -> pl.DataFrame:
    """Put the changed amounts into rows of one tenant and table; Python's integers, so that a percentage is exact before it is rounded."""
    made = rows.to_dicts()
    if change.percent is not None:
        factor = 1 + change.percent / 100
        names = ("active_users",) if table == SEATS else AMOUNTS[table]
        for row in made:
            for name in names:
                row[name] = round((row[name] or 0) * factor)
        return pl.DataFrame(made, schema=rows.schema)
    if table != SEATS:
        _set_totals(made, AMOUNTS[table][0], _money(change.acr_usd if table == AZURE else change.revenue_usd))
        return pl.DataFrame(made, schema=rows.schema)
    for row in made:
        if change.seats is not None:
            row["paid_licenses"] = change.seats
            row["assigned_licenses"] = min(row["assigned_licenses"] or 0, change.seats)
        if change.active_users is not None:
            row["active_users"] = change.active_users
        if change.active_share is not None:
            row["active_users"] = -(-(row["paid_licenses"] or 0) * change.active_share // 100)
    return pl.DataFrame(made, schema=rows.schema)


def _set_totals(rows: list[dict[str, int]], name: str, total: int) -> None:
    """Let each month's rows add up to `total`: the largest of them takes the difference."""
    by_month: dict[int, list[dict[str, int]]] = {}
    for row in rows:
        by_month.setdefault(row["month"], []).append(row)
    for some in by_month.values():
        largest = max(some, key=lambda row: row[name])
        largest[name] += total - sum(row[name] for row in some)

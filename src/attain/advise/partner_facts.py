"""One partner's conformed facts in memory: read once, changed as tables, and given back as facts that any score takes."""

from __future__ import annotations

import atexit
import hashlib
import io
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.coding import KINDS
from attain.facts.facts import Facts
from attain.facts.schema import BASES
from attain.scoring.run import resolve_accounts
from attain.scoring.scans import PARTNER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.rulebook.catalog import Catalog

AZURE, SEATS, REVENUE = "azure_usage", "workload_usage", "workload_revenue"
USAGE = (AZURE, SEATS, REVENUE)
CUSTOMERS, CERTIFICATIONS, ASSOCIATIONS = "customers", "certifications", "associations"
OWN = (*USAGE, CERTIFICATIONS, ASSOCIATIONS, "enrollments", "reported_scores")
"""The tables whose rows name a partner."""
Months = dict[str, dict[str, tuple[int, ...]]]


@dataclass(frozen=True)
class PartnerFacts:
    """One partner's facts, as conformed tables.

    Attributes:
        account: the global account.
        frames: table -> its rows: the partner's own, its tenants' of `customers`. Columns and units are those of conformed facts: months
            as numbers, names as codes, associations as masks, money in ten-thousandths of a dollar.
        names: kind -> the name behind each code. Every name of the catalog has one, so that changes may use it.
        months: usage table -> basis -> the months that the facts as a whole cover; they decide the data month, not the partner's own rows.
        source: the facts that the partner was taken from.
    """

    account: str
    frames: Mapping[str, pl.DataFrame]
    names: dict[str, tuple[str, ...]]
    months: Months
    source: Facts = field(repr=False)

    @classmethod
    def of(cls, facts: Facts, partner: str, catalog: Catalog) -> PartnerFacts:
        """Read the partner (a location means its global account); raises AttainError for an unknown one."""
        account = resolve_accounts(facts, [partner])[0]
        mine = pl.col(PARTNER) == account
        lazy = {table: facts.scan(table).filter(mine) for table in OWN if table in facts.tables}
        lazy["accounts"] = facts.scan("accounts").filter(mine)
        lazy["locations"] = facts.scan("locations").filter(pl.col("account") == account)
        frames = dict(zip(lazy, pl.collect_all(list(lazy.values()), engine="streaming"), strict=True))
        if CUSTOMERS in facts.tables:
            tenants = {tenant for table in (*USAGE, ASSOCIATIONS) if table in frames for tenant in frames[table]["tenant_id"].unique()}
            frames[CUSTOMERS] = facts.scan(CUSTOMERS).filter(pl.col("tenant_id").is_in(sorted(tenants))).collect()
        if CERTIFICATIONS in frames:
            frames[CERTIFICATIONS] = _named(frames[CERTIFICATIONS], facts)
        return cls(account, frames, _every_name(facts, catalog), facts.months, facts)

    def with_frames(self, frames: Mapping[str, pl.DataFrame], *, months: Months | None = None) -> PartnerFacts:
        """Put other rows in the place of some tables; with `months` the facts cover other months too (a month to come, say)."""
        return replace(self, frames={**self.frames, **frames}, months=self.months if months is None else months)

    def code(self, kind: str, name: str) -> int:
        """Give the integer of a catalog code (or of an unknown name as spelled); ValueError where there is none."""
        return self.names[kind].index(name)

    @cached_property
    def masks(self) -> dict[str, tuple[int, ...]]:
        """Give the association masks of each usage table."""
        return {table: tuple(sorted(self.frames[table]["associations"].unique().to_list())) for table in USAGE if table in self.frames}

    @cached_property
    def digest(self) -> str:
        """Name the content: equal rows have equal digests."""
        digest = hashlib.sha256(repr((self.account, sorted(self.names.items()), sorted(self.months.items()))).encode())
        for table, frame in sorted(self.frames.items()):
            content = io.BytesIO()
            frame.sort(frame.columns).rechunk().write_ipc(content)
            digest.update(table.encode() + b"\0" + content.getvalue())
        return digest.hexdigest()

    def outline(self, masks: Mapping[str, tuple[int, ...]] | None = None) -> Facts:
        """Give facts that tell names, months and masks, for a plan: their files are those of the source."""
        return replace(
            self.source,
            names=self.names,
            months=self.months,
            masks=dict(self.masks if masks is None else masks),
            digest=self.digest,
        )

    @cached_property
    def facts(self) -> Facts:
        """Write the tables into a temporary folder, once, and give them as facts: equal ones give equal scores."""
        folder = Path(tempfile.mkdtemp(prefix="attain-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for table, frame in self.frames.items():
            place = folder / table
            place.mkdir()
            frame.write_parquet(place / "all.parquet")
        return Facts(
            folder=folder,
            tables=self.source.tables,
            names=self.names,
            unknown=self.source.unknown,
            months=self.months,
            masks=self.masks,
            digest=self.digest,
            report=self.source.report,
        )


def of_basis(frame: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Keep the rows of one basis of Azure usage."""
    return frame.filter(pl.col("basis") == BASES.index(basis))


def _named(certificates: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Put the names of people beside their certificates: a store keeps them apart."""
    nameless: list[str] = certificates.filter(pl.col("person_name").is_null())["person_id"].unique().to_list()
    names = facts.names_of_people(nameless) if nameless else {}
    if not names:
        return certificates
    known = pl.col("person_id").replace_strict(names, default=None, return_dtype=pl.String)
    return certificates.with_columns(pl.col("person_name").fill_null(known))


def _every_name(facts: Facts, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Add the catalog's names that the facts do not hold behind those that they do: codes stay as they are."""
    known = {
        "service": catalog.services.codes,
        "workload": catalog.workloads.codes,
        "offer": catalog.offers.codes,
        "certification": catalog.certifications.codes,
    }
    return {kind: tuple(dict.fromkeys((*facts.names.get(kind, ()), *known[kind]))) for kind in KINDS}

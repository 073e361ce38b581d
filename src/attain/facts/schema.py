"""The tables of the data contract: the only place that names their columns, types and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "guid", "month", "date", "money", "count", "code_set", "choice", "name"]
Vocabulary = Literal["service", "offer", "workload", "certification", "association"]
MOSTLY_GUIDS = ("subscription_id", "scope")
"""Columns of text that hold a GUID in most rows, which is read in lower case."""
PARTNER_ID_LENGTH = 200
"""So many characters the id of a partner has at most: databases index it, and PostgreSQL takes no index of texts of any length."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract table: `kind` says how a cell is read, `choices` what a `choice` column may hold."""

    name: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    """True where an empty cell is a fault of the row."""
    vocabulary: Vocabulary | None = None
    """The catalog whose codes, names and aliases the column holds."""
    longest: int | None = None
    """So many characters a cell holds at most; None where there is no bound."""


@dataclass(frozen=True, slots=True)
class Table:
    """One contract table: its columns in the order of the contract, and the names of its key columns."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """Give the column called `name`; KeyError where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def indispensable(self) -> tuple[str, ...]:
        """Name the columns without which a file is no such table: those of the key and those that no row may leave empty."""
        return tuple(column.name for column in self.columns if column.required or column.name in self.key)


BASES = ("acr", "list", "billed", "amortized")
ASSOCIATIONS = ("pal", "dpor", "csp1", "csp2", "cpor", "cpor_osa", "cpor_osu", "cpor_revrec", "cpor_revrec_performance")
"""Association codes; bit n of a row's association mask is the n-th of them."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "partners",
            (
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("name"),
                Column("country"),
                Column("kind", "choice", ("reseller", "distributor", "direct")),
                Column("account", "choice", ("global", "location")),
                Column("global_id", longest=PARTNER_ID_LENGTH),
                Column("distributor_id", longest=PARTNER_ID_LENGTH),
            ),
            ("partner_id",),
        ),
        Table(
            "customers",
            (
                Column("tenant_id", "guid", required=True),
                Column("name"),
                Column("alias"),
                Column("tpid"),
                Column("domain"),
                Column("country"),
                Column("segment", "choice", ("smb", "smc_corporate", "enterprise")),
            ),
            ("tenant_id",),
        ),
        Table(
            "azure_usage",
            (
                Column("month", "month", required=True),
                Column("partner_id", longest=PARTNER_ID_LENGTH),
                Column("tenant_id", "guid"),
                Column("subscription_id"),
                Column("service", "name", required=True, vocabulary="service"),
                Column("offer", "name", vocabulary="offer"),
                Column("associations", "code_set", vocabulary="association"),
                Column("acr_usd", "money", required=True),
                Column("basis", "choice", BASES),
            ),
            ("month", "partner_id", "tenant_id", "subscription_id", "service", "offer", "basis"),
        ),
        Table(
            "workload_usage",
            (
                Column("month", "month", required=True),
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("tenant_id", "guid", required=True),
                Column("workload", "name", required=True, vocabulary="workload"),
                Column("associations", "code_set", vocabulary="association"),
                Column("paid_licenses", "count"),
                Column("assigned_licenses", "count"),
                Column("active_users", "count"),
                Column("capacity", "count"),
            ),
            ("month", "partner_id", "tenant_id", "workload"),
        ),
        Table(
            "workload_revenue",
            (
                Column("month", "month", required=True),
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("tenant_id", "guid", required=True),
                Column("workload", "name", required=True, vocabulary="workload"),
                Column("associations", "code_set", vocabulary="association"),
                Column("revenue_usd", "money", required=True),
            ),
            ("month", "partner_id", "tenant_id", "workload"),
        ),
        Table(
            "certifications",
            (
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("person_id", required=True),
                Column("person_name"),
                Column("certification", "name", required=True, vocabulary="certification"),
                Column("earned_on", "date", required=True),
                Column("expires_on", "date"),
                Column("status", "choice", ("active", "not_linked", "left")),
            ),
            ("partner_id", "person_id", "certification", "earned_on"),
        ),
        Table(
            "associations",
            (
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("tenant_id", "guid", required=True),
                Column("association", "choice", ASSOCIATIONS, required=True, vocabulary="association"),
                Column("scope"),
                Column("started_on", "date"),
                Column("ended_on", "date"),
                Column("claim_id"),
            ),
            ("partner_id", "tenant_id", "association", "scope", "started_on"),
        ),
        Table(
            "enrollments",
            (
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("designation", required=True),
                Column("enrolled_on", "date", required=True),
                Column("paid_on", "date"),
                Column("anniversary", "date"),
                Column("track", "choice", ("enterprise", "smb", "single")),
            ),
            ("partner_id", "designation", "enrolled_on"),
        ),
        Table(
            "reported_scores",
            (
                Column("partner_id", required=True, longest=PARTNER_ID_LENGTH),
                Column("as_of", "date", required=True),
                Column("designation", required=True),
                Column("track"),
                Column("metric"),
                Column("value", "money"),
                Column("points", "money"),
            ),
            ("partner_id", "as_of", "designation", "track", "metric"),
        ),
    )
}

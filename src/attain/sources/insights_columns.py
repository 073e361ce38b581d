"""Rows of Insights reports read by column: who and when each is about, and what tells those of one usage apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.spellings import Spellings
from attain.facts.text_rows import Repeated
from attain.sources.attribution import DUPLICATE, is_flag
from attain.sources.columnar import filled, months, partners, repeated, tenants, texts, whole_ids
from attain.sources.plain_rows import PlainRows
from attain.sources.twins import TWIN, Twins, twin_digests

if TYPE_CHECKING:
    from attain.sources.attribution import Attributions
    from attain.sources.files import Row
    from attain.sources.insights import Names, Resellers
    from attain.sources.intake import Intake, Sheet

_FLAG = pl.Enum(["", "0", DUPLICATE])
"""What `Attributions.part` gives of a flag; empty where a file flags none."""
TELLING_APART = ("attribution", "flag", *TWIN)
"""Columns of what tells rows of one usage apart; the last three are there where a file flags twins."""


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """Who and when the rows of a block are about.

    `rows` has `month` (year * 12 + month - 1), `location`, `account` and `reseller` (where the file names any), `partner_id`, `tenant_id`,
    `attribution` (a number) and the rest of TELLING_APART. `associations` are codes, and `plain` what holds of the rows.
    """

    rows: pl.DataFrame
    associations: Repeated
    plain: PlainRows


class InsightsColumns:
    """Reads by column what the rows of a report have in common.

    `texts` are the texts of columns whose rows carry their number.
    """

    def __init__(self, intake: Intake, names: Names, attributions: Attributions, resellers: Resellers | None = None) -> None:
        self._intake, self._names, self._attributions, self._resellers = intake, names, attributions, resellers
        self.texts, self.twins = Spellings(), Twins()
        self._begun = self._only_rows = False
        """Twins are told by one digest in rows read singly and by another in rows by column: the first way has to be the second, too."""

    def places(self, sheet: Sheet) -> frozenset[int]:
        """Give the places of the columns that are read, and of those that twins share where they are told apart."""
        fields = (place for field in self._intake.source.fields for place in sheet.columns.places(field.name))
        return frozenset((*fields, *self._attributions.detail))

    def begin(self) -> bool:
        """Begin a block, and say whether its rows may be taken by column."""
        self._begun = True
        partner = self._intake.options.partner
        return partner == partner.strip() and not (self._only_rows and self._attributions.flagging)

    def read(self, sheet: Sheet, cells: pl.DataFrame) -> About:
        """Read a block (a text column a place)."""
        options, plain = self._intake.options, PlainRows(cells.height)
        month = months(texts(sheet, cells, "month"), sheet.conventions)
        tenant, tenant_plain = tenants(sheet, cells, "tenant")
        plain.only(month.is_not_null(), tenant_plain)
        location, account = partners(sheet, cells, "partner"), partners(sheet, cells, "partner_global")
        plain.only(*(whole_ids(given) for given, name in ((location, "partner"), (account, "partner_global")) if sheet.columns.has(name)))
        labels = repeated(sheet, cells, "attribution")
        codes, due = self._attributions.codes(labels.texts)
        associations = Repeated(codes, labels.places)
        plain.first_singly(labels, due)
        columns = {"month": month, "location": location}
        if sheet.columns.has("partner_global"):
            columns["account"] = account
        if self._resellers is not None:
            reseller, known = self._resellers.of_columns(sheet, cells, location, account, associations)
            plain.only(*known)
            if reseller is not None:
                columns["reseller"] = reseller
        plain.only(*self._names.nothing_new(sheet, cells))
        columns |= {
            "partner_id": filled(location.zip_with(location != "", account) if "account" in columns else location, options.partner),
            "tenant_id": filled(tenant, options.tenant),
            "attribution": self.numbers("attribution", associations),
        }
        return About(pl.DataFrame(columns).with_columns(*self._flags(sheet, cells, plain)), associations, plain)

    def numbers(self, column: str, cells: Repeated) -> pl.Series:
        """Give the number of each text of a column, null for an empty one. New texts are numbered in their order."""
        for text in sorted(cells.texts.drop_nulls().to_list()):
            self.texts.number(column, text)
        numbers = [self.texts.number(column, text or "") for text in cells.texts.to_list()]
        return cells.spread(pl.Series(numbers, dtype=pl.UInt32))

    def _flags(self, sheet: Sheet, cells: pl.DataFrame, plain: PlainRows) -> list[pl.Series]:
        """Give what tells twins apart, see `Attributions.part`; nothing where the file flags none."""
        if not sheet.columns.has("flag"):
            return []
        flags = repeated(sheet, cells, "flag")
        given: list[str] = flags.texts.to_list()
        plain.only(flags.spread(pl.Series([is_flag(flag) for flag in given], dtype=pl.Boolean)))
        said = [DUPLICATE if is_flag(flag) and self._attributions.is_flagged(flag) else "0" for flag in given]
        if not self._attributions.flagging:
            return []
        rest = cells.select(str(place) for place in self._attributions.detail)
        return [flags.spread(pl.Series(said, dtype=_FLAG)).alias("flag"), *twin_digests(rest)]

    def note_single(self, row: Row, digest: str) -> None:
        """Note a row that was read singly, of a file that flags twins, with the digest of what twins share."""
        if not self._begun:
            self._only_rows = True
            return
        self.twins.note_single(row, self._attributions.detail, digest)

    def note(self, sheet: Sheet, cells: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Note whom the rows that are taken name; `rows` are those of `About`."""
        who = [name for name in ("location", "account", "tenant_id", "month") if name in rows.columns]
        self._names.note_columns(sheet, cells, rows.select(who))
        if "reseller" in rows.columns and (resold := rows["reseller"] != "").any():
            self._names.note_resellers(sheet, cells.filter(resold), rows.filter(resold))

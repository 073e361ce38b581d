"""Rows of AzureUsage read by column: what nearly all rows of a large download are. All others go the way of single rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts import money
from attain.facts.spellings import Spellings
from attain.facts.text_rows import Repeated
from attain.sources.attribution import DUPLICATE, Attributions
from attain.sources.azure_sums import KEY, Sums, month_text
from attain.sources.azure_twins import Twins, twin_digests
from attain.sources.cells import LONGEST_NUMBER
from attain.sources.columnar import (
    amounts,
    filled,
    guids,
    months,
    partners,
    repeated,
    rounded_units,
    texts,
    whole_ids,
)
from attain.sources.insights import RESOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.gather import Gather
    from attain.sources.insights import Names, Resellers
    from attain.sources.intake import Intake, Sheet

SUM_LIMIT = Decimal(10) ** (money.DIGITS - money.PLACES) - 1
"""All amounts together stay below it, so that each sum of some, rounded, is an amount of the contract's tables."""
_TAKEN = "#taken"
_FLAG = pl.Enum(["", "0", DUPLICATE])
"""What `Attributions.part` gives of a flag; empty where a file flags none."""


class AzureColumns:
    """Takes in the plain rows of blocks, and gives them added up by key, but for keys that need more than a sum."""

    def __init__(self, intake: Intake, names: Names, attributions: Attributions, resellers: Resellers) -> None:
        self._intake, self._names, self._attributions = intake, names, attributions
        self._resellers = resellers
        self._texts, self._twins = Spellings(), Twins()
        """Services and attributions, which rows carry by number."""
        self._own = Sums(intake.scratch / "columns", self._texts, self._twins)
        self._resold = Sums(intake.scratch / "resold", self._texts, self._twins)
        self._spent = Decimal(0)
        self._begun = self._only_rows = False
        """Twins are told by one digest in rows read singly and by another in rows by column: the first way has to be the second, too."""

    def take(self, sheet: Sheet, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        tally, options = self._intake.tally, self._intake.options
        self._begun = True
        if options.partner != options.partner.strip() or (self._only_rows and self._attributions.flagging):
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        rows, plain = self._read(sheet, cells)
        taken = plain if plain is not None else pl.Series(_TAKEN, [True]).new_from_index(0, cells.height)
        kept = rows if plain is None else rows.filter(plain)
        spent = Decimal(str(kept["amount"].abs().sum()))
        if self._spent + spent >= SUM_LIMIT or not kept.height:
            # beyond this the reader of rows decides
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        self._spent += spent
        rows = kept.drop("location", "account", "reseller", strict=False)
        self._own.add(rows)
        tally.kept += kept.height
        tally.unassigned += int(((kept["partner_id"] == "") | (kept["tenant_id"] == "")).sum())
        tally.months.update(month_text(int(month)) for month in kept["month"].unique())
        tally.currencies.add("USD")
        cells = cells if plain is None else cells.filter(plain)
        who = [name for name in ("location", "account", "tenant_id", "month") if name in kept.columns]
        self._names.note_columns(sheet, cells, kept.select(who))
        if "reseller" in kept.columns and (resold := kept["reseller"] != "").any():
            self._resold.add(rows.with_columns(kept["reseller"].alias("partner_id")).filter(resold))
            self._names.note_resellers(sheet, cells.filter(resold), kept.filter(resold))
        return taken

    def _read(self, sheet: Sheet, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Read a block, and say which rows are plain; None where all are."""
        options = self._intake.options
        month = months(texts(sheet, cells, "month"), sheet.conventions)
        tenant, tenant_plain = guids(sheet, cells, "tenant")
        subscription, subscription_plain = guids(sheet, cells, "subscription")
        service = repeated(sheet, cells, "service")
        location, account = partners(sheet, cells, "partner"), partners(sheet, cells, "partner_global")
        labels = repeated(sheet, cells, "attribution")
        attribution = Repeated(self._attributions.known_codes(labels.texts), labels.places)
        conditions = [month.is_not_null(), tenant_plain, subscription_plain]
        conditions += [service.spread(service.texts != ""), attribution.spread(attribution.texts.is_not_null())]
        conditions += [whole_ids(given) for given, name in ((location, "partner"), (account, "partner_global")) if sheet.columns.has(name)]
        reseller, known = self._resellers.of_columns(sheet, cells, location, account, attribution)
        conditions += known
        conditions += self._names.nothing_new(sheet, cells)
        if all(condition[0] for condition in conditions):
            # the first row may show how the file writes numbers, as it would if it were read by itself
            first = str(texts(sheet, cells.head(1), "acr")[0])
            if len(first) <= LONGEST_NUMBER:
                sheet.conventions.observe_number(first)
        amount, amount_plain = amounts(sheet, cells, "acr")
        plain: pl.Series | None = None
        for condition in (*conditions, amount_plain):
            # of nearly every condition all rows are as they should be
            if not condition.all():
                plain = condition if plain is None else plain & condition
        columns = {"month": month, "location": location}
        if sheet.columns.has("partner_global"):
            columns["account"] = account
        if reseller is not None:
            columns["reseller"] = reseller
        columns |= {
            "partner_id": filled(location.zip_with(location != "", account) if "account" in columns else location, options.partner),
            "tenant_id": filled(tenant, options.tenant),
            "subscription_id": subscription,
            "service": self._numbers("service", service),
            "attribution": self._numbers("attribution", attribution),
        }
        return pl.DataFrame(columns).with_columns(*self._flags(sheet, cells), amount.alias("amount")), plain

    def _numbers(self, column: str, cells: Repeated) -> pl.Series:
        """Give the number of each text of a column, null for an empty one. New texts are numbered in their order."""
        for text in sorted(cells.texts.drop_nulls().to_list()):
            self._texts.number(column, text)
        numbers = [self._texts.number(column, text or "") for text in cells.texts.to_list()]
        return cells.spread(pl.Series(numbers, dtype=pl.UInt32))

    def _flags(self, sheet: Sheet, cells: pl.DataFrame) -> list[pl.Series]:
        """Give what tells twins apart, see `Attributions.part`; nothing where the file flags none."""
        if not sheet.columns.has("flag"):
            return []
        flags = repeated(sheet, cells, "flag")
        said = [DUPLICATE if self._attributions.is_flagged(flag) else "0" for flag in flags.texts.to_list()]
        if not self._attributions.flagging:
            return []
        rest = cells.select(str(place) for place in self._attributions.detail)
        return [flags.spread(pl.Series(said, dtype=_FLAG)).alias("flag"), *twin_digests(rest)]

    def note_single(self, row: Row, digest: str) -> None:
        """Note a row that was read singly, of a file that flags twins, with the digest of what twins share."""
        if not self._begun:
            self._only_rows = True
            return
        self._twins.note_single(row, self._attributions.detail, digest)

    def frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give usage by key (`associations` beside it), and put into `apart` what needs more than a sum, see `Sums.by_key`."""
        sums = self._intake.tally.sums
        for month, summed in self._own.by_key(apart):
            if summed.height:
                sums["acr"] = sums.get("acr", Decimal(0)) + Decimal(str(summed["amount"].sum()))
            yield self._told(month, summed, [Attributions.cell({code}) for code in self._texts.texts("attribution").to_list()])

    def resold_frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give what resellers sold, as `frames` does."""
        for month, summed in self._resold.by_key(apart):
            yield self._told(month, summed, [RESOLD] * len(self._texts.texts("attribution")))

    def _told(self, month: int, summed: pl.DataFrame, cells: list[str]) -> pl.DataFrame:
        """Give sums as rows of the contract; `cells` are the associations of each attribution."""
        services = self._texts.texts("service")
        distinct = list(dict.fromkeys(cells))
        place = pl.Series([distinct.index(cell) for cell in cells], dtype=pl.UInt32)
        return summed.select(
            pl.lit(month, dtype=pl.Int32).alias("month"),
            *KEY[:-1],
            summed["service"].cat.to(pl.Enum(services)),
            pl.lit("", dtype=pl.Enum([""])).alias("offer"),
            place.gather(summed["attribution"]).cat.to(pl.Enum(distinct)).alias("associations"),
            rounded_units(summed["amount"]).alias("acr_usd"),
            pl.lit("acr", dtype=pl.Enum(["acr"])).alias("basis"),
        )

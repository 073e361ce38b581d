"""Rows of AzureUsage read by column: what nearly all rows of a large download are. All others go the way of single rows."""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import in_order, runs
from attain.facts.staging import Staging
from attain.sources.attribution import DUPLICATE, YES, Attributions
from attain.sources.columnar import (
    LIMBS,
    PLACES,
    amounts,
    filled,
    guids,
    is_alike,
    months,
    partners,
    rounded_units,
    texts,
    whole_ids,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.gather import Gather
    from attain.sources.insights import Names
    from attain.sources.intake import Intake, Sheet

KEY = ("partner_id", "tenant_id", "subscription_id", "service")
_SUM_LIMIT = 1 << 62
_TAKEN = "#taken"


class AzureColumns:
    """Takes in the plain rows of blocks, and gives them added up by key, but for keys that need more than a sum."""

    def __init__(self, intake: Intake, names: Names, attributions: Attributions) -> None:
        self._intake, self._names, self._attributions = intake, names, attributions
        self._staging = Staging(intake.scratch / "columns", ("subscription_id", "tenant_id"))
        self._units = 0

    def take(self, sheet: Sheet, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        tally, options = self._intake.tally, self._intake.options
        if options.partner != options.partner.strip():
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        rows, plain = self._read(sheet, cells)
        taken = plain if plain is not None else pl.Series(_TAKEN, [True]).new_from_index(0, cells.height)
        kept = rows if plain is None else rows.filter(plain)
        spent = int(kept["units"].abs().sum())
        if self._units + spent >= _SUM_LIMIT or not kept.height:
            # beyond this sums in 64 bits are not certain
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        self._units += spent
        self._staging.add(kept.drop("location", "account"))
        tally.kept += kept.height
        tally.unassigned += int(((kept["partner_id"] == "") | (kept["tenant_id"] == "")).sum())
        tally.months.update(_month(int(month)) for month in kept["month"].unique())
        tally.currencies.add("USD")
        self._names.note_columns(
            sheet, cells if plain is None else cells.filter(plain), kept.select("location", "account", "tenant_id", "month")
        )
        return taken

    def _read(self, sheet: Sheet, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Read a block, and say which rows are plain; None where all are."""
        options = self._intake.options
        month = months(texts(sheet, cells, "month"), sheet.conventions)
        tenant, tenant_plain = guids(sheet, cells, "tenant")
        subscription, subscription_plain = guids(sheet, cells, "subscription")
        limbs, amount_plain = amounts(sheet, cells, "acr")
        service = texts(sheet, cells, "service")
        location, account = partners(sheet, cells, "partner"), partners(sheet, cells, "partner_global")
        attribution = self._attributions.known_codes(texts(sheet, cells, "attribution"))
        conditions = [month.is_not_null(), tenant_plain, subscription_plain, amount_plain, service != ""]
        conditions += [whole_ids(location), whole_ids(account), attribution.is_not_null()]
        if sheet.columns.has("reseller"):
            conditions.append(partners(sheet, cells, "reseller") == "")
        conditions += self._names.nothing_new(sheet, cells)
        plain: pl.Series | None = None
        for condition in conditions:
            # of nearly every condition all rows are as they should be
            if not condition.all():
                plain = condition if plain is None else plain & condition
        partner = location.zip_with(location != "", account) if sheet.columns.has("partner_global") else location
        frame = pl.DataFrame(
            {
                "month": month,
                "partner_id": filled(partner, options.partner),
                "tenant_id": filled(tenant, options.tenant),
                "subscription_id": subscription,
                "service": service,
                "attribution": attribution,
                "location": location,
                "account": account,
            }
        )
        return frame.with_columns(*self._twins(sheet, cells), *limbs), plain

    def _twins(self, sheet: Sheet, cells: pl.DataFrame) -> list[pl.Series | pl.Expr]:
        """Give what tells twins apart, see `Attributions.part`."""
        places = self._attributions.detail
        if not sheet.columns.has("flag"):
            return [pl.lit("").alias("twin"), pl.lit("").alias("flag")]
        flags = texts(sheet, cells, "flag")
        distinct: list[str] = flags.unique().to_list()
        said = [DUPLICATE if flag.casefold() in YES else "0" for flag in distinct]
        joined = pl.concat_str([str(place) for place in places], separator="\x1f") if places else pl.lit("")
        rest: list[str] = cells.with_columns(joined.alias("twin"))["twin"].to_list()
        digests = [blake2b(text.encode(), digest_size=16).hexdigest() for text in rest]
        return [pl.Series("twin", digests, dtype=pl.String), flags.replace_strict(distinct, said, return_dtype=pl.String).alias("flag")]

    def frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give usage by key (`associations` beside it), and put into `apart` what needs more than a sum.

        That are keys with several attributions or with flagged twins, and keys that rows read singly have, too.
        """
        keys = [key for key, _ in apart.items()]
        single = pl.DataFrame(keys, schema=["month", *KEY], orient="row", schema_overrides=dict.fromkeys(("month", *KEY), pl.String()))
        for month in self._staging.months:
            name = _month(month)
            known = single.filter(pl.col("month") == name).select(KEY)
            for part in range(self._staging.parts(month)):
                rows = self._staging.frame(month, part).rechunk()
                summed, several = _summed(rows)
                routed = pl.concat([several, known]).unique()
                if routed.height:
                    for row in rows.join(routed, on=list(KEY), how="semi").iter_rows(named=True):
                        key = (name, *(str(row[column]) for column in KEY))
                        apart.add(key, (row["attribution"], row["twin"], row["flag"]), _decimal(*(row[limb] for limb in LIMBS)))
                    summed = summed.join(routed, on=list(KEY), how="anti")
                yield self._told(name, summed)

    def _told(self, month: str, summed: pl.DataFrame) -> pl.DataFrame:
        sums = self._intake.tally.sums
        if summed.height:
            sums["acr"] = sums.get("acr", Decimal(0)) + _decimal(*(int(summed[limb].sum()) for limb in LIMBS))
        attribution = summed["attribution"]
        codes: list[str] = (attribution.head(1) if is_alike(attribution) else attribution.unique()).to_list()
        cells = [Attributions.cell({code}) for code in codes]
        year, number = month.split("-")
        return summed.select(
            pl.lit(int(year) * 12 + int(number) - 1, dtype=pl.Int32).alias("month"),
            *KEY,
            pl.lit("").alias("offer"),
            (pl.lit(cells[0]) if len(cells) == 1 else pl.col("attribution").replace_strict(codes, cells, return_dtype=pl.String)).alias(
                "associations"
            ),
            rounded_units(summed).alias("acr_usd"),
            pl.lit("acr").alias("basis"),
        )


def _summed(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add up rows by KEY, attribution and flag, sorted by KEY; give the keys apart that have several of these.

    Where no key comes again, as in most files, each row is its own sum and stays where it stands: the store sorts rows anyway.
    """
    columns = [*KEY, "attribution", "flag"]
    if rows.select(pl.struct(KEY).hash()).to_series().n_unique() == rows.height:
        return rows.select(*columns, *LIMBS), rows.clear().select(KEY)
    rows = in_order(rows, KEY)
    run = runs(rows, KEY)
    again = (run == run.shift(1)).fill_null(value=False)
    repeated = again | again.shift(-1, fill_value=False)
    together = rows.filter(repeated).group_by(columns, maintain_order=True).agg(pl.col(LIMBS).sum())
    several = together.filter(together.select(pl.struct(KEY)).to_series().is_duplicated()).select(KEY)
    return in_order(pl.concat([rows.filter(~repeated).select(*columns, *LIMBS), together]), KEY), several


def _month(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _decimal(units: int, billionths: int, rest: int) -> Decimal:
    return Decimal(whole_number(units, billionths, rest)).scaleb(-PLACES)

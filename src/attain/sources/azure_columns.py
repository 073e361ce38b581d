"""Rows of AzureUsage read by column: what nearly all rows of a large download are. All others go the way of single rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from attain.facts.order import groups_of_runs, in_order, packed, runs, runs_in_order
from attain.facts.spellings import Spellings
from attain.facts.staging import Staging
from attain.facts.text_rows import Repeated
from attain.sources.attribution import DUPLICATE, Attributions
from attain.sources.cells import LONGEST_NUMBER
from attain.sources.columnar import (
    PLACES,
    UNIT,
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.sources.files import Row
    from attain.sources.gather import Gather
    from attain.sources.insights import Names
    from attain.sources.intake import Intake, Sheet

KEY = ("partner_id", "tenant_id", "subscription_id", "service")
_SUM_LIMIT = UNIT << 62
_TAKEN = "#taken"
TWIN = ("twin", "twin too")
"""Columns of what tells twins: two digests of the cells that they share."""
_FLAG = pl.Enum(["", "0", DUPLICATE])
"""What `Attributions.part` gives of a flag; empty where a file flags none."""
SINGLES_AT_ONCE = 10_000
"""Rows read singly whose digests are found together."""
_DIGEST = pl.sum_horizontal(pl.col(name).hash(seed) for seed, name in enumerate(KEY)).alias("#digest")
"""Of two keys that are equal. Those of others seldom are."""


class AzureColumns:
    """Takes in the plain rows of blocks, and gives them added up by key, but for keys that need more than a sum."""

    def __init__(self, intake: Intake, names: Names, attributions: Attributions) -> None:
        self._intake, self._names, self._attributions = intake, names, attributions
        self._staging = Staging(intake.scratch / "columns", ("subscription_id", "tenant_id"))
        self._texts = Spellings()
        """Services and attributions, which rows carry by number."""
        self._spent = 0
        self._begun = self._only_rows = False
        """Twins are told by one digest in rows read singly and by another in rows by column: the first way has to be the second, too."""
        self._singles: list[tuple[list[str], str]] = []
        """Cells and digest of rows that were read singly."""
        self._by_row: dict[tuple[int, ...], str] = {}
        """Their digests as rows by column have them, and as they have them."""

    def take(self, sheet: Sheet, cells: pl.DataFrame) -> pl.Series:
        """Take in the plain rows of a block (a text column a place) and say which these are."""
        tally, options = self._intake.tally, self._intake.options
        self._begun = True
        if options.partner != options.partner.strip() or (self._only_rows and self._attributions.flagging):
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        rows, plain = self._read(sheet, cells)
        taken = plain if plain is not None else pl.Series(_TAKEN, [True]).new_from_index(0, cells.height)
        kept = rows if plain is None else rows.filter(plain)
        spent = int(kept["amount"].abs().sum())
        if self._spent + spent >= _SUM_LIMIT or not kept.height:
            # beyond this sums of ten-thousandths of a dollar in 64 bits are not certain
            return pl.Series(_TAKEN, [False]).new_from_index(0, cells.height)
        self._spent += spent
        self._staging.add(kept.drop("location", "account", strict=False))
        tally.kept += kept.height
        tally.unassigned += int(((kept["partner_id"] == "") | (kept["tenant_id"] == "")).sum())
        tally.months.update(_month(int(month)) for month in kept["month"].unique())
        tally.currencies.add("USD")
        who = [name for name in ("location", "account", "tenant_id", "month") if name in kept.columns]
        self._names.note_columns(sheet, cells if plain is None else cells.filter(plain), kept.select(who))
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
        if sheet.columns.has("reseller"):
            conditions.append(partners(sheet, cells, "reseller") == "")
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
        columns |= {
            "partner_id": filled(location.zip_with(location != "", account) if "account" in columns else location, options.partner),
            "tenant_id": filled(tenant, options.tenant),
            "subscription_id": subscription,
            "service": self._numbers("service", service),
            "attribution": self._numbers("attribution", attribution),
        }
        return pl.DataFrame(columns).with_columns(*self._twins(sheet, cells), amount.alias("amount")), plain

    def _numbers(self, column: str, cells: Repeated) -> pl.Series:
        """Give the number of each text of a column, null for an empty one. New texts are numbered in their order."""
        for text in sorted(cells.texts.drop_nulls().to_list()):
            self._texts.number(column, text)
        numbers = [self._texts.number(column, text or "") for text in cells.texts.to_list()]
        return cells.spread(pl.Series(numbers, dtype=pl.UInt32))

    def _twins(self, sheet: Sheet, cells: pl.DataFrame) -> list[pl.Series]:
        """Give what tells twins apart, see `Attributions.part`; nothing where the file flags none."""
        if not sheet.columns.has("flag"):
            return []
        flags = repeated(sheet, cells, "flag")
        said = [DUPLICATE if self._attributions.is_flagged(flag) else "0" for flag in flags.texts.to_list()]
        if not self._attributions.flagging:
            return []
        rest = cells.select(str(place) for place in self._attributions.detail)
        return [flags.spread(pl.Series(said, dtype=_FLAG)).alias("flag"), *_twin_digests(rest)]

    def note_single(self, row: Row, digest: str) -> None:
        """Note a row that was read singly, of a file that flags twins, with the digest of what twins share."""
        if not self._begun:
            self._only_rows = True
            return
        self._singles.append(([row[place] for place in self._attributions.detail], digest))
        if len(self._singles) >= SINGLES_AT_ONCE:
            self._settle_singles()

    def _settle_singles(self) -> None:
        """Find the digests by column of rows that were read singly: one row has both."""
        for width in {len(rest) for rest, _ in self._singles}:
            some = [(rest, digest) for rest, digest in self._singles if len(rest) == width]
            cells = {str(place): pl.Series([rest[place] for rest, _ in some], dtype=pl.String) for place in range(width)}
            for twin, (_, digest) in zip(zip(*_twin_digests(pl.DataFrame(cells)), strict=True), some, strict=True):
                self._by_row[twin] = digest
        self._singles.clear()

    def frames(self, apart: Gather[Decimal]) -> Iterator[pl.DataFrame]:
        """Give usage by key (`associations` beside it), and put into `apart` what needs more than a sum.

        That are keys with several attributions or with flagged twins, and keys that rows read singly have, too.
        """
        self._settle_singles()
        keys = [key for key, _ in apart.items()]
        single = pl.DataFrame(keys, schema=["month", *KEY], orient="row", schema_overrides=dict.fromkeys(("month", *KEY), pl.String()))
        services = self._texts.texts("service")
        numbers = pl.DataFrame({"service": services, "#number": pl.int_range(len(services), dtype=pl.UInt32, eager=True)})
        # a service that no row by column names is in no key of theirs
        single = single.join(numbers, on="service").with_columns(pl.col("#number").alias("service")).drop("#number")
        for month in self._staging.months:
            name = _month(month)
            known = single.filter(pl.col("month") == name).select(KEY)
            for part in range(self._staging.parts(month)):
                rows = _whole(self._staging.frame(month, part))
                summed, several = _summed(rows, services)
                routed = pl.concat([several, known]).unique()
                # that a key may be among them is told in a small part of the time that a join takes
                digests = routed.select(_DIGEST).to_series()
                if routed.height and (maybe := _is_among(rows, digests)).any():
                    self._put_apart(name, rows.filter(maybe).join(routed, on=list(KEY), how="semi"), apart)
                    maybe = _is_among(summed, digests)
                    rest = summed.filter(maybe).join(routed, on=list(KEY), how="anti")
                    summed, _ = _sorted(pl.concat([summed.filter(~maybe), rest]), services)
                yield self._told(month, summed)

    def _put_apart(self, month: str, rows: pl.DataFrame, apart: Gather[Decimal]) -> None:
        services, codes = (self._texts.texts(name).to_list() for name in ("service", "attribution"))
        for row in rows.iter_rows(named=True):
            key = (month, row["partner_id"], row["tenant_id"], row["subscription_id"], services[row["service"]])
            # rows of a file that flags no twins have no digests
            digests = tuple(int(row[name]) for name in TWIN if row.get(name) is not None)
            twin = self._by_row.get(digests) or "-".join(f"{digest:016x}" for digest in digests)
            part = (codes[row["attribution"]], twin, row.get("flag", ""))
            apart.add(key, part, _decimal(row["amount"]))

    def _told(self, month: int, summed: pl.DataFrame) -> pl.DataFrame:
        sums = self._intake.tally.sums
        if summed.height:
            sums["acr"] = sums.get("acr", Decimal(0)) + _decimal(int(summed["amount"].sum()))
        services = self._texts.texts("service")
        cells = [Attributions.cell({code}) for code in self._texts.texts("attribution").to_list()]
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


def _twin_digests(rest: pl.DataFrame) -> list[pl.Series]:
    """Give two whole numbers a row, TWIN, that are equal where all cells are, in whatever frame, and of others as good as never."""
    if not rest.width:
        return [pl.Series(name, [0], dtype=pl.UInt64).new_from_index(0, rest.height) for name in TWIN]
    return [
        rest.select(pl.sum_horizontal(cells.hash(len(TWIN) * place + number) for place, cells in enumerate(rest))).to_series().alias(name)
        for number, name in enumerate(TWIN)
    ]


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of several blocks with the cells of columns that not all blocks had."""
    return rows.with_columns(pl.col("flag").fill_null("")) if "flag" in rows.columns else rows


def _is_among(rows: pl.DataFrame, digests: pl.Series) -> pl.Series:
    """Say of which rows the key has one of some digests."""
    return rows.select(_DIGEST).to_series().is_in(digests.implode())


def _sorted(rows: pl.DataFrame, services: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Sort rows by KEY, services by their names, as the store sorts them; with a number a row, rising, that is equal where the key is."""
    if not rows.height:
        return rows, pl.Series(dtype=pl.UInt64)
    owners = KEY[:-1]
    run = runs_in_order(rows, owners)
    owner = groups_of_runs(rows, owners) if run is None else run[-1]
    if owner is None:
        rows = in_order(rows, owners)
        owner = runs(rows, owners)
    number = packed([owner, services.rank("dense").gather(rows["service"])])
    assert number is not None
    if number.is_sorted():
        return rows, number
    order = number.arg_sort()
    return rows[order], number.gather(order)


def _summed(rows: pl.DataFrame, services: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add up rows by KEY, attribution and flag, sorted by KEY; give the keys apart that have several of these.

    Most keys of most files have one row: it is its own sum.
    """
    flag = ["flag"] if "flag" in rows.columns else []
    columns = [*KEY, "attribution", *flag]
    rows, number = _sorted(rows, services)
    if not (number == number.shift(1)).any():
        return rows.select(*columns, "amount"), rows.clear().select(KEY)
    each = packed([number, *(rows[name].to_physical() for name in ("attribution", *flag))])
    assert each is not None
    if not each.is_sorted():
        order = each.arg_sort()
        rows, number, each = rows[order], number.gather(order), each.gather(order)
    last = (each != each.shift(-1)).fill_null(value=True)
    # a sum is what all rows up to its last add up to, less the same of the one before
    totals = rows["amount"].cum_sum().filter(last)
    whole = rows.select(columns).filter(last).with_columns(totals - totals.shift(1, fill_value=0))
    return whole, whole.select(KEY).filter(number.filter(last).is_duplicated())


def _month(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _decimal(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-PLACES)

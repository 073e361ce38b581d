"""Microsoft's own numbers, typed by hand from the score card: a small CSV, checked against the names of the programme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from attain.errors import AttainError, did_you_mean
from attain.rulebook.catalog import fold
from attain.rulebook.load import load_book
from attain.rulebook.resolve import resolve
from attain.sources.cells import CellError, Conventions
from attain.sources.intake import Output, RowFault, Sheet, rounded
from attain.sources.source import Feed, Field, Source

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

    from attain.rulebook.load import Book
    from attain.sources.files import Row
    from attain.sources.intake import Intake

COLUMNS = ("partner_id", "as_of", "designation", "track", "metric", "value", "points")
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class CardWords:
    """The words of a score card and what they stand for in the rulebook; each method raises CellError with the nearest known word."""

    book: Book

    def designation(self, text: str) -> str:
        """Give the id of a designation by its id, its name or its title."""
        names = {name: one.id for one in self.book.programme.designations for name in (one.id, one.name, one.title)}
        return _known(text, names, "designation")

    def track(self, designation: str, day: dt.date, text: str) -> str:
        """Give a track that the designation has on the day; empty is the one that counts."""
        if not text:
            return ""
        return _known(text, {name: name for name in self._on(designation, day)}, f"track of {designation} on {day}")

    def metric(self, designation: str, day: dt.date, text: str) -> str:
        """Give a metric that the designation has on the day, by its id or its name; empty is the total."""
        if not text:
            return TOTAL
        names = {TOTAL: TOTAL}
        for metrics in self._on(designation, day).values():
            for metric, name in metrics.items():
                names |= {metric: metric, name: metric}
        return _known(text, names, f"metric of {designation} on {day}")

    def metrics(self, designation: str, day: dt.date) -> dict[str, str]:
        """Name the metrics that the designation has on the day, by id, in the order of the card."""
        return {metric: name for metrics in self._on(designation, day).values() for metric, name in metrics.items()}

    def points(self, day: dt.date, points: Decimal) -> Decimal:
        """Give points of a metric or a total, which are never below 0 nor above the programme's most."""
        cap = self.book.programme.on(day).points_cap
        if not 0 <= points <= cap:
            raise CellError(f"points are from 0 to {cap}")
        return points

    def _on(self, designation: str, day: dt.date) -> dict[str, dict[str, str]]:
        try:
            rules = resolve(self.book.designation(designation), day)
        except AttainError as error:
            raise CellError(f"{error.message}: {error.hint}") from error
        return {track: {one.metric.id: one.metric.name for one in metrics} for track, metrics in rules.metrics.items()}


def number_of(text: str, conventions: Conventions | None = None) -> Decimal:
    """Read a number as a card writes it: `10`, `10%`, or `10% (110/100)` for growth, where the percentage is the value.

    Raises CellError.
    """
    plain = text.partition("(")[0].strip().removesuffix("%").strip()
    return (conventions or Conventions(mark=".")).money(plain)


def _known(text: str, names: dict[str, str], kind: str) -> str:
    by_fold = {fold(name): code for name, code in names.items()}
    code = by_fold.get(fold(text))
    if code is None:
        raise CellError(f"no {kind}; {did_you_mean(text, names, _listed(names.values()))}")
    return code


def _listed(codes: Iterable[str]) -> str:
    return f"known: {', '.join(dict.fromkeys(codes))}"


class ReportedScoresReader:
    """Takes in reported scores. The same number twice is taken once; two different ones for one thing are both wrong to take."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.tally = intake, intake.tally
        self.sheet: Sheet
        self._words = CardWords(load_book())
        self._seen: dict[tuple[str, ...], tuple[Decimal | None, Decimal | None]] = {}

    def open(self, sheet: Sheet) -> None:
        """Begin a file; refuses one without a number."""
        self.sheet = sheet
        if not sheet.columns.has("value") and not sheet.columns.has("points"):
            raise AttainError("column-missing", "no number is reported: neither value nor points is there", sheet.name, "add one of them")

    def take(self, row: Row) -> None:
        """Take in one row."""
        sheet, words = self.sheet, self._words
        partner = sheet.partner(row, "partner") or self.intake.options.partner
        if not partner:
            raise RowFault(sheet.columns.column("partner"), "", "no partner is named: say --partner")
        day = sheet.day(row, "as_of")
        designation = sheet.read(row, "designation", words.designation)
        if day is None or designation is None:
            raise RowFault(sheet.columns.column("as_of" if day is None else "designation"), "", "empty")
        track = sheet.read(row, "track", partial(words.track, designation, day)) or ""
        metric = sheet.read(row, "metric", partial(words.metric, designation, day)) or TOTAL
        value = sheet.read(row, "value", self._number)
        points = sheet.read(row, "points", lambda text: words.points(day, self._number(text)))
        if value is None and points is None:
            raise RowFault(sheet.columns.column("points") or sheet.columns.column("value"), "", "neither a value nor points")
        key = (partner, day.isoformat(), designation, track, metric)
        numbers = (None if value is None else rounded(value), None if points is None else rounded(points))
        if self._seen.setdefault(key, numbers) != numbers:
            raise RowFault(sheet.columns.column("metric") or "metric", metric, "the same is reported before with other numbers")
        self.tally.kept += 1
        self.tally.months.add(key[1][:7])

    def _number(self, text: str) -> Decimal:
        return number_of(text, self.sheet.conventions)

    def outputs(self) -> Iterator[Output]:
        """Give the reported scores."""
        yield Output("reported_scores", COLUMNS, ((*key, *numbers) for key, numbers in sorted(self._seen.items(), key=lambda one: one[0])))


REPORTED_SCORES = Source(
    name="reported_scores",
    title="Scores that Microsoft reports, typed by hand",
    tables=("reported_scores",),
    fields=(
        Field("as_of", ("as_of", "date", "day"), key=True, fills="as_of", kind="date"),
        Field("designation", ("designation", "solution area"), key=True, fills="designation"),
        # What tells a score card from other files that name a day and a solution area
        Field("number", ("points", "points earned"), key=True),
        Field("partner", ("partner_id", "partner", "MpnId"), fills="partner_id"),
        Field("track", ("track",), fills="track"),
        Field("metric", ("metric", "category"), fills="metric"),
        Field("value", ("value", "progress"), fills="value", kind="number"),
        Field("points", ("points", "points earned"), fills="points", kind="number"),
    ),
    feeds=(
        Feed("nothing that is scored: Microsoft's number beside ours, metric by metric"),
        Feed("the comparison of single metrics", ("metric",), "only totals are compared"),
        Feed("the partner that is meant", ("partner",), "--partner fills it"),
    ),
    reader=ReportedScoresReader,
    family="reported",
    also=("maximum",),
    notes=(
        "an empty metric, or total, is the whole score; an empty track is the one that counted",
        "designations and metrics go by id or by the name on the card; one that is not known is set aside with the nearest",
        "growth may be written as the card does, `10% (110/100)`: the percentage is the value",
        "a later file replaces a number for the same partner, day, designation, track and metric",
    ),
    about="Numbers of a score card in Partner Center, one a row; `attain report-score` asks for them and writes the same.",
    obtain="Partner Center > Membership > Solutions Partner: type what the card shows, with the day on which it showed it.",
    role="Partner admin, Global admin, or Executive report viewer for the organization",
    refresh="when you type it",
    lacks=("the customers and people behind the number: Partner Center shows them on its own pages",),
)

"""`attain report-score`: Microsoft's own number from the score card, typed in, beside the ones that are recomputed."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.options import day_of
from attain.cli.printing import pasted, so_many
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attain.sources.reported_scores import CardWords

Row = dict[str, str]
COLUMNS: tuple[str, ...] = ("partner_id", "as_of", "designation", "track", "metric", "value", "points")
TOTAL = "total"


def register(app: typer.Typer) -> None:
    """Add the command `report-score` to the command line."""
    app.command("report-score")(report_score)


def report_score(
    facts: Annotated[Path, typer.Argument(help="The facts folder; made where it is missing.", metavar="FACTS")],
    partner: Annotated[str, typer.Option(metavar="ID", help="The partner whose card it is.")] = "",
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day on which the card showed it, as 2026-11-24.")] = "",
    designation: Annotated[str, typer.Option(metavar="NAME", help="The designation, by id or by the name on the card.")] = "",
    track: Annotated[str, typer.Option(metavar="TRACK", help="The track, where the card names one.")] = "",
    metric: Annotated[str, typer.Option(metavar="METRIC", help="The metric; the total unless named.")] = "",
    points: Annotated[str, typer.Option(metavar="N", help="The points that the card shows.")] = "",
    value: Annotated[str, typer.Option(metavar="N", help="What the card counts, such as 12 or 10%.")] = "",
) -> None:
    """Note what Microsoft's score card shows; what no option says is asked for, metric by metric."""
    from attain.rulebook.load import load_book
    from attain.sources.reported_scores import CardWords

    words = CardWords(load_book())
    partner = partner.strip() or _asked("Partner id", str.strip)
    day = day_of(as_of) if as_of else dt.date.fromisoformat(_asked("Day, as 2026-11-24", _iso))
    named = _checked(designation, words.designation, "--designation") if designation else _asked("Designation", words.designation)
    known_track, known_metric = partial(words.track, named, day), partial(words.metric, named, day)
    if track or points or value:
        which = _checked(track, known_track, "--track")
    else:
        which = _asked("Track (empty: the one that counts)", known_track, optional=True)
    only = _checked(metric, known_metric, "--metric") if metric else ""
    card = {"partner_id": partner, "as_of": day.isoformat(), "designation": named, "track": which}
    if points or value:
        numbers = {"value": _checked(value, _number, "--value"), "points": _checked(points, partial(_points, words, day), "--points")}
        rows = [card | {"metric": only or TOTAL} | numbers]
    else:
        rows = list(_numbers(words, card, day, only))
    if not rows:
        raise AttainError("nothing-reported", "no number was given", "", "type the points of at least one metric, or the total")
    _write(facts, rows)


def _asked(question: str, known: Callable[[str], str], optional: bool = False) -> str:
    """Ask until the answer is one that is known."""
    from attain.sources.cells import CellError

    while True:
        try:
            answer = typer.prompt(question, default="", show_default=False, err=True)
        except typer.Abort:
            if sys.stdin.isatty():
                raise
            typer.echo(err=True)
            hint = "say it with an option, see attain report-score --help; or import a file, see attain sources show reported_scores"
            raise AttainError("no-answer", f"nothing answers the question {question!r}", "standard input", hint) from None
        try:
            if (found := known(answer.strip())) or optional:
                return found
        except CellError as error:
            typer.echo(f"  {answer!r}: {error}", err=True)


def _number(text: str) -> str:
    from attain.sources.reported_scores import number_of

    return str(number_of(text)) if text else ""


def _points(words: CardWords, day: dt.date, text: str) -> str:
    from attain.sources.reported_scores import number_of

    return str(words.points(day, number_of(text))) if text else ""


def _iso(text: str) -> str:
    from attain.sources.cells import CellError

    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellError("no date; write it as 2026-11-24") from None


def _checked(text: str, known: Callable[[str], str], option: str) -> str:
    from attain.sources.cells import CellError

    try:
        return known(text)
    except CellError as error:
        raise AttainError("unclear-answer", f"{text!r}: {error}", option) from error


def _numbers(words: CardWords, card: Row, day: dt.date, only: str) -> Iterator[Row]:
    """Ask for the points and the value of each metric and of the total; what is left empty is not reported."""
    asked = {metric: name for metric, name in {**words.metrics(card["designation"], day), TOTAL: "Total"}.items() if only in {"", metric}}
    for metric, name in asked.items():
        points = _asked(f"{name}: points (empty: skip)", partial(_points, words, day), optional=True)
        value = _asked(f"{name}: value (empty: not shown)", _number, optional=True) if points and metric != TOTAL else ""
        if points:
            yield card | {"metric": metric, "value": value, "points": points}


def _write(facts: Path, rows: list[Row]) -> None:
    """Put the rows where an import puts them: as a small file of the same shape, read by the same reader."""
    import tempfile

    from attain.sources.importing import import_files
    from attain.sources.intake import Options

    first = rows[0]
    with tempfile.TemporaryDirectory(prefix="attain-report-") as folder:
        path = Path(folder) / f"reported-{first['designation']}-{first['as_of']}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        [report] = import_files([path], facts, Options(), max_rejects=(0, 1))
    done = "was noted before" if report.already else f"{so_many(len(rows), 'numbers')} noted"
    typer.echo(f"{first['designation']} of partner {first['partner_id']} on {first['as_of']}: {done}")
    typer.echo(f"Next: attain reconcile {pasted(facts)} --partner {first['partner_id']}", err=True)

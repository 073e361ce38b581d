"""`attain resellers`: a distributor's resellers as they are published, each as far as its consent lets see, and its call list."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of
from attain.cli.printing import so_many
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from attain.advise.columns import Columns
    from attain.people.models import Organization
    from attain.published.calls import Call, Words
    from attain.published.models import Publication
    from attain.published.resellers import Reseller
    from attain.rulebook.load import Book

resellers = typer.Typer(
    no_args_is_help=True, help="A distributor's resellers as published, each as far as it consents: list, call list, cohorts, counts."
)
OfDistributor = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="The distributor, by its name in addresses.")]
OneDesignation = Annotated[str, typer.Option("--designation", help="Only this designation.")]
OneSegment = Annotated[str, typer.Option("--segment", help="Only the resellers of this segment, by its name.")]
SHOWN = 50


class Sort(StrEnum):
    """The orders of the list."""

    distance = "distance"
    by_name = "name"
    total = "total"
    next_date = "next-date"
    at_risk = "at-risk"
    unclaimed = "unclaimed"


class Begin(StrEnum):
    """What a cohort has in common."""

    data = "data"
    qualified = "qualified"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(resellers, name="resellers")


@resellers.command("list")
def list_(
    organization: OfDistributor,
    designation: OneDesignation = "",
    search: Annotated[str, typer.Option(help="A part of the name, or the beginning of the id.")] = "",
    status: Annotated[str, typer.Option(help="Only this status: in_progress, qualified, enrolled or renewal_due.")] = "",
    track: Annotated[str, typer.Option(help="Only where this track counts.")] = "",
    blocking: Annotated[str, typer.Option(help="Only where this metric alone is in the way.")] = "",
    within: Annotated[int | None, typer.Option(min=0, help="Only who does not qualify and is at most so many points short.")] = None,
    at_risk_before: Annotated[str, typer.Option(help="Only who would no longer qualify before this day.")] = "",
    segment: OneSegment = "",
    consent: Annotated[str, typer.Option(help="Only with this consent: own, detail, totals or none.")] = "",
    fresh: Annotated[str, typer.Option(help="Only with data that are up to date (latest) or behind (older).")] = "",
    sort: Annotated[Sort, typer.Option(help="The order; whose consent hides it, or has no such day, stands last.")] = Sort.distance,
    descending: Annotated[bool, typer.Option("--descending", help="The other way around.")] = False,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List the resellers of a distributor: one line for each designation, or for the one that is named. What a consent hides is empty."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.published.read import publication
    from attain.published.reseller_files import RECORD_COLUMNS, records
    from attain.published.resellers import Asked
    from attain.published.resellers import resellers as listed
    from attain.report.files import write_records
    from attain.rulebook.load import load_book

    book, holds = load_book(), publication()
    asked = Asked(
        designation=book.designation(designation).id if designation else "",
        search=search,
        status=status,
        track=track,
        blocking=blocking,
        within=within,
        at_risk_before=day_of(at_risk_before, "--at-risk-before") if at_risk_before else None,
        segment=segment_key(place, segment),
        consent=consent,
        fresh=fresh,
        sort=sort.value.replace("-", "_"),
        descending=descending,
    )
    found = listed(holds, place, asked, book.designations)
    if file_format is not OutputFormat.table:
        write_records(RECORD_COLUMNS, list(records(found)), file_format.value, output)
        return
    counted = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(found.statuses.items()))
    _heading(f"{so_many(found.count(), 'lines')} of {place}", holds, counted)
    _show_resellers(found[:SHOWN], book, holds.day, found.count())


@resellers.command("calls")
def calls(
    organization: OfDistributor,
    designation: OneDesignation = "",
    segment: OneSegment = "",
    state: Annotated[str, typer.Option(help="open: not called in the last 30 days; called: called in them.")] = "",
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List whom to call, the most pressing first, with the reason in a sentence; only resellers that share their totals."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.published.call_files import COLUMNS, records
    from attain.published.calls import Asked, Words, call_list
    from attain.published.read import publication
    from attain.report.files import write_records
    from attain.rulebook.load import load_book

    book, holds = load_book(), publication()
    asked = Asked(book.designation(designation).id if designation else "", segment_key(place, segment), state)
    found = call_list(holds, place, asked, Words.of(book, holds.day))
    if file_format is not OutputFormat.table:
        write_records(COLUMNS, list(records(found)), file_format.value, output)
        return
    _heading(f"{found.count():,} to call of {place}", holds)
    _show_calls(found[:SHOWN], book, found.count())


@resellers.command("call")
def call(
    organization: OfDistributor,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="The reseller.")],
    note: Annotated[str, typer.Option(help="A note about it.")] = "",
    note_only: Annotated[bool, typer.Option("--note-only", help="Keep the note alone: the reseller was not called.")] = False,
) -> None:
    """Record that a reseller was called, or a note about it, for the people of the distributor."""
    place = acting.organization(organization)
    from attain.recorded.calls import record_call

    check_listed(place, partner)
    made = record_call(place, "attain resellers call", partner, note=note, called=not note_only)
    print(f"The {'call' if made.called else 'note'} is recorded.")


@resellers.command("notes")
def notes(
    organization: OfDistributor,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="The reseller.")],
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List the calls and notes about a reseller that people of the distributor recorded, the latest first."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.recorded.calls import calls_with

    check_listed(place, partner)
    columns: Columns = {"recorded_at": "text", "called": "yes", "note": "text", "recorded_by": "text"}
    rows = [
        {"recorded_at": f"{one.recorded_at:%Y-%m-%d %H:%M}", "called": one.called, "note": one.note, "recorded_by": one.recorded_by}
        for one in calls_with(place, partner)
    ]
    acting.show(columns, rows, file_format, output, "Nothing is recorded.")


@resellers.command("learning")
def learning(organization: OfDistributor, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """Show what resellers learned, beside their total before the first lesson and now; of those without consent counts alone."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.learning.resellers import consented_lines
    from attain.learning.resellers import others as counted
    from attain.published.read import current
    from attain.published.shapes import exact

    holds = current()
    columns: Columns = {
        "partner_id": "text",
        "name": "text",
        "designation": "text",
        "people": "count",
        "lessons": "count",
        "since": "day",
        "total_before": "amount",
        "total_now": "amount",
    }
    rows = [
        {name: getattr(line, name) for name in ("partner_id", "name", "designation", "people", "lessons", "since")}
        | {
            f"total_{when}": None if month is None else Fraction(exact(month.total))
            for when, month in (("before", line.before), ("now", line.now))
        }
        for line in consented_lines(place, holds)
    ]
    acting.show(columns, rows, file_format, output, "No reseller that shares its totals learns yet.")
    found = counted(place, holds)
    if found is not None:
        who = f"Of {found.partners:,} without consent {found.learning:,} {'learns' if found.learning == 1 else 'learn'}"
        typer.echo(f"{who}: {so_many(found.lessons, 'lessons')} done.", err=True)


@resellers.command("cohorts")
def cohorts(
    organization: OfDistributor,
    designation: Annotated[str, typer.Option("--designation", help="The designation.")],
    by: Annotated[Begin, typer.Option(help="The month of the first data, or of the first qualification.")] = Begin.data,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """Follow resellers by the month in which they began: how many were qualified or enrolled so many months later, and are now."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.published.cohorts import AFTER
    from attain.published.cohorts import cohorts as followed
    from attain.published.read import publication
    from attain.report.files import write_records
    from attain.rulebook.load import load_book

    holds = publication()
    found = followed(holds, place, load_book().designation(designation).id, by.value).cohorts
    columns: Columns = {
        "month": "text",
        "or_earlier": "yes",
        "size": "count",
        **{f"after_{later}": "count" for later in AFTER},
        "now": "count",
    }
    rows = [
        {"month": one.month or "", "or_earlier": one.open, "size": one.size, "now": one.now}
        | {f"after_{later}": one.after.get(later) for later in AFTER}
        for one in found
    ]
    if file_format is not OutputFormat.table:
        write_records(columns, rows, file_format.value, output)
        return
    _heading(f"Resellers of {place} that share their totals, by the month in which they began", holds)
    table = _table(("Began in", *(name.replace("_", " ").capitalize() for name in list(columns)[2:])), right=range(1, len(columns)))
    for row in rows:
        month = f"{row['month'] or 'not yet'}{' or earlier' if row['or_earlier'] else ''}"
        table.add_row(month, *("" if row[name] is None else f"{row[name]:,}" for name in list(columns)[2:]))
    _print(table)


@resellers.command("others")
def others(organization: OfDistributor, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """Count the resellers without consent by designation and status: groups of ten at least, the rest only together."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.published.others import others as counted
    from attain.published.read import publication
    from attain.report.files import write_records
    from attain.rulebook.load import load_book

    book, holds = load_book(), publication()
    statuses = [one.id for one in book.programme.statuses]
    found = counted(holds, place, book.designations, statuses)
    columns: Columns = {"designation": "text", **dict.fromkeys(statuses, "count"), "together": "count", "of": "text"}
    rows = [
        {"designation": name, **{status: one.shown.get(status) for status in statuses}, "together": one.rest, "of": " ".join(one.together)}
        for name, one in found.groups.items()
        if one is not None
    ]
    if file_format is not OutputFormat.table:
        write_records(columns, rows, file_format.value, output)
        return
    _heading(f"{so_many(found.total, 'resellers')} of {place} without consent", holds, "" if rows else "too few to be counted by status")
    if rows:
        names = {one.id: one.name for one in book.programme.statuses}
        heads = ("Designation", *(names[status] for status in statuses), "Only together", "Of")
        table = _table(heads, right=range(1, len(statuses) + 2))
        for row in rows:
            table.add_row(*("" if value is None else f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()))
        _print(table)


def check_listed(place: Organization, partner: str) -> None:
    """Refuse a partner that is no reseller of a distributor; raises AttainError `unknown-partner`."""
    from attain.published.read import publication
    from attain.published.resellers import listed_ids

    if not listed_ids(publication(), place, [partner]):
        raise AttainError("unknown-partner", f"{place} has no reseller {partner!r}", hint="attain resellers list names them")


def segment_key(place: Organization, name: str) -> int | None:
    """Find the key of a segment by its name; None where none is named. Raises AttainError `no-such-segment`."""
    from attain.people.segments import segment_named

    return segment_named(place, name).pk if name else None


def _heading(text: str, holds: Publication, more: str = "") -> None:
    print(f"{text}, as of {holds.day}{f', data up to {holds.data_month}' if holds.data_month else ''}{f': {more}' if more else ''}")


def _table(heads: Iterable[str], right: Iterable[int], caption: str = "") -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table, numbers = Table(box=SIMPLE_HEAD, caption=caption or None, caption_justify="left"), set(right)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in numbers else "left", overflow="fold")
    return table


def _print(table: Table) -> None:
    from attain.cli.printing import printer

    printer().print(table)


def _more(count: int) -> str:
    return f"{count - SHOWN:,} more; --format csv gives all of them" if count > SHOWN else ""


def _show_resellers(rows: list[Reseller], book: Book, day: dt.date, count: int) -> None:
    from rich.text import Text

    from attain.published.calls import Words

    if not rows:
        return
    words = Words.of(book, day)
    heads = (
        "Reseller",
        "Consent",
        "Designation",
        "Total",
        f"Short of {words.goal}",
        "Status",
        "In the way",
        "Next date",
        "At risk on",
        "Unclaimed",
    )
    table = _table(heads, right=(3, 4, 9), caption=_more(count))
    for row in rows:
        cells = [row.name or row.partner_id, row.seen.consent or "none", row.designation, *_numbers(row, words)]
        table.add_row(*(Text(cell) for cell in cells))
    _print(table)


def _numbers(row: Reseller, words: Words) -> list[str]:
    totals, detail = row.totals, row.detail
    if totals is None:
        return [""] * 7
    in_the_way = ""
    if detail is not None and not totals.qualifies:
        several = f"{detail.at_floor} metrics earn nothing" if detail.at_floor > 1 else "several metrics"
        in_the_way = words.metrics.get(detail.blocking, detail.blocking) or several
    return [
        words.shown(totals.total_micro),
        words.missing(totals.total_micro),
        totals.status.replace("_", " "),
        in_the_way,
        f"{totals.next_date}: {totals.next_event.replace('_', ' ')}",
        "" if totals.at_risk_on is None else str(totals.at_risk_on),
        "" if detail is None else words.shown(detail.unclaimed_micro),
    ]


def _show_calls(rows: list[Call], book: Book, count: int) -> None:
    from rich.text import Text

    if not rows:
        return
    table = _table(("", "Reseller", "Designation", "Why", "Last"), right=(0,), caption=_more(count))
    for rank, one in enumerate(rows, 1):
        last = one.last
        noted = f": {last.note}" if last is not None and last.note else ""
        said = "" if last is None else f"{'called' if last.called else 'note'} {last.recorded_at:%Y-%m-%d}{noted}"
        name = book.designations[one.reseller.designation].name
        cells = (str(rank), one.reseller.name or one.reseller.partner_id, name, one.sentence, said)
        table.add_row(*(Text(cell) for cell in cells))
    _print(table)

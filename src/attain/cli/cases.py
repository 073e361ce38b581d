"""`attain cases`: support tickets and reviews with their days and outcome, and the evidence packs that are kept with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import InNameOf, OfPartner, OfStore
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.recorded.models import EvidenceCase
    from attain.recorded.recording import Recorder

cases = typer.Typer(no_args_is_help=True, help="Cases of evidence: tickets and reviews, and the packs kept with them.")
CaseNumber = Annotated[int, typer.Argument(metavar="CASE", help="The case's number; attain cases list shows it.")]
PackNumber = Annotated[int, typer.Argument(metavar="PACK", help="The pack's number; attain cases packs shows it.")]
Ticket = Annotated[str | None, typer.Option("--ticket", metavar="ID", help="The support ticket; without one it is an internal review.")]
DueOn = Annotated[str | None, typer.Option(metavar="DAY", help="The day by which an answer is due.")]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="A note.")]
COLUMNS: Columns = {
    "case": "count",
    "designation": "text",
    "ticket_id": "text",
    "opened_on": "day",
    "due_on": "day",
    "closed_on": "day",
    "outcome": "text",
    "packs": "count",
    "note": "text",
    "recorded_by": "text",
}
PACK_COLUMNS: Columns = {
    "pack": "count",
    "case": "count",
    "as_of": "day",
    "made_at": "text",
    "made_by": "text",
    "names": "yes",
    "files": "text",
    "verdict": "text",
    "load": "count",
    "rulebook": "text",
    "facts": "text",
    "attain": "text",
    "content": "text",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(cases, name="cases")


@cases.command("list")
def list_(partner: OfPartner, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the cases of a partner, open ones first."""
    check_output(file_format, output)
    found = _cases(partner)
    from attain.recorded.cases import packs_of

    packs = packs_of(found)
    own = {name for name in COLUMNS if name not in {"case", "packs"}}
    rows = [{"case": one.pk, "packs": len(packs[one.pk])} | {name: getattr(one, name) for name in own} for one in found]
    acting.show(COLUMNS, rows, file_format, output, "There is no case.")


@cases.command("open")
def open_(
    partner: OfPartner,
    designation: Annotated[str, typer.Argument(metavar="DESIGNATION", help="The designation that it is about, such as security.")],
    opened_on: Annotated[str | None, typer.Option(metavar="DAY", help="The day on which it was opened; today unless given.")] = None,
    ticket: Ticket = None,
    due_on: DueOn = None,
    note: Note = None,
    organization: InNameOf = "",
) -> None:
    """Open a case about a designation; attain cases pack makes its evidence."""
    recorder = _recorder(partner, organization, "open")
    from attain.recorded.cases import CaseGiven, open_case

    opened = recorder.today if opened_on is None else day_of(opened_on, "--opened-on")
    given = CaseGiven(opened, ticket or "", _maybe(due_on, "--due-on"), note=note or "")
    case = open_case(recorder, designation, given)
    print(f"Case {case.pk} is open: {case}.")


@cases.command("change")
def change(
    partner: OfPartner,
    case: CaseNumber,
    outcome: Annotated[
        str | None,
        typer.Option(metavar="OUTCOME", help="What became of it: open, corrected, explained, own_data, declined or withdrawn."),
    ] = None,
    closed_on: Annotated[str | None, typer.Option(metavar="DAY", help="The day on which it was closed.")] = None,
    opened_on: Annotated[str | None, typer.Option(metavar="DAY", help="The day on which it was opened.")] = None,
    due_on: DueOn = None,
    ticket: Ticket = None,
    note: Note = None,
    organization: InNameOf = "",
) -> None:
    """Say how a case stands now; what no option names stays, and an empty text takes it away."""
    recorder = _recorder(partner, organization, "change")
    from attain.recorded.cases import CaseGiven, case_numbered, change_case

    given = CaseGiven.of(case_numbered(partner, case))
    given = given if ticket is None else replace(given, ticket_id=ticket)
    given = given if note is None else replace(given, note=note)
    given = given if outcome is None else replace(given, outcome=outcome)
    given = given if opened_on is None else replace(given, opened_on=day_of(opened_on, "--opened-on"))
    given = given if due_on is None else replace(given, due_on=_maybe(due_on, "--due-on"))
    given = given if closed_on is None else replace(given, closed_on=_maybe(closed_on, "--closed-on"))
    changed = change_case(recorder, case, given)
    print(f"Case {changed.pk} is changed: {changed}, {changed.outcome}.")


@cases.command("remove")
def remove(partner: OfPartner, case: CaseNumber, organization: InNameOf = "") -> None:
    """Take back a case that was recorded by mistake, with its packs."""
    recorder = _recorder(partner, organization, "remove")
    from attain.recorded.cases import remove_case

    print(f"Case {remove_case(recorder, case).pk} is removed.")


@cases.command("packs")
def packs(
    partner: OfPartner,
    case: Annotated[int | None, typer.Argument(metavar="[CASE]", help="Of this case alone.")] = None,
    file_format: FileFormat = OutputFormat.table,
    output: Output = None,
) -> None:
    """List the evidence packs of a partner's cases, with the versions and the digest that each was made from."""
    check_output(file_format, output)
    found = _cases(partner)
    from attain.recorded.cases import case_numbered, packs_of

    found = found if case is None else [case_numbered(partner, case)]
    own = {name for name in PACK_COLUMNS if name not in {"pack", "case", "made_at", "files", "load"}}
    rows = [
        {
            "pack": kept.pack.pk,
            "case": one,
            "made_at": f"{kept.pack.made_at:%Y-%m-%d %H:%M}",
            "files": ", ".join(file.name for file in kept.seen(names=False)),
            "load": kept.pack.load or None,
        }
        | {name: getattr(kept.pack, name) for name in own}
        for one, every in packs_of(found).items()
        for kept in every
    ]
    acting.show(PACK_COLUMNS, rows, file_format, output, "No pack is kept.")


@cases.command("pack")
def pack(
    partner: OfPartner,
    case: CaseNumber,
    as_of: Annotated[
        str | None, typer.Option(help="Microsoft's latest numbers up to this day are compared; the published day unless given.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Make files that name the people with certificates too.")] = False,
    store: OfStore = "",
    organization: InNameOf = "",
) -> None:
    """Make an evidence pack from the facts that the partner's scores were published from, and keep it with a case."""
    recorder = _recorder(partner, organization, "pack", store)
    from attain.imports.kept import own_loads
    from attain.published.evidence import Maker, keep_pack, make_pack
    from attain.recorded.cases import case_numbered

    found = case_numbered(partner, case)
    holds, account = acting.published(partner)
    maker = Maker(recorder.actor, "the command line", dt.datetime.now(dt.UTC), own_loads(recorder.granted))
    day = _maybe(as_of, "--as-of")
    kept = keep_pack(recorder, found, make_pack(found, account, holds, maker, as_of=day, names=names))
    print(f"Pack {kept.pk} is kept with case {found.pk}: numbers of {kept.as_of}. {kept.verdict}")


@cases.command("again")
def again(partner: OfPartner, case: CaseNumber, pack: PackNumber, store: OfStore = "") -> None:
    """Make a pack again from the recorded versions and compare; ends with 1 where a file is not the same, byte by byte."""
    acting.connect(store)
    from attain.published.evidence import made_again
    from attain.recorded.cases import case_numbered, pack_numbered

    differ = made_again(pack_numbered(case_numbered(partner, case), pack))
    if differ:
        typer.echo(f"Made again, it is not the same: {', '.join(differ)}. The kept files stay as they are.", err=True)
        raise typer.Exit(1)
    print("Made again from the recorded versions: every file is the same, byte by byte.")


@cases.command("download")
def download(
    partner: OfPartner,
    case: CaseNumber,
    pack: PackNumber,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file: .pdf, .xlsx, .json or .csv.")],
    names: Annotated[bool, typer.Option("--names", help="The file that names people, where the pack has it.")] = False,
    organization: InNameOf = "",
) -> None:
    """Write a file of a pack as it was made: the document, the workbook, the manifest (.json), or Microsoft's numbers (.csv)."""
    recorder = _recorder(partner, organization, "download")
    from attain.people.models import Event
    from attain.published.evidence import file_of
    from attain.recorded.cases import case_numbered, pack_numbered
    from attain.replacing import write_bytes

    found = file_of(pack_numbered(case_numbered(partner, case), pack), output.suffix.removeprefix("."), names=names)
    write_bytes(output, bytes(found.content))
    named = ", with names" if found.named else ""
    recorder.note(Event.EXPORTED, f"{found.name} of pack {pack} of case {case}{named}, SHA-256 {found.sha256}")
    print(f"{output}: SHA-256 {found.sha256}")


def _cases(partner: str) -> list[EvidenceCase]:
    acting.connect()
    from attain.recorded.cases import cases_of

    acting.check_partner(partner)
    return cases_of(partner)


def _recorder(partner: str, organization: str, what: str, store: str = "") -> Recorder:
    acting.connect(store)
    from attain.people.roles import Access

    return acting.recorder(partner, organization, Access.EVIDENCE, f"cases {what}")


def _maybe(text: str | None, option: str) -> dt.date | None:
    return day_of(text, option) if text else None

"""`attain evidence`: a pack for a support ticket or a review, with which another person comes to the same numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import AsOf, Basis, FactsPath, KnownOn, MaxRejects, Partner, RefreshDay, StoreVersion, day_of

if TYPE_CHECKING:
    from attain.facts.directory import ReportedScore
    from attain.workspace import Workspace

STORED, NONE = "stored", "none"


def register(app: typer.Typer) -> None:
    """Add the command `evidence` to the command line."""
    app.command("evidence")(evidence)


def evidence(
    facts: FactsPath,
    partner: Partner,
    designation: Annotated[str, typer.Option(help="The designation, such as security.")],
    as_of: AsOf,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="A .pdf or .xlsx file, or a folder for all files.")],
    reported: Annotated[
        str, typer.Option(metavar="FILE", help="Microsoft's numbers: stored (those of the facts), none, or a file of reported scores.")
    ] = STORED,
    names: Annotated[bool, typer.Option("--names", help="Name the people with certificates; else they have marks.")] = False,
    ticket: Annotated[str, typer.Option(metavar="ID", help="The support ticket, for the cover.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="The role of who prepares it, for the cover.")] = "the command line",
    prepared_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="The time for the cover, as 2026-11-25T09:00Z: the same one makes the same bytes.")
    ] = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
    store_version: StoreVersion = None,
    known_on: KnownOn = None,
) -> None:
    """Write an evidence pack: reported against recomputed, the rows behind each number, the rules with their sources, and all versions.

    The numbers are those of Microsoft's latest reported day up to --as-of; without any, those of --as-of itself.
    """
    day, at = day_of(as_of), _moment(prepared_at)
    from attain.report.evidence.gathering import Asked
    from attain.report.evidence.pack import Prepared
    from attain.report.evidence.writing import check_name, write_pack

    check_name(output)
    workspace = open_workspace(facts, max_rejects, store_version, known_on)
    say_basis(workspace, basis)
    known = _reported(workspace, partner, reported)
    asked = Asked(partner, designation, day, Prepared(at, role, ticket), known, names=names, source=facts)
    found = workspace.evidence(asked, basis=basis, refresh_day=refresh_day)
    for path in write_pack(found, output):
        typer.echo(path)
    typer.echo(f"{found.cover.designation_name} of {found.cover.day}: {found.cover.verdict}", err=True)


def _reported(workspace: Workspace, partner: str, reported: str) -> list[ReportedScore] | None:
    if reported == STORED:
        return None
    if reported == NONE:
        return []
    from attain.report.evidence.reported_file import reported_of_file

    (account,) = workspace.accounts([partner])
    return reported_of_file(Path(reported), workspace.book, account.partner_id)


def _moment(text: str | None) -> dt.datetime:
    """Read the time of preparation, in UTC where it names no zone; now unless given."""
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; write it as 2026-11-25T09:00Z", param_hint="--prepared-at") from error
    return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)

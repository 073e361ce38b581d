"""`attain doctor`: what a server needs, what is not well, and how to mend it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli.printing import so_many

if TYPE_CHECKING:
    from attain.server.doctor.finding import Finding


def register(app: typer.Typer) -> None:
    """Add the command `doctor` to the command line."""
    app.command("doctor")(doctor)


def doctor(
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder that is to be served.")] = "",
    url: Annotated[str, typer.Option(help="The address that people open: ask the server there, through its proxy.")] = "",
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json.")] = "table",
) -> None:
    """Check all that a server needs, as the user of the server, and say how to mend what is not well; nothing is changed.

    Exit code 1 where something is wrong.
    """
    from dataclasses import asdict

    from attain.server.doctor.examine import examine
    from attain.server.doctor.finding import Health

    if form not in {"table", "json"}:
        raise typer.BadParameter(f"{form!r} is no format; say table or json", param_hint="--format")
    findings = list(examine(os.environ, store, url))
    if form == "json":
        print(json.dumps([asdict(finding) for finding in findings], indent=1, ensure_ascii=False))
    else:
        _show(findings)
    if any(finding.health is Health.WRONG for finding in findings):
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    from attain.server.doctor.finding import Health

    wide = max(len(finding.subject) for finding in findings)
    for finding in findings:
        print(f"{finding.health:<5}  {finding.subject:<{wide}}  {finding.says}")
        if finding.mend:
            print(f"{'':<5}  {'':<{wide}}  > {finding.mend}")
    wrong = sum(finding.health is Health.WRONG for finding in findings)
    print(f"{so_many(wrong, 'things', 'is', 'are')} wrong" if wrong else "all is well")

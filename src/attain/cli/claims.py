"""`attain claims`: the register of CPOR claims that is kept here of what was claimed in Partner Center."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import InNameOf, OfPartner
from attain.cli.options import FileFormat, Output, OutputFormat, check_output

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.recorded.recording import Recorder

claims = typer.Typer(no_args_is_help=True, help="The register of CPOR claims: list, add, change, remove. Nothing is claimed from here.")
ClaimId = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id, as Partner Center shows it; of a draft a name of your own.")]
Tenant = Annotated[str | None, typer.Option(metavar="GUID", help="The customer's tenant.")]
Association = Annotated[str | None, typer.Option(metavar="KIND", help="The kind of claim, such as cpor.")]
Workload = Annotated[str | None, typer.Option(metavar="WORKLOAD", help="The workload; empty: it holds for all of the tenant.")]
Status = Annotated[
    str | None, typer.Option(metavar="STATUS", help="How it stands: draft, submitted, approved, declined, expired or withdrawn.")
]
SubmittedOn = Annotated[str | None, typer.Option(metavar="DAY", help="The day on which it was submitted.")]
DecidedOn = Annotated[str | None, typer.Option(metavar="DAY", help="The day on which Microsoft decided.")]
ExpiresOn = Annotated[str | None, typer.Option(metavar="DAY", help="The day on which it runs out.")]
Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="CODE", help="Evidence that is at hand, by its code; may be given more than once.")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="A note.")]
DAYS = ("submitted_on", "decided_on", "expires_on")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(claims, name="claims")


@claims.command("list")
def list_(partner: OfPartner, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the claims of a partner, those that run out first in front. As CSV it is a register that attain coverage --claims reads."""
    check_output(file_format, output)
    acting.connect()
    from attain.advise.claims import COLUMNS
    from attain.recorded.claims import register_of

    acting.check_partner(partner)
    columns: Columns = {name: "day" if name in DAYS else "text" for name in COLUMNS}
    rows = [{name: getattr(one, name) for name in COLUMNS} | {"evidence": "+".join(one.evidence)} for one in register_of(partner)]
    acting.show(columns, rows, file_format, output, "No claim is recorded.")


@claims.command("add")
def add(
    partner: OfPartner,
    claim: ClaimId,
    tenant: Tenant = None,
    association: Association = None,
    workload: Workload = None,
    status: Status = None,
    submitted_on: SubmittedOn = None,
    decided_on: DecidedOn = None,
    expires_on: ExpiresOn = None,
    evidence: Evidence = None,
    note: Note = None,
    organization: InNameOf = "",
) -> None:
    """Record a claim as it stands in Partner Center."""
    recorder = _recorder(partner, organization, "add")
    from attain.recorded.claims import record_claim

    given = _given(tenant, association, workload, status, submitted_on, decided_on, expires_on, evidence, note)
    print(f"Recorded: {record_claim(recorder, {**given, 'claim_id': claim})}.")


@claims.command("change")
def change(
    partner: OfPartner,
    claim: ClaimId,
    to: Annotated[str | None, typer.Option(metavar="CLAIM", help="Another id, such as the one that a draft was given.")] = None,
    tenant: Tenant = None,
    association: Association = None,
    workload: Workload = None,
    status: Status = None,
    submitted_on: SubmittedOn = None,
    decided_on: DecidedOn = None,
    expires_on: ExpiresOn = None,
    evidence: Evidence = None,
    note: Note = None,
    organization: InNameOf = "",
) -> None:
    """Say what is otherwise by now; what no option names stays. An empty text takes a day, the evidence or the note away."""
    recorder = _recorder(partner, organization, "change")
    from attain.recorded.claims import claim_named, record_claim, row_of

    found = claim_named(partner, claim)
    given = _given(tenant, association, workload, status, submitted_on, decided_on, expires_on, evidence, note)
    given |= {} if to is None else {"claim_id": to}
    print(f"Changed: {record_claim(recorder, row_of(found) | given, found.pk)}.")


@claims.command("remove")
def remove(partner: OfPartner, claim: ClaimId, organization: InNameOf = "") -> None:
    """Take back a claim that was recorded by mistake. One taken back at Microsoft has the status withdrawn instead."""
    recorder = _recorder(partner, organization, "remove")
    from attain.recorded.claims import claim_named, remove_claim

    print(f"Removed: {remove_claim(recorder, claim_named(partner, claim).pk)}.")


def _recorder(partner: str, organization: str, what: str) -> Recorder:
    acting.connect()
    from attain.people.roles import Access

    return acting.recorder(partner, organization, Access.PLAN, f"claims {what}")


def _given(
    tenant: str | None,
    association: str | None,
    workload: str | None,
    status: str | None,
    submitted_on: str | None,
    decided_on: str | None,
    expires_on: str | None,
    evidence: list[str] | None,
    note: str | None,
) -> dict[str, str]:
    """Give what options say as text by column of a register; a day, or anything else that cannot be, is refused with its column."""
    said = {
        "tenant_id": tenant,
        "association": association,
        "workload": workload,
        "status": status,
        "submitted_on": submitted_on,
        "decided_on": decided_on,
        "expires_on": expires_on,
        "evidence": None if evidence is None else "+".join(evidence),
        "note": note,
    }
    return {name: text for name, text in said.items() if text is not None}

"""`attain consents`: what a reseller lets a distributor see of it, granted for a time and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.people.access import Granted

consents = typer.Typer(no_args_is_help=True, help="What a reseller lets distributors see of it: list, grant, revoke.")
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="A partner of its own.")]
Distributor = Annotated[str, typer.Argument(metavar="DISTRIBUTOR", help="The distributor, by its name in addresses.")]
COLUMNS: Columns = {
    "partner_id": "text",
    "distributor": "text",
    "level": "text",
    "until": "day",
    "is_over": "yes",
    "given_at": "text",
    "given_by": "text",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(consents, name="consents")


@consents.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the consents about an organization's own partners, those that are over too."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.people.consents import given

    rows = [
        {
            "partner_id": one.partner_id,
            "distributor": one.organization.slug,
            "level": one.consent,
            "until": one.until,
            "is_over": one.is_over,
            "given_at": None if one.given_at is None else f"{one.given_at:%Y-%m-%d %H:%M}",
            "given_by": "" if one.given_by is None else one.given_by.email,
        }
        for one in given(place)
    ]
    acting.show(COLUMNS, rows, file_format, output, "Nothing is shared with a distributor.")


@consents.command("grant")
def grant(
    organization: OfOrganization,
    partner: Partner,
    distributor: Distributor,
    level: Annotated[str, typer.Option(metavar="LEVEL", help="What it sees: totals or detail.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, at most two years on.")],
) -> None:
    """Let a distributor see a partner; an earlier consent to it gives way."""
    day = day_of(until, "--until")
    granted = _granted(organization, "grant")
    from attain.people.consents import give

    made = give(granted, None, partner_id=partner, distributor=distributor, level=level, until=day)
    print(f"{made.organization} sees {made.consent} of partner {made.partner_id} until {made.until}.")


@consents.command("revoke")
def revoke(organization: OfOrganization, partner: Partner, distributor: Distributor) -> None:
    """Take a consent back; it holds at once."""
    granted = _granted(organization, "revoke")
    from attain.people.consents import consent_about
    from attain.people.consents import revoke as take_back

    gone = take_back(granted, None, consent_about(granted, partner, distributor).pk)
    print(f"{gone.organization} no longer sees partner {gone.partner_id}.")


def _granted(organization: str, what: str) -> Granted:
    place = acting.organization(organization)
    from attain.people.roles import Access

    return acting.granted(place, Access.CONSENT, f"consents {what}")

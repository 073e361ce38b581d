"""`attain organizations`: the organizations of a server, and the partners that each sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.members import check_address, join_link
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from attain.advise.columns import Columns

organizations = typer.Typer(no_args_is_help=True, help="Organizations of the server and the partners that they see: list, make, change.")
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]
COLUMNS: Columns = {"organization": "text", "name": "text", "kind": "text", "sees_all": "yes", "people": "count", "partners": "count"}
SEEN: Columns = {"partner_id": "text", "name": "text", "consent": "text", "until": "day"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(organizations, name="organizations")


@organizations.command("list")
def list_(file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the organizations of the server, with how many people are in each and how many partners it sees."""
    check_output(file_format, output)
    acting.connect()
    from attain.people.organizations import counted, listed

    rows = [
        {"organization": one.slug, "name": one.name, "kind": one.kind, "sees_all": one.sees_all}
        | dict(zip(("people", "partners"), counted(one), strict=True))
        for one in listed()
    ]
    acting.show(COLUMNS, rows, file_format, output, "There is none yet: attain serve makes the first.")


@organizations.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The mail address of its first Global admin.")],
    kind: Annotated[str, typer.Option(metavar="KIND", help="partner or distributor.")] = "partner",
) -> None:
    """Make an organization and print the link for its first Global admin, this once: hand it over yourself."""
    acting.connect()
    from attain.people.models import OrganizationKind
    from attain.people.organizations import set_up_organization

    if kind not in OrganizationKind.values:
        raise AttainError("unknown-kind", f"there is no kind {kind!r}", "--kind", did_you_mean(kind, OrganizationKind.values))
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise AttainError("no-name", "an organization has a name of 1 to 200 letters", "name", "name it")
    made, secret = set_up_organization(name, OrganizationKind(kind), check_address(email), None, None, actor="attain organizations make")
    print(join_link(secret))
    typer.echo(f"{made} is made, in addresses and commands: {made.slug}; the link is good for a week.", err=True)


@organizations.command("partners")
def partners(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the partners that an organization sees: its own, and those whose consent it has."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.people.models import OrganizationPartner

    rows = [{name: getattr(one, name) for name in SEEN} for one in OrganizationPartner.objects.filter(organization=place)]
    acting.show(SEEN, rows, file_format, output, "It sees every partner." if place.sees_all else "It sees no partner yet.")


@organizations.command("let-see")
def let_see(
    organization: OfOrganization,
    partner: Partner,
    consent: Annotated[str, typer.Option(metavar="CONSENT", help="own: the partner is its own; or totals or detail, with an end.")] = "own",
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day of a consent.")] = None,
) -> None:
    """Let an organization see a partner. A reseller with people on the server gives consents itself: attain consents."""
    day = None if until is None else day_of(until, "--until")
    place = acting.organization(organization)
    from attain.people.organizations import let_see as show_it
    from attain.published.listed import published_name

    made = show_it(place, partner.strip(), consent, day, published_name(partner), None, actor="attain organizations let-see")
    print(f"{place} sees partner {made.partner_id}: {made.consent}{f' until {made.until}' if made.until else ''}.")


@organizations.command("take-away")
def take_away(organization: OfOrganization, partner: Partner) -> None:
    """Take a partner away from an organization."""
    place = acting.organization(organization)
    from attain.people.organizations import partner_of
    from attain.people.organizations import take_away as hide

    hide(partner_of(place, partner), None, actor="attain organizations take-away")
    print(f"{place} no longer sees partner {partner}.")

"""`attain members`: who is in an organization and in which role, and who is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output
from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.people.roles import Role

members = typer.Typer(no_args_is_help=True, help="People of an organization: list, change roles, remove, invite.")
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's mail address.")]
ROLES = "global_admin, partner_admin, executive_report_viewer, distributor_manager or learner"
COLUMNS: Columns = {"email": "text", "name": "text", "role": "text", "sees_names": "yes", "joined_at": "text"}
INVITED: Columns = {"email": "text", "role": "text", "created_at": "text", "expires_at": "text"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(members, name="members")


@members.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the members of an organization by mail address, with their roles."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.people.models import Member

    rows = [
        {
            "email": one.user.email,
            "name": one.user.name,
            "role": one.role,
            "sees_names": one.sees_names,
            "joined_at": f"{one.joined_at:%Y-%m-%d %H:%M}",
        }
        for one in Member.objects.filter(organization=place).select_related("user")
    ]
    acting.show(COLUMNS, rows, file_format, output, "Nobody is in it yet.")


@members.command("change")
def change(
    organization: OfOrganization,
    email: Email,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help=f"The role from now on: {ROLES}.")] = None,
    names: Annotated[
        bool | None,
        typer.Option("--names/--no-names", help="Show names of certified people to a role that does not see them."),
    ] = None,
) -> None:
    """Give a member another role; an organization always keeps a Global admin."""
    place = acting.organization(organization)
    from attain.people.members import change_role, member_called
    from attain.people.roles import Role

    found = member_called(place, email)
    wanted = Role(found.role) if role is None else _role(role)
    shown = found.names_shown if names is None else names
    change_role(found, wanted, names_shown=shown, request=None, actor="attain members change")
    print(f"{found.user.email} is {wanted.words}.")


@members.command("remove")
def remove(organization: OfOrganization, email: Email) -> None:
    """Take a member out of an organization; the account stays."""
    place = acting.organization(organization)
    from attain.people.members import member_called
    from attain.people.members import remove as take_out

    found = member_called(place, email)
    take_out(found, None, actor="attain members remove")
    print(f"{found.user.email} is no member of {place} any more.")


@members.command("invite")
def invite(
    organization: OfOrganization,
    email: Email,
    role: Annotated[str, typer.Option(metavar="ROLE", help=f"As what: {ROLES}.")] = "executive_report_viewer",
) -> None:
    """Invite somebody and print the link, this once: hand it over yourself. An open invitation of the address stops working."""
    place = acting.organization(organization)
    from attain.people.members import invite as ask_in

    wanted = _role(role)
    secret = ask_in(place, check_address(email), wanted, None, None, actor="attain members invite")
    print(join_link(secret))
    typer.echo(f"{email.lower()} is invited as {wanted.words}; the link is good for a week.", err=True)


@members.command("invitations")
def invitations(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the invitations that still let somebody in, the latest first."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.people.models import Invitation

    rows = [
        {
            "email": one.email,
            "role": one.role,
            "created_at": f"{one.created_at:%Y-%m-%d %H:%M}",
            "expires_at": f"{one.expires_at:%Y-%m-%d %H:%M}",
        }
        for one in Invitation.open().filter(organization=place)
    ]
    acting.show(INVITED, rows, file_format, output, "No invitation is open.")


@members.command("withdraw")
def withdraw(organization: OfOrganization, email: Email) -> None:
    """Make the link of an invitation stop working."""
    place = acting.organization(organization)
    from attain.people.members import invitation_of
    from attain.people.members import withdraw as take_back

    found = invitation_of(place, email)
    take_back(found, None, actor="attain members withdraw")
    print(f"The link for {found.email} no longer works.")


def check_address(email: str) -> str:
    """Give a mail address back; raises AttainError `bad-address` where it is none."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError:
        raise AttainError("bad-address", f"{email!r} is no mail address", hint="write it as ada@contoso.example") from None
    return email


def join_link(secret: str) -> str:
    """Give the link of an invitation, on the server that ATTAIN_URL names."""
    from django.urls import reverse

    from attain.alerts.writing import absolute

    return absolute(reverse("join", args=[secret]))


def _role(text: str) -> Role:
    from attain.people.roles import Role

    if text not in Role.values:
        raise AttainError("unknown-role", f"there is no role {text!r}", "--role", did_you_mean(text, Role.values))
    return Role(text)

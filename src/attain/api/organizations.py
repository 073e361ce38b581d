"""An organization's members and their roles, its invitations, and the tokens of its services."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field

from attain.api.access import endpoint_needs
from attain.api.bodies import Body
from attain.api.cursors import Paged, after, cursor
from attain.api.recording import organization_of
from attain.people.access import AttainRequest
from attain.people.members import change_role, invite, remove, withdraw
from attain.people.models import Invitation, Member, Token, TokenScope
from attain.people.roles import Access, Role
from attain.people.tokens import revoke_token, tokens_of

router = Router(tags=["Organizations"])
T = TypeVar("T")


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        message = "this is no mail address"
        raise ValueError(message) from error
    return text


Address = Annotated[str, AfterValidator(_address), Field(max_length=254, examples=["ada@contoso.example"])]


class MemberShown(Schema):
    """A person of the organization, the role there, and whether names of certified people are shown."""

    id: int
    email: str
    name: str = Field(examples=["Ada Lovelace"])
    role: Role
    names_shown: bool
    sees_names: bool
    joined_at: dt.datetime

    @classmethod
    def of(cls, found: Member) -> MemberShown:
        """Show a member."""
        return cls(
            id=found.pk,
            email=found.user.email,
            name=found.user.name,
            role=Role(found.role),
            names_shown=found.names_shown,
            sees_names=found.sees_names,
            joined_at=found.joined_at,
        )


class MemberPage(Schema):
    """A page of members, by mail address."""

    members: list[MemberShown]
    next: str


class RoleAsked(Body):
    """The role that a member gets."""

    role: Role
    names_shown: bool = Field(False, description="Show the names of certified people to a role that does not see them by itself.")


class InvitationAsked(Body):
    """Who is invited, and as what."""

    email: Address
    role: Role = Role.EXECUTIVE_REPORT_VIEWER


class InvitationShown(Schema):
    """An open invitation."""

    id: int
    email: str
    role: Role
    created_at: dt.datetime
    expires_at: dt.datetime

    @classmethod
    def of(cls, found: Invitation) -> InvitationShown:
        """Show an invitation."""
        return cls(id=found.pk, email=found.email, role=Role(found.role), created_at=found.created_at, expires_at=found.expires_at)


class InvitationMade(Schema):
    """The link of an invitation, shown this once: whoever made it hands it over."""

    email: str
    role: Role
    link: str = Field(examples=["https://attain.example/join/7c0ffee/"])


class Invitations(Schema):
    """The open invitations, the latest first."""

    invitations: list[InvitationShown]


class TokenShown(Schema):
    """A token; `start` are its first letters, by which one tells it from others. `role` is empty where it acts as a person."""

    id: int
    name: str = Field(examples=["nightly"])
    role: str = Field(examples=["executive_report_viewer"])
    scopes: list[str] = Field(examples=[["read"]])
    start: str = Field(examples=["attain_k3v9qz"])
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None

    @classmethod
    def of(cls, found: Token) -> TokenShown:
        """Show a token."""
        return cls.model_validate({name: getattr(found, "pk" if name == "id" else name) for name in cls.model_fields})


class Tokens(Schema):
    """Tokens that were not revoked, the latest first."""

    tokens: list[TokenShown]


@router.get("/organizations/{organization}/members", response=MemberPage, summary="Members and roles")
@endpoint_needs(Access.PEOPLE)
def list_members(request: AttainRequest, organization: str, asked: Query[Paged]) -> MemberPage:
    """List the members of an organization with their roles."""
    listing = f"members {organization}"
    last = after(listing, asked.cursor)
    members = Member.objects.filter(organization=organization_of(request)).select_related("user")
    found = list((members if last is None else members.filter(user__email__gt=last[0]))[: asked.limit + 1])
    shown = found[: asked.limit]
    end = cursor(listing, shown[-1].user.email) if len(found) > len(shown) else ""
    return MemberPage(members=[MemberShown.of(one) for one in shown], next=end)


@router.put("/organizations/{organization}/members/{member}", response=MemberShown, summary="Change a role")
@endpoint_needs(Access.PEOPLE, TokenScope.PEOPLE)
def change_member(request: AttainRequest, organization: str, member: int, asked: RoleAsked) -> MemberShown:
    """Give a member another role; an organization always keeps a Global admin. A token needs the scope people too."""
    found = _member(request, member)
    change_role(found, asked.role, names_shown=asked.names_shown, request=request)
    return MemberShown.of(found)


@router.delete("/organizations/{organization}/members/{member}", response=MemberShown, summary="Remove a member")
@endpoint_needs(Access.PEOPLE, TokenScope.PEOPLE)
def delete_member(request: AttainRequest, organization: str, member: int) -> MemberShown:
    """Take a member out of the organization. A token needs the scope people too."""
    found = _member(request, member)
    shown = MemberShown.of(found)
    remove(found, request)
    return shown


def _member(request: AttainRequest, number: int) -> Member:
    members = Member.objects.select_related("user", "organization").filter(organization=organization_of(request))
    return _one(members.filter(pk=number).first(), f"member {number}")


@router.get("/organizations/{organization}/invitations", response=Invitations, summary="Open invitations")
@endpoint_needs(Access.PEOPLE)
def list_invitations(request: AttainRequest, organization: str) -> Invitations:
    """List the invitations that still let somebody in."""
    found = Invitation.open().filter(organization=organization_of(request))
    return Invitations(invitations=[InvitationShown.of(one) for one in found])


@router.post("/organizations/{organization}/invitations", response={201: InvitationMade}, summary="Invite somebody")
@endpoint_needs(Access.PEOPLE, TokenScope.PEOPLE)
def make_invitation(request: AttainRequest, organization: str, asked: InvitationAsked) -> Status[InvitationMade]:
    """Invite somebody; an open invitation of the same address stops working. A token needs the scope people too."""
    secret = invite(organization_of(request), asked.email, asked.role, request.granted.principal.user, request)
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    return Status(HTTPStatus.CREATED, InvitationMade(email=asked.email.lower(), role=asked.role, link=link))


@router.delete("/organizations/{organization}/invitations/{invitation}", response=InvitationShown, summary="Withdraw an invitation")
@endpoint_needs(Access.PEOPLE, TokenScope.PEOPLE)
def delete_invitation(request: AttainRequest, organization: str, invitation: int) -> InvitationShown:
    """Make the link of an invitation stop working. A token needs the scope people too."""
    open_ones = Invitation.open().filter(organization=organization_of(request))
    found = _one(open_ones.filter(pk=invitation).first(), f"invitation {invitation}")
    withdraw(found, request)
    return InvitationShown.of(found)


@router.get("/organizations/{organization}/tokens", response=Tokens, summary="Tokens of services")
@endpoint_needs(Access.PEOPLE)
def list_tokens(request: AttainRequest, organization: str) -> Tokens:
    """List the tokens of an organization's services. They are made on the page Settings > Tokens alone."""
    found = tokens_of(organization_of(request))
    return Tokens(tokens=[TokenShown.of(one) for one in found])


@router.delete("/organizations/{organization}/tokens/{token}", response=TokenShown, summary="Revoke a token of a service")
@endpoint_needs(Access.PEOPLE, TokenScope.PEOPLE)
def delete_token(request: AttainRequest, organization: str, token: int) -> TokenShown:
    """Make the token of a service stop working. A token needs the scope people too."""
    found = tokens_of(organization_of(request)).filter(pk=token).first()
    return _revoked(request, _one(found, f"token {token}"))


@router.get("/me/tokens", response=Tokens, summary="My tokens", tags=["Account"])
@endpoint_needs(Access.SIGNED_IN)
def list_own_tokens(request: AttainRequest) -> Tokens:
    """List one's own tokens. They are made on the page Your account > Your tokens alone."""
    user = request.granted.principal.user
    found = Token.objects.none() if user is None else Token.objects.filter(user=user, revoked_at=None)
    return Tokens(tokens=[TokenShown.of(one) for one in found])


@router.delete("/me/tokens/{token}", response=TokenShown, summary="Revoke a token of mine", tags=["Account"])
@endpoint_needs(Access.SIGNED_IN)
def delete_own_token(request: AttainRequest, token: int) -> TokenShown:
    """Make one of one's own tokens stop working, such as one that got lost."""
    user = request.granted.principal.user
    found = None if user is None else Token.objects.filter(user=user, revoked_at=None, pk=token).first()
    return _revoked(request, _one(found, f"token {token}"))


def _revoked(request: AttainRequest, found: Token) -> TokenShown:
    revoke_token(found, request)
    return TokenShown.of(found)


def _one(found: T | None, name: str) -> T:
    if found is None:
        message = f"There is no {name} here, or it is not yours to see."
        raise Http404(message)
    return found

"""What is held on one person, given whole or erased, for Global admins of the organization that sees every partner."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field, StringConstraints

from attain.api.access import endpoint_needs
from attain.api.amounts import Line
from attain.api.bodies import Body
from attain.api.recording import organization_of
from attain.errors import AttainError
from attain.people.access import AttainRequest
from attain.people.models import TokenScope
from attain.people.roles import Access
from attain.published.persons import Asking, erase_person, find_person, take_away

router = Router(tags=["Organizations"])


class PersonAsked(Body):
    """Whom it is about, in the body: addresses are kept by proxies."""

    who: Annotated[Line, StringConstraints(min_length=1, max_length=300)] = Field(
        description="The mail address of an account, or the name or id of a certified person.", examples=["ada@contoso.example"]
    )


class ErasureAsked(PersonAsked):
    """Whom to erase, and that it is meant."""

    sure: bool = Field(description="true, or nothing is erased: it cannot be undone.")


class HeldOn(Schema):
    """All that is held on a person: rows of the database by table, names and certificates of the store. Secrets are left out."""

    person: str
    database: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    store: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)


class ErasedShown(Schema):
    """What was erased: the mark in the place of the account (empty: there was none), and the ids whose name went, in which load."""

    mark: str = Field(examples=["erased-1a2b3c4d"])
    ids: int
    load: int | None
    packs: int = Field(description="Evidence packs that lost the files with the name.")


@router.post("/organizations/{organization}/personal-data/held", response=HeldOn, summary="What is held on a person")
@endpoint_needs(Access.OPERATE, TokenScope.PEOPLE)
def give_held(request: AttainRequest, organization: str, asked: PersonAsked) -> HeldOn:
    """Give all that is held on a person. It is in the audit log, without the name. A token needs the scope people too."""
    del organization
    return HeldOn.model_validate(take_away(find_person(asked.who), _asking(request)))


@router.post("/organizations/{organization}/personal-data/erase", response=ErasedShown, summary="Erase a person")
@endpoint_needs(Access.OPERATE, TokenScope.PEOPLE)
def erase(request: AttainRequest, organization: str, asked: ErasureAsked) -> ErasedShown:
    """Take out an account, and the name of a certified person from every load; counts stay. A token needs the scope people too."""
    del organization
    if not asked.sure:
        raise AttainError("not-sure", "nothing is erased unless it is said to be meant", "sure", "send true: it cannot be undone")
    done = erase_person(find_person(asked.who), _asking(request))
    return ErasedShown(mark=done.mark, ids=done.ids, load=done.load, packs=done.packs)


def _asking(request: AttainRequest) -> Asking:
    return Asking(request, organization_of(request), request.granted.principal.actor)

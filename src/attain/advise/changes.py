"""What a scenario may change: each change is a few flat fields, strict, the same in a file, on the command line and in a form."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from attain.errors import nearest
from attain.facts.schema import ASSOCIATIONS
from attain.rulebook.leaf import Exact, Strict

MOST_MONTHS = 36
Segment = Literal["smb", "smc_corporate", "enterprise"]
Count = Annotated[int, Field(ge=0)]
MonthCount = Annotated[int, Field(ge=1, le=MOST_MONTHS)]
Text = Annotated[str, Field(min_length=1)]
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def _day(value: Any) -> Any:
    """Read a day as `2026-11-24`; a bare number is none, which pydantic would take for seconds since 1970."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            value = repr(value)
    elif isinstance(value, dt.date):
        return value
    message = f"{value} is no day; write it as 2026-11-24"
    raise ValueError(message)


def _month(value: Any) -> Any:
    """Read a month as `2026-10`, or as any day in it."""
    try:
        return _day(f"{value}-01" if isinstance(value, str) and _MONTH.fullmatch(value) else value)
    except ValueError as error:
        message = f"{value!r} is no month; write it as 2026-10, or as a day in it"
        raise ValueError(message) from error


Day = Annotated[dt.date, BeforeValidator(_day)]
Month = Annotated[dt.date, BeforeValidator(_month)]
"""Some day of a month."""


def _codes(value: Any) -> Any:
    """Read `pal+csp1` as the list that it stands for, and refuse what is no association."""
    listed = value.split("+") if isinstance(value, str) else value
    if isinstance(listed, (list, tuple)):
        for code in listed:  # pyright: ignore[reportUnknownVariableType] - whatever the file holds
            if code not in ASSOCIATIONS:
                near = nearest(str(code), ASSOCIATIONS)  # pyright: ignore[reportUnknownArgumentType] - whatever the file holds
                message = f"{code!r} is no association" + (f"; did you mean {near[0]}?" if near else f"; known: {', '.join(ASSOCIATIONS)}")
                raise ValueError(message)
    return listed  # pyright: ignore[reportUnknownVariableType] - pydantic checks it next


Codes = Annotated[tuple[str, ...], BeforeValidator(_codes), Field(min_length=1)]


class _Usage(Strict):
    """Names what is used: one Azure service, or one workload."""

    service: Text | None = None
    workload: Text | None = None

    @model_validator(mode="after")
    def _not_both(self) -> _Usage:
        if self.service is not None and self.workload is not None:
            message = "give service or workload, not both"
            raise ValueError(message)
        return self


class AddUsage(_Usage):
    """A customer, new or known, uses a service or workload under associations.

    A service has `acr_usd` a month; a workload has `seats` and `active_users` (and `capacity`), or `revenue_usd` a month. It lasts for the
    `months` up to the data month; an `existing` customer had the same a year before too. The active users of a new one are
    `first_active_users` in the first of the months: 0 unless given.
    """

    do: Literal["add_usage"] = "add_usage"
    tenant: Text
    name: str = ""
    segment: Segment | None = None
    associations: Codes
    acr_usd: Exact | None = None
    revenue_usd: Exact | None = None
    seats: Count | None = None
    active_users: Count | None = None
    capacity: Count | None = None
    first_active_users: Count | None = None
    months: MonthCount = 12
    existing: bool = False

    @model_validator(mode="after")
    def _amounts_fit(self) -> AddUsage:
        counts = any(amount is not None for amount in (self.seats, self.active_users, self.capacity, self.first_active_users))
        if self.service is None and self.workload is None:
            message = "give the service or the workload that is used"
        elif self.service is not None and (self.acr_usd is None or self.revenue_usd is not None or counts):
            message = "a service has acr_usd, and no other amount"
        elif self.workload is not None and (self.acr_usd is not None or counts == (self.revenue_usd is not None)):
            message = "a workload has seats and active_users, or revenue_usd"
        else:
            return self
        raise ValueError(message)


class ChangeUsage(_Usage):
    """A known customer has other amounts, of one service or workload or of all.

    `percent` raises or lowers what there is: ACR, revenue, active users. `seats`, `active_users`, `active_share` (percent of the seats) set
    a workload's numbers; `acr_usd` and `revenue_usd` set a month's. It holds for the last `months`: twelve of Azure usage, else one, unless
    given.
    """

    do: Literal["change_usage"] = "change_usage"
    tenant: Text
    percent: Exact | None = None
    acr_usd: Exact | None = None
    revenue_usd: Exact | None = None
    seats: Count | None = None
    active_users: Count | None = None
    active_share: Annotated[Exact, Field(ge=0, le=100)] | None = None
    months: MonthCount | None = None

    @model_validator(mode="after")
    def _says_what(self) -> ChangeUsage:
        counts = (self.seats, self.active_users, self.active_share)
        amounts = (self.percent, self.acr_usd, self.revenue_usd, *counts)
        if all(amount is None for amount in amounts):
            message = "say what changes: percent, acr_usd, revenue_usd, seats, active_users or active_share"
        elif self.active_users is not None and self.active_share is not None:
            message = "give active_users or active_share, not both"
        elif self.percent is not None and any(amount is not None for amount in amounts[1:]):
            message = "percent stands alone"
        elif self.percent is not None and self.percent < -100:
            message = "nothing can fall by more than 100 percent"
        elif self.acr_usd is not None and self.service is None:
            message = "name the service that acr_usd is of"
        elif self.workload is None and any(amount is not None for amount in (self.revenue_usd, self.seats, self.active_users)):
            message = "name the workload that the amount is of"
        elif self.service is not None and any(amount is not None for amount in (self.revenue_usd, *counts)):
            message = "a service has acr_usd, and no other amount"
        elif self.workload is not None and self.acr_usd is not None:
            message = "a workload has seats and active_users, or revenue_usd"
        else:
            return self
        raise ValueError(message)


class DropCustomer(Strict):
    """A customer is lost: no usage in the last `months`."""

    do: Literal["drop_customer"] = "drop_customer"
    tenant: Text
    months: MonthCount = 12


class KeepCustomer(Strict):
    """A customer stays, or comes back: in each of the last twelve months it has at least what it had a year earlier.

    With `since` only from that month on.
    """

    do: Literal["keep_customer"] = "keep_customer"
    tenant: Text
    since: Month | None = None


class AddAssociation(_Usage):
    """A customer's usage carries an association, from the month of `since` on: from eleven months before the data month unless given."""

    do: Literal["add_association"] = "add_association"
    tenant: Text
    association: Text
    since: Month | None = None

    @model_validator(mode="after")
    def _known(self) -> AddAssociation:
        _codes([self.association])
        return self


class RemoveAssociation(_Usage):
    """A customer's usage no longer carries an association, from the month of `since` on: as of `add_association`."""

    do: Literal["remove_association"] = "remove_association"
    tenant: Text
    association: Text
    since: Month | None = None

    @model_validator(mode="after")
    def _known(self) -> RemoveAssociation:
        _codes([self.association])
        return self


class Certify(Strict):
    """A person, new or known, holds a certificate: earned on the day of the score unless another is given."""

    do: Literal["certify"] = "certify"
    person: Text
    certification: Text
    earned_on: Day | None = None
    expires_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Certify:
        if self.earned_on is not None and self.expires_on is not None and self.expires_on < self.earned_on:
            message = "expires_on lies before earned_on"
            raise ValueError(message)
        return self


class RenewCertificate(Strict):
    """A person's certificate is renewed, linked and valid until `expires_on`."""

    do: Literal["renew_certificate"] = "renew_certificate"
    person: Text
    certification: Text
    expires_on: Day


class RemoveCertificate(Strict):
    """A person no longer holds a certificate."""

    do: Literal["remove_certificate"] = "remove_certificate"
    person: Text
    certification: Text


class RemovePerson(Strict):
    """A person leaves, with every certificate."""

    do: Literal["remove_person"] = "remove_person"
    person: Text


Change = Annotated[
    AddUsage
    | ChangeUsage
    | DropCustomer
    | KeepCustomer
    | AddAssociation
    | RemoveAssociation
    | Certify
    | RenewCertificate
    | RemoveCertificate
    | RemovePerson,
    Field(discriminator="do"),
]
KINDS: dict[str, type[Strict]] = {
    "add_usage": AddUsage,
    "change_usage": ChangeUsage,
    "drop_customer": DropCustomer,
    "keep_customer": KeepCustomer,
    "add_association": AddAssociation,
    "remove_association": RemoveAssociation,
    "certify": Certify,
    "renew_certificate": RenewCertificate,
    "remove_certificate": RemoveCertificate,
    "remove_person": RemovePerson,
}
"""Every kind of change by the name that `do` has."""

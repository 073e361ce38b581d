"""A change of a scenario in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.advise.changes import (
    AddAssociation,
    AddUsage,
    Certify,
    ChangeUsage,
    DropCustomer,
    KeepCustomer,
    RemoveAssociation,
    RemoveCertificate,
    RemovePerson,
    RenewCertificate,
)
from attain.explaining.words import number
from attain.web.dates import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.advise.changes import Change
    from attain.rulebook.catalog import Catalog

_AMOUNTS = {
    "acr_usd": "USD of Azure a month",
    "revenue_usd": "USD of revenue a month",
    "seats": "seats",
    "active_users": "active users",
    "capacity": "capacity",
    "active_share": "percent of seats active",
}


def change_words(change: Change, catalog: Catalog, customers: Mapping[str, str]) -> str:
    """Say what a change does; `customers` names tenants."""
    match change:
        case AddUsage():
            names = " and ".join(catalog.associations.name(code) for code in change.associations)
            new = "an existing customer" if change.existing else "a new customer"
            return f"{change.name or _tenant(change, customers)} uses {_use(change, catalog)} as {new}, with {names}: {_amounts(change)}"
        case ChangeUsage():
            what = f"{number(change.percent)}% more" if change.percent is not None and change.percent >= 0 else _amounts(change)
            if change.percent is not None and change.percent < 0:
                what = f"{number(-change.percent)}% less"
            return f"{_tenant(change, customers)}: {what} of {_use(change, catalog)}"
        case DropCustomer():
            return f"{_tenant(change, customers)} is lost"
        case KeepCustomer():
            return f"{_tenant(change, customers)} stays, or comes back"
        case AddAssociation() | RemoveAssociation():
            name = catalog.associations.name(change.association)
            goes = "is set on" if isinstance(change, AddAssociation) else "is taken off"
            since = f" since {day_words(change.since)}" if change.since else ""
            return f"{name} {goes} {_use(change, catalog)} of {_tenant(change, customers)}{since}"
        case Certify() | RenewCertificate() | RemoveCertificate() | RemovePerson():
            return _about_a_person(change)


def _about_a_person(change: Certify | RenewCertificate | RemoveCertificate | RemovePerson) -> str:
    match change:
        case Certify():
            until = f", valid until {day_words(change.expires_on)}" if change.expires_on else ""
            return f"{change.person} earns {change.certification}{until}"
        case RenewCertificate():
            return f"{change.certification} of {change.person} is renewed until {day_words(change.expires_on)}"
        case RemoveCertificate():
            return f"{change.person} loses {change.certification}"
        case RemovePerson():
            return f"{change.person} leaves"


def _tenant(change: Any, customers: Mapping[str, str]) -> str:
    return customers.get(change.tenant, change.tenant)


def _use(change: Any, catalog: Catalog) -> str:
    if change.service is not None:
        return catalog.services.name(catalog.services.match(change.service) or change.service)
    if change.workload is not None:
        return catalog.workloads.name(catalog.workloads.match(change.workload) or change.workload)
    return "all usage"


def _amounts(change: Any) -> str:
    said = [(words, getattr(change, name, None)) for name, words in _AMOUNTS.items()]
    return ", ".join(f"{number(value)} {words}" for words, value in said if value is not None)

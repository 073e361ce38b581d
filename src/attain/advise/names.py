"""What people call things in a scenario, found among one partner's facts: tenants, persons, services, workloads and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import polars as pl

from attain.advise.partner_facts import CERTIFICATIONS, CUSTOMERS, USAGE
from attain.errors import AttainError, nearest
from attain.facts.cells import CellFault, read_guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attain.rulebook.catalog import Catalog, Vocabulary


def find_tenant(frames: Mapping[str, pl.DataFrame], called: str) -> str:
    """Find one of the partner's tenants by id, name, alias or domain. Raises AttainError with the nearest name."""
    tenant = known_tenant(frames, called)
    if tenant is not None:
        return tenant
    near = like_tenant(frames, called)
    raise AttainError(
        "unknown-tenant",
        f"the partner has no customer {called!r}",
        hint=f"did you mean {near}?" if near else "name a customer that has usage or an association, or add one with add_usage",
    )


def like_tenant(frames: Mapping[str, pl.DataFrame], called: str) -> str | None:
    """Name the customer whose name or id is most like what was said, as the facts spell it; None where none is near."""
    spelled = [name for row in _named(frames) for name in row[1:] if name]
    return _like(called, [*spelled, *_tenants(frames)])


def like_person(frames: Mapping[str, pl.DataFrame], called: str) -> str | None:
    """Name the person whose name or id is most like what was said; None where none is near."""
    people = frames[CERTIFICATIONS].select("person_id", "person_name").unique().sort("person_id") if CERTIFICATIONS in frames else None
    return _like(called, [] if people is None else [name for pair in people.iter_rows() for name in pair if name])


def _like(called: str, known: Sequence[str]) -> str | None:
    """Find a name with the words that were said or with some of them (Ada, of Ada Keller), else the nearest by its letters."""
    said = set(called.casefold().split())
    whole = [name for name in known if said & (words := set(name.casefold().split())) and (said <= words or words <= said)]
    return next(iter(whole or nearest(called, known)), None)


def tenant_or_new(frames: Mapping[str, pl.DataFrame], called: str) -> str:
    """Find a tenant as `find_tenant` does, or give the id of a new one: the GUID given, or one made from the name."""
    known = known_tenant(frames, called)
    if known is not None:
        return known
    try:
        return read_guid(called)
    except CellFault:
        return str(uuid5(NAMESPACE_URL, f"attain:scenario:{called.casefold()}"))


def known_tenant(frames: Mapping[str, pl.DataFrame], called: str) -> str | None:
    """Find a tenant as `find_tenant` does; None where there is none."""
    try:
        tenant = read_guid(called)
    except CellFault:
        tenant = ""
    if tenant in _tenants(frames):
        return tenant
    named = _tenant_names(frames).get(called.casefold(), set())
    if len(named) > 1:
        raise AttainError(
            "ambiguous-name", f"{len(named)} customers are called {called!r}", hint=f"give the tenant id: {', '.join(sorted(named))}"
        )
    return next(iter(named), None)


def _tenants(frames: Mapping[str, pl.DataFrame]) -> set[str]:
    return {tenant for table in (CUSTOMERS, "associations", *USAGE) if table in frames for tenant in frames[table]["tenant_id"].unique()}


def _tenant_names(frames: Mapping[str, pl.DataFrame]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for tenant, *names in _named(frames):
        for name in names:
            if name:
                found.setdefault(name.casefold(), set()).add(tenant)
    return found


def _named(frames: Mapping[str, pl.DataFrame]) -> Iterable[tuple[str, ...]]:
    """Give each customer's id, name, alias and domain."""
    return frames[CUSTOMERS].select("tenant_id", "name", "alias", "domain").iter_rows() if CUSTOMERS in frames else ()


def find_person(frames: Mapping[str, pl.DataFrame], called: str) -> str:
    """Find a person by id or name among those with certificates. Raises AttainError with the nearest name."""
    found = known_person(frames, called)
    if found is not None:
        return found
    near = like_person(frames, called)
    hint = f"did you mean {near}?" if near else "name a person who has a certificate"
    raise AttainError("unknown-person", f"the facts have no person {called!r}", hint=hint)


def known_person(frames: Mapping[str, pl.DataFrame], called: str) -> str | None:
    """Find a person as `find_person` does; None where there is none."""
    if CERTIFICATIONS not in frames:
        return None
    people = frames[CERTIFICATIONS].select("person_id", "person_name").unique()
    if called in people["person_id"]:
        return called
    named = people.filter(pl.col("person_name").str.to_lowercase() == called.lower())["person_id"].unique().sort().to_list()
    if len(named) > 1:
        raise AttainError("ambiguous-name", f"{len(named)} people are called {called!r}", hint=f"give the person id: {', '.join(named)}")
    return named[0] if named else None


def people_by_id(frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Name the people with certificates by id; one without a name is called by the id."""
    if CERTIFICATIONS not in frames:
        return {}
    named = frames[CERTIFICATIONS].filter(pl.col("person_id") != "").group_by("person_id").agg(pl.col("person_name").drop_nulls().first())
    return {str(person): str(name or person) for person, name in named.sort("person_id").iter_rows()}


def find_code(catalog: Catalog, names: Mapping[str, tuple[str, ...]], kind: str, called: str) -> int:
    """Find the integer of a service, workload, offer or certificate by any of its names. Raises AttainError with the nearest one."""
    vocabularies: dict[str, Vocabulary[Any]] = {
        "service": catalog.services,
        "workload": catalog.workloads,
        "offer": catalog.offers,
        "certification": catalog.certifications,
    }
    vocabulary = vocabularies[kind]
    code = vocabulary.match(called)
    known = _folded(names[kind], vocabulary)
    found = known.get(vocabulary.fold(called)) if code is None else names[kind].index(code)
    if found is None:
        # People call certificates by their exams.
        near = nearest(called, vocabulary.codes) if kind == "certification" else []
        near = near or vocabulary.nearest(called, 1)
        raise AttainError(
            f"unknown-{kind}", f"there is no {kind} {called!r}", hint=f"did you mean {near[0]}?" if near else "see attain rules"
        )
    return found


def _folded(names: Iterable[str], vocabulary: Vocabulary[Any]) -> dict[str, int]:
    return {vocabulary.fold(name): place for place, name in enumerate(names)}

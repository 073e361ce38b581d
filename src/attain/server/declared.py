"""That every URL says who may open it: what the resolver holds, and a refusal to start where one says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from ninja.operation import PathView

from attain.errors import AttainError
from attain.people.access import DECLARED
from attain.people.roles import Access, Reach

Patterns = Sequence[URLPattern | URLResolver]


@dataclass(frozen=True)
class Page:
    """One URL: its route, its name with namespaces, its converters' parts, and what its view needs (None: it does not say).

    `methods` are those of an endpoint; empty for a page, whose view decides.
    """

    route: str
    name: str
    parts: tuple[str, ...]
    access: Access | None
    methods: tuple[str, ...] = ()


def pages(patterns: Patterns, route: str = "", space: str = "", parts: tuple[str, ...] = ()) -> Iterator[Page]:
    """Give every URL below `patterns`; an endpoint of the REST interface once for each of its operations."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        names = (*parts, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from pages(pattern.url_patterns, here, inner, names)
        else:
            yield from _pages_of(pattern, here, f"{space}{pattern.name or ''}", names)


def declared(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Give the patterns back; AttainError where a view below them does not say what it needs, or lacks the part that is asked for."""
    for page in pages(patterns):
        where = f"/{page.route}"
        if page.access is None:
            hint = "put @needs(Access....) from attain.people.access on it"
            raise AttainError("page-without-a-rule", "the view does not say who may open it", where, hint)
        asked = {Reach.PARTNER: "partner_id", Reach.RESELLER: "partner_id", Reach.ORGANIZATION: "organization"}.get(page.access.reach)
        if asked and asked not in page.parts:
            raise AttainError(
                "page-without-a-rule", f"{page.access} is asked for a part of the URL that is not there", where, f"add <{asked}>"
            )
    return patterns


def _pages_of(pattern: URLPattern, route: str, name: str, parts: tuple[str, ...]) -> Iterator[Page]:
    view: Any = pattern.callback
    endpoint = getattr(view, "__self__", None) or _path_view(view)
    if isinstance(endpoint, PathView):
        operations: list[Any] = list(endpoint.operations)
        for operation in operations:
            yield Page(route, name, parts, getattr(operation.view_func, DECLARED, None), tuple(sorted(operation.methods)))
    else:
        yield Page(route, name, parts, getattr(view, DECLARED, None))


def _path_view(view: Any) -> object:
    """Find the path view behind the function that the REST framework made of it."""
    for cell in getattr(view, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents
    return None

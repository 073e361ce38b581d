"""Showing a page: the whole of it, or only its panel where htmx asks for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

from attain.imports.runner import is_under_way
from attain.people.roles import Access

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from attain.people.access import AttainRequest

PANEL = "panel"
"""The id of the element that holds a panel; htmx names it when it asks for the panel alone."""


@dataclass(frozen=True)
class Crumb:
    """A step of the way to a page; without a URL it is the page itself."""

    label: str
    url: str = ""


def page(
    request: HttpRequest,
    template: str,
    title: str,
    context: Mapping[str, Any] | None = None,
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """Render a page under a title, with the steps that lead to it."""
    return render(request, template, {"title": title, "crumbs": crumbs, **(context or {})}, status=status)


def nothing_published(request: AttainRequest, title: str, area: Crumb) -> HttpResponse:
    """Say that nothing is published of the page's partner: that its files are being read, or the way to import them for who may."""
    granted = request.granted
    url = reverse("data:loads", args=[granted.partner_id]) if granted.may(Access.IMPORT) else ""
    context = {"import_url": url, "coming": is_under_way(granted.partner_id)}
    return page(request, "web/nothing_published.html", title, context, crumbs=[area, Crumb(title)])


def wants_panel(request: HttpRequest) -> bool:
    """Say whether htmx asks for the panel alone, so that the page around it need not be made."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == PANEL


def panel_page(
    request: HttpRequest,
    page_template: str,
    panel_template: str,
    title: str,
    panel_title: str,
    context: Mapping[str, Any],
    *,
    crumbs: Sequence[Crumb] = (),
    close_url: str,
) -> HttpResponse:
    """Render a panel: alone where htmx asks for it, else open beside its page, whose template needs no change.

    `title` heads the page, `panel_title` the panel; `close_url` is the page without it.
    """
    full = {
        "title": title,
        "crumbs": crumbs,
        "panel_template": panel_template,
        "panel_title": panel_title,
        "close_url": close_url,
        **context,
    }
    if wants_panel(request):
        return render(request, "web/components/panel.html", full)
    return render(request, page_template, full)

"""Every page says who may open it, and a server with one that does not will not start."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.server.declared import declared, pages


def _bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@needs(Access.MEMBERSHIP)
def _of_partner(request: HttpRequest, partner_id: str) -> HttpResponse:
    return HttpResponse()


def test_every_page_says_what_it_needs() -> None:
    found = list(pages(get_resolver().url_patterns))
    assert len(found) > 30
    assert [page.route for page in found if page.access is None] == []


def test_a_page_that_does_not_say_is_refused() -> None:
    with pytest.raises(AttainError, match="does not say who may open it"):
        declared([path("bare/", _bare)])


def test_a_page_about_a_partner_has_it_in_its_address() -> None:
    with pytest.raises(AttainError, match="partner_id"):
        declared([path("partner/", _of_partner)])
    assert declared([path("<str:partner_id>/", _of_partner)])

"""The first page, which leads on to what one may see, and the choice of light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from attain.people.access import needs
from attain.people.joining import needs_first_run
from attain.people.roles import Access
from attain.web.pages import page
from attain.web.partner_choice import begins_here
from attain.web.shell import THEME_COOKIE, THEMES, Shell

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from attain.people.access import AttainRequest

_YEAR_SECONDS = 365 * 24 * 60 * 60


@needs(Access.PUBLIC)
def home(request: AttainRequest) -> HttpResponse:
    """Lead to the first page of the navigation; to the first run or the sign-in where nobody is signed in."""
    if not request.granted.principal.signed_in:
        return redirect("first_run" if needs_first_run() else "account_login")
    shell = Shell(request)
    if not shell.partner_id and begins_here(request.granted.principal):
        return redirect("partners")
    for group in shell.groups:
        return redirect(group.links[0].url)
    return page(request, "web/entrance/no_place.html", "Nothing to see yet")


@require_POST
@needs(Access.PUBLIC)
def theme(request: AttainRequest) -> HttpResponse:
    """Keep the theme chosen in a cookie and go back to the page."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"

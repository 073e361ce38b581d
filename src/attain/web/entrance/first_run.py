"""The page of a server that has no Global admin yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.shortcuts import redirect

from attain.people.access import needs
from attain.people.joining import first_admin, first_run_token_is_good, needs_first_run
from attain.people.roles import Access
from attain.web.entrance.forms import FirstRunForm
from attain.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest


@needs(Access.PUBLIC)
def first_run(request: AttainRequest) -> HttpResponse:
    """Make the first Global admin from the one-time token; afterwards this page leads to the sign-in."""
    if not needs_first_run():
        return redirect("account_login")
    form = FirstRunForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not first_run_token_is_good(data["token"]):
            form.add_error("token", "This is not the token, or it was used. Start the server again: it prints a new one.")
        elif user := first_admin(data["token"], data["address"], data["password"], data["name"], data["organization"], request):
            login(request, user)
            return redirect("home")
    return page(request, "web/entrance/first_run.html", "Welcome to Attain", {"form": form})

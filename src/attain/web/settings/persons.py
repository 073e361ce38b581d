"""What is held on one person: shown, taken away, erased; from the organization that sees every partner, whose store and accounts it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.persons import Asking, Person, erase_person, find_person, held_on, take_away
from attain.web.settings.places import organization_of, settings_page
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

_TITLE = "Personal data"
_TEMPLATE = "web/settings/person.html"
_COLUMNS = (Column("what", "What"), Column("where", "Where"), Column("rows", "Rows", numeric=True))
_NOT_FOUND = frozenset({"unknown-account", "unknown-person"})


class PersonForm(forms.Form):
    """Whom it is about. It is sent in a body, never in an address: addresses are kept by browsers and proxies."""

    who = forms.CharField(
        label="Email, name or id",
        max_length=300,
        help_text="The email of an account, or the name or id of a certified person as files write it.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ErasureForm(forms.Form):
    """Whom to erase, and that it is meant."""

    who = forms.CharField(max_length=300, widget=forms.HiddenInput())
    sure = forms.BooleanField(label="I have read what goes and what stays. This cannot be undone.")


@needs(Access.OPERATE)
def person(request: AttainRequest, organization: str) -> HttpResponse:
    """Ask for a person, and show what is held, to take away or to erase."""
    form = PersonForm(request.POST or None)
    found = _found(form) if request.method == "POST" else None
    if found is None:
        return settings_page(request, _TEMPLATE, _TITLE, {"form": form})
    return _shown(request, form, found, ErasureForm(initial={"who": found.who}))


@require_POST
@needs(Access.OPERATE)
def person_export(request: AttainRequest, organization: str) -> HttpResponse:
    """Give what is held on a person as one JSON document; that it was given is in the audit log."""
    form = PersonForm(request.POST)
    found = _found(form)
    if found is None:
        return settings_page(request, _TEMPLATE, _TITLE, {"form": form})
    answer = JsonResponse(take_away(found, _asking(request)), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="held-on-one-person.json"'
    return answer


@require_POST
@needs(Access.OPERATE)
def person_erasure(request: AttainRequest, organization: str) -> HttpResponse:
    """Erase a person, where the form says that it is meant."""
    asked, sure = PersonForm(request.POST), ErasureForm(request.POST)
    found = _found(asked)
    if found is None:
        return settings_page(request, _TEMPLATE, _TITLE, {"form": asked})
    if not sure.is_valid():
        return _shown(request, asked, found, sure)
    try:
        done = erase_person(found, _asking(request))
    except AttainError as error:
        sure.add_error(None, _words(error))
        return _shown(request, asked, found, sure)
    if done.mark:
        messages.success(request, f"The account is erased. The audit log calls it {done.mark}.")
    if done.load is not None:
        packs = f" Evidence packs that lost the files with the name: {done.packs}." if done.packs else ""
        messages.success(request, f"The name is erased from every load, as load {done.load}. Certificates count as before.{packs}")
    return redirect("settings:person", organization)


def _asking(request: AttainRequest) -> Asking:
    return Asking(request, organization_of(request))


def _found(form: PersonForm) -> Person | None:
    """Find whom a form asks for; where there is nobody the form says so."""
    if not form.is_valid():
        return None
    try:
        return find_person(form.cleaned_data["who"])
    except AttainError as error:
        if error.code not in _NOT_FOUND:
            raise
        form.add_error("who", _words(error))
        return None


def _shown(request: AttainRequest, form: PersonForm, found: Person, erasure: ErasureForm) -> HttpResponse:
    rows = _counted(held_on(found))
    table = Table("What is held", _COLUMNS, [[Cell(what), Cell(where), Cell(f"{number:,}")] for what, where, number in rows])
    return settings_page(request, _TEMPLATE, _TITLE, {"form": form, "found": found, "table": table, "erasure": erasure})


def _counted(held: dict[str, Any]) -> list[tuple[str, str, int]]:
    places = (("database", "Database"), ("store", "Store"))
    return [(_spaced(name), words, len(rows)) for place, words in places for name, rows in held.get(place, {}).items()]


def _spaced(name: str) -> str:
    """Write the name of a table as words: `people.AuditEntry` as Audit entry."""
    last = name.rpartition(".")[2]
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in last).strip()
    return spaced[:1].upper() + spaced[1:]


def _words(error: AttainError) -> str:
    return " ".join(f"{_begun(text)}." for text in (error.message, error.hint) if text)


def _begun(text: str) -> str:
    """Begin a sentence with a capital, but for a mail address, which is written as it is."""
    return text if "@" in text.split(" ", 1)[0] else f"{text[:1].upper()}{text[1:]}"

"""Forms of the changes that a scenario may make: one a kind, made from the fields that the change itself has."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from django import forms

from attain.advise.changes import KINDS, MOST_MONTHS
from attain.advise.scenario import read_change
from attain.errors import AttainError
from attain.web.form_faults import say_in_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from attain.rulebook.catalog import Catalog, Vocabulary

KIND_WORDS = {
    "add_usage": "Win a customer, or more usage of one",
    "change_usage": "Change what a customer uses",
    "drop_customer": "Lose a customer",
    "keep_customer": "Keep a customer, or win it back",
    "add_association": "Set an association",
    "remove_association": "Lose an association",
    "certify": "Certify a person",
    "renew_certificate": "Renew or link a certificate",
    "remove_certificate": "Lose a certificate",
    "remove_person": "A person leaves",
}
"""What each kind of change is called, in the order in which they are offered."""
_USE, _SERVICE, _WORKLOAD = "use", "service", "workload"
_DATE = {"type": "date"}
_SEGMENTS = (("", "Not said"), ("smb", "SMB"), ("smc_corporate", "SMC corporate"), ("enterprise", "Enterprise"))


def _day(label: str, text: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(_DATE), help_text=text)


def _count(label: str, text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, help_text=text)


def _money(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=18, decimal_places=4)


def _listed(label: str, listed: str, text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=200, help_text=text, widget=forms.TextInput({"list": listed}))


_FIELDS: dict[str, Callable[[Catalog], forms.Field]] = {
    "tenant": lambda _: _listed("Customer", "customers", "Name, domain or tenant id."),
    "name": lambda _: forms.CharField(label="Name of a new customer", required=False, max_length=200),
    "segment": lambda _: forms.ChoiceField(label="Segment", required=False, choices=_SEGMENTS),
    _USE: lambda _: forms.ChoiceField(label="Service or workload"),
    "associations": lambda catalog: forms.MultipleChoiceField(
        label="Associations", choices=_terms(catalog.associations), widget=forms.CheckboxSelectMultiple
    ),
    "association": lambda catalog: forms.ChoiceField(label="Association", choices=_terms(catalog.associations)),
    "acr_usd": lambda _: _money("Azure consumed revenue a month, USD"),
    "revenue_usd": lambda _: _money("Revenue a month, USD"),
    "seats": lambda _: _count("Seats"),
    "active_users": lambda _: _count("Active users"),
    "capacity": lambda _: _count("Capacity"),
    "first_active_users": lambda _: _count("Active users in the first month", "Empty: a new customer begins at 0."),
    "active_share": lambda _: forms.DecimalField(label="Active share, percent", required=False, min_value=0, max_value=100, max_digits=7),
    "percent": lambda _: forms.DecimalField(label="More or less, percent", required=False, max_digits=9, help_text="-20 is a fifth less."),
    "months": lambda _: forms.IntegerField(
        label="For the last months", required=False, min_value=1, max_value=MOST_MONTHS, help_text="Empty: as long as usual."
    ),
    "existing": lambda _: forms.BooleanField(label="It had the same a year before", required=False),
    "since": lambda _: _day("Since", "Empty: for all months that count."),
    "person": lambda _: _listed("Person", "people", "Somebody known, or a new name where a certificate is earned."),
    "certification": lambda catalog: forms.ChoiceField(label="Certificate", choices=_certificates(catalog)),
    "earned_on": lambda _: _day("Earned on", "Empty: today."),
    "expires_on": lambda _: _day("Valid until", ""),
}
_LEFT_OUT = {"do", _SERVICE, _WORKLOAD}
_NEEDED_USE = {"add_usage"}
_NEEDED_DAY = {"renew_certificate": "expires_on"}


class ChangeForm(forms.Form):
    """The fields of one kind of change; what they say is one line, as `attain simulate --change` takes it."""

    def __init__(self, kind: str, catalog: Catalog, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.kind = kind
        names = list(KINDS[kind].model_fields)
        if _SERVICE in names:
            names.insert(names.index("tenant") + 1, _USE)
        for name in names:
            if name not in _LEFT_OUT:
                self.fields[name] = _FIELDS[name](catalog)
        use = self.fields.get(_USE)
        if isinstance(use, forms.ChoiceField):
            use.required = kind in _NEEDED_USE
            use.choices = [("", "Choose" if use.required else "All of it"), *_uses(catalog)]
        if kind in _NEEDED_DAY:
            self.fields[_NEEDED_DAY[kind]].required = True
        self.line = ""

    def clean(self) -> dict[str, Any]:
        """Write the change as a line, and refuse what it cannot be."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        pairs = [f"{name}={shlex.quote(text)}" for name, text in self._texts(given)]
        try:
            read_change(" ".join((self.kind, *pairs)))
        except AttainError as error:
            say_in_form(self, error)
        else:
            self.line = " ".join((self.kind, *pairs))
        return given

    def _texts(self, given: dict[str, Any]) -> Iterable[tuple[str, str]]:
        for name, value in given.items():
            if value in (None, "", [], False):
                continue
            if name == _USE:
                table, _, code = str(value).partition(":")
                yield table, code
            elif isinstance(value, list):
                yield name, "+".join(str(one) for one in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - codes
            elif value is True:
                yield name, "true"
            else:
                yield name, str(value)


def _terms(vocabulary: Vocabulary[Any]) -> list[tuple[str, str]]:
    return [(code, vocabulary.name(code)) for code in vocabulary.codes]


def _certificates(catalog: Catalog) -> list[tuple[str, str]]:
    names = catalog.certifications
    return [(code, code if names.name(code) == code else f"{code}: {names.name(code)}") for code in sorted(names.codes)]


def _uses(catalog: Catalog) -> list[tuple[str, Any]]:
    groups = ((_WORKLOAD, "Workloads", catalog.workloads), (_SERVICE, "Azure services", catalog.services))
    return [(label, [(f"{table}:{code}", vocabulary.name(code)) for code in vocabulary.codes]) for table, label, vocabulary in groups]

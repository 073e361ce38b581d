"""The forms of Evidence: a case, and what a pack of it is to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from attain.recorded.cases import CaseGiven
from attain.recorded.models import EvidenceCase, Outcome

if TYPE_CHECKING:
    import datetime as dt

    from attain.published.standing import Standing

_DATE = {"type": "date"}


class PackForm(forms.Form):
    """What a pack is made of."""

    as_of = forms.DateField(
        label="Day",
        widget=forms.DateInput(_DATE),
        help_text="Microsoft\N{RIGHT SINGLE QUOTATION MARK}s latest numbers up to this day are held against ours of the same day.",
    )
    names = forms.BooleanField(
        label="Name the people with certificates",
        required=False,
        help_text="Files without names are made too, for who may not see them.",
    )

    def __init__(self, *args: Any, may_name: bool, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_name:
            del self.fields["names"]
        self.fields["as_of"].widget.attrs["max"] = last.isoformat()


class CaseForm(forms.Form):
    """A case as it stands."""

    ticket_id = forms.CharField(label="Ticket id", required=False, max_length=100, help_text="Empty: an internal review.")
    opened_on = forms.DateField(label="Opened on", widget=forms.DateInput(_DATE))
    due_on = forms.DateField(label="Due on", required=False, widget=forms.DateInput(_DATE))
    closed_on = forms.DateField(label="Closed on", required=False, widget=forms.DateInput(_DATE))
    outcome = forms.ChoiceField(label="Outcome", choices=Outcome.choices, initial=str(Outcome.OPEN))
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea({"rows": 4}))

    @property
    def given(self) -> CaseGiven:
        """Give what was said of the case."""
        said = self.cleaned_data
        return CaseGiven(
            **{name: said[name] for name in ("ticket_id", "opened_on", "due_on", "closed_on", "outcome", "note") if name in said}
        )

    @staticmethod
    def stands(case: EvidenceCase) -> dict[str, object]:
        """Give a case as a form shows it first."""
        return {name: getattr(case, name) for name in ("ticket_id", "opened_on", "due_on", "closed_on", "outcome", "note")}


class NewCaseForm(CaseForm, PackForm):
    """A case that is opened, with its first pack."""

    designation = forms.ChoiceField(label="Designation")
    field_order = ("designation", "as_of", "ticket_id", "opened_on", "due_on", "note", "names")

    def __init__(self, *args: Any, standing: Standing, may_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, may_name=may_name, last=standing.overview.partner.day, **kwargs)
        for name in ("closed_on", "outcome"):
            del self.fields[name]
        designations = [(one.id, one.name) for one in standing.overview.designations]
        self.fields["designation"].choices = designations  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices

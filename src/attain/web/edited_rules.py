"""Edited rules of an organization: the form that takes them, keeping and removing them, and how rules are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from attain.errors import AttainError
from attain.recorded.rulebooks import keep_rulebook, remove_rulebook, rulebooks_of
from attain.rulebook.edited import LARGEST, edited_file, edited_names
from attain.web.dates import dated
from attain.web.form_faults import say_in_form

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from attain.people.access import AttainRequest
    from attain.people.models import Organization
    from attain.published.other_rules import OtherRules
    from attain.recorded.models import EditedRulebook


class _Input(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, one at least."""

    widget = _Input

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each of the files, as one."""
        given = cast("list[Any]", data or [None])
        return [super(FilesField, self).clean(one, initial) for one in given]


class EditedForm(forms.Form):
    """Files of the rulebook as somebody edited them."""

    name = forms.CharField(label="Name", max_length=100, help_text="What you call these rules.")
    edited = FilesField(
        label="Edited files",
        widget=_Input({"multiple": True, "accept": ".yaml,.yml"}),
        help_text="One or more, each by its own name, such as security.yaml.",
    )


def rules_label(rules: OtherRules) -> str:
    """Call rules: an edition and how it stands, or the name of edited ones."""
    return rules.edited.name if rules.edited is not None else f"Edition {rules.key}, {rules.standing.replace('_', ' ')}"


def what_is_kept(organization: Organization, form: EditedForm) -> dict[str, Any]:
    """Give what `web/components/edited_rules.html` shows: the rules that are kept, the files there are, and the form."""
    return {
        "edited": rulebooks_of(organization),
        "form": form,
        "names": list(edited_names()),
        "kilobytes": LARGEST // 1024,
        "open": bool(form.errors),
    }


def keep(request: AttainRequest, form: EditedForm) -> EditedRulebook | None:
    """Keep what a form brings, once it loads without a fault; None where it does not, which the form says then."""
    if not form.is_valid():
        return None
    given: list[UploadedFile[bytes]] = form.cleaned_data["edited"]
    try:
        files = {str(one.name): one.read(LARGEST + 1) for one in given}
        kept = keep_rulebook(request.granted, request, form.cleaned_data["name"], files)
    except AttainError as error:
        say_in_form(form, _in_form(error))
        return None
    messages.success(request, f"{kept.name} is kept.")
    return kept


def remove(request: AttainRequest, rulebook: int) -> None:
    """Remove an edited rulebook; raises AttainError `no-such-rulebook`."""
    gone = remove_rulebook(request.granted, request, rulebook)
    messages.success(request, f"{gone.name} is removed.")


def file_of_rulebook(name: str) -> HttpResponse:
    """Send a file of the rulebook as it comes with Attain, to be edited."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(edited_file(name), content_type="application/yaml", headers=headers)


def _in_form(error: AttainError) -> AttainError:
    """Say a fault of a file at the field of files, with the place in the file."""
    if error.where in {"name", "edited"}:
        return error
    message = f"{error.where}: {error.message}" if error.where else error.message
    return AttainError(error.code, dated(message), "edited", error.hint)

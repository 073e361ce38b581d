"""Another edition, or edited rules, on today's facts: before and after, what is gained and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.other_rules import EDITED, chosen_rules, other_rules
from attain.published.rule_changes import Running
from attain.published.rule_changes import rule_change as worked_out_change
from attain.web.edited_rules import EditedForm, file_of_rulebook, keep, remove, rules_label, what_is_kept
from attain.web.membership.standing import track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet
from attain.web.plan.simulator import OUTCOMES, reverse_designation
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.advise.impact import Impacted, SideBySide
    from attain.people.access import AttainRequest
    from attain.people.models import Organization
    from attain.published.other_rules import OtherRules

TITLE = "Rule change"
COLUMNS = (
    Column("designation", "Designation"),
    Column("editions", "Editions"),
    Column("before", "By today's rules", "points", numeric=True),
    Column("after", "By the chosen rules", "points", numeric=True),
    Column("change", "Change", "points", numeric=True),
    Column("outcome", "Qualifies"),
)


class EditionForm(forms.Form):
    """Which edition, or edited rules, are held against those of the day."""

    edition = forms.ChoiceField(label="Rules")

    def __init__(self, chosen: str, offered: list[tuple[str, str]]) -> None:
        super().__init__({"edition": chosen})
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


@needs(Access.INSIGHTS)
def rule_change(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show what an edition, or edited rules, do to the partner's scores."""
    about = asked(request, partner_id, TITLE)
    return nothing_yet(request, TITLE) if about is None else _page(about, EditedForm())


@needs(Access.PLAN)
def rulebook_keep(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Keep an edited rulebook, once it loads without a fault; who only looks, from a page that said a fault, is led back."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    if request.method != "POST":
        return redirect(f"{_home(about)}?{request.GET.urlencode()}")
    form = EditedForm(request.POST, request.FILES)
    kept = keep(request, form)
    return _page(about, form) if kept is None else redirect(f"{_home(about)}?edition={EDITED}{kept.pk}")


@require_POST
@needs(Access.PLAN)
def rulebook_remove(request: AttainRequest, partner_id: str, rulebook: int) -> HttpResponse:
    """Remove an edited rulebook."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    remove(request, rulebook)
    return redirect(_home(about))


@needs(Access.INSIGHTS)
def rulebook_file(request: AttainRequest, partner_id: str, name: str) -> HttpResponse:
    """Send a file of the rulebook as it comes with Attain, to be edited."""
    del partner_id
    return file_of_rulebook(name)


def chosen(about: Asked) -> OtherRules:
    """Give the rules of the URL, else the latest edition that is in force nowhere. AttainError for some that there are not."""
    return chosen_rules(_offered(about), about.request.GET.get("edition", ""))


def compared(about: Asked, rules: OtherRules) -> SideBySide | None:
    """Ask what rules do to the partner's scores; None while that is worked out. Raises AttainError as `Workspace.impact`."""
    overview = about.standing.overview
    found = worked_out_change(overview.publication, [about.standing.partner_id], edition=rules.edition, book=rules.book)
    return None if isinstance(found, Running) else found


def organization_of(about: Asked) -> Organization:
    """Give the organization whose edited rules are offered: the one through which the partner is seen."""
    grant = about.request.granted.grant
    assert grant is not None, "an access to a partner comes with a grant"
    return grant.organization


def _home(about: Asked) -> str:
    return reverse("plan:rule_change", args=[about.standing.partner_id])


def _offered(about: Asked) -> list[OtherRules]:
    overview = about.standing.overview
    return other_rules(overview.designations[0].book, overview.partner.day, organization_of(about))


def _page(about: Asked, form: EditedForm) -> HttpResponse:
    rules = chosen(about)
    context: dict[str, Any] = {
        "filters": EditionForm(rules.key, [(one.key, rules_label(one)) for one in _offered(about)]),
        "clear_url": _home(about),
        "keep_url": reverse("plan:rulebook_keep", args=[about.standing.partner_id]),
        "is_edited": rules.edited is not None,
        **what_is_kept(organization_of(about), form),
    }
    try:
        found = compared(about, rules)
    except AttainError as error:
        return about.page("web/plan/rule_change.html", context | {"fault": error})
    if found is None:
        # What is wrong with a form is not lost over the waiting.
        return about.page("web/plan/rule_change.html", context) if form.errors else about.wait()
    rows = list(found.rows())
    context |= {
        "table": Table(f"{rules_label(rules)} on the facts of today", COLUMNS, [_row(about, row) for row in rows]),
        "moved": any(row.change or row.track_before != row.track_after for row in rows),
        "downloads": downloads(about.request, about.standing.partner_id, "rule-change"),
    }
    return about.page("web/plan/rule_change.html", context)


def _row(about: Asked, row: Impacted) -> list[Cell]:
    words, tone = OUTCOMES[row.qualified_before, row.qualified_after]
    track = track_name(row.track_after)
    if row.track_before != row.track_after:
        track = f"{track} instead of {track_name(row.track_before)}"
    return [
        Cell(about.name_of(row.designation), reverse_designation(about, row.designation), note=f"{track} track"),
        Cell(f"{row.edition_after} instead of {row.edition_before}" if row.edition_before != row.edition_after else row.edition_after),
        Cell(about.shown(row.before)),
        Cell(about.shown(row.after)),
        Cell(about.moved(row.change) if row.change else "\N{EN DASH}"),
        Cell(words, tone=tone),
    ]

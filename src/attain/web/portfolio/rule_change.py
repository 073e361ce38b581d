"""Other rules on today's facts for all resellers: before and after, who gains and who loses, with edited rules too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from attain.advise.impact import COLUMNS as FILE_COLUMNS
from attain.advise.impact import Outcome, records
from attain.errors import AttainError, did_you_mean
from attain.people.access import needs
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.published.dates import MINUS
from attain.published.models import PublishedPartner
from attain.published.other_rules import EDITED, OtherRules, chosen_rules, other_rules
from attain.published.record_files import FILES
from attain.published.rule_changes import Running, rule_change
from attain.web.edited_rules import EditedForm, file_of_rulebook, keep, remove, rules_label, what_is_kept
from attain.web.membership.compare import signed
from attain.web.membership.standing import track_name
from attain.web.plan.simulator import OUTCOMES
from attain.web.portfolio.places import DASH, About, about, nothing_yet
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from django.http.response import HttpResponseBase

    from attain.advise.impact import Count, Impacted, SideBySide
    from attain.people.access import AttainRequest

TITLE = "Rule change"
ON_A_PAGE = 50
KINDS: dict[str, str] = {
    "": "Any difference",
    "gain": "Gains points",
    "lose": "Loses points",
    "qualify": "Would qualify",
    "stop": "Would stop qualifying",
    "track": "Another track counts",
    "all": "All, changed or not",
}
COLUMNS = (
    Column("name", "Reseller"),
    Column("designation", "Designation"),
    Column("before", "By today's rules", "points", numeric=True),
    Column("after", "By the chosen rules", "points", numeric=True),
    Column("change", "Change", "points", numeric=True),
    Column("outcome", "Qualifies"),
)
SUMMARY = (
    Column("designation", "Designation"),
    Column("partners", "Resellers", numeric=True),
    Column("gain", "Gain", numeric=True),
    Column("lose", "Lose", numeric=True),
    Column("qualify", "Would qualify", numeric=True),
    Column("stop", "Would stop", numeric=True),
)


class RulesForm(forms.Form):
    """Which rules are held against those of the day, and what of it is listed."""

    rules = forms.ChoiceField(label="Rules")
    designation = forms.ChoiceField(label="Designation", required=False)
    outcome = forms.ChoiceField(label="Show", required=False, choices=list(KINDS.items()))

    def __init__(self, data: Mapping[str, Any], offered: list[tuple[str, str]], designations: dict[str, str]) -> None:
        super().__init__(data)
        for name, choices in (("rules", offered), ("designation", [("", "All"), *designations.items()])):
            self.fields[name].choices = choices  # pyright: ignore[reportAttributeAccessIssue] - a choice field has choices


@needs(Access.PORTFOLIO)
def rule_changes(request: AttainRequest, organization: str) -> HttpResponse:
    """Show what other rules do to the resellers whose totals are shared."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    return _page(found, EditedForm())


@needs(Access.PORTFOLIO)
def rule_change_download(request: AttainRequest, organization: str, kind: str) -> HttpResponseBase:
    """Send the rows that the page lists, all of them, as a file; the audit log keeps that."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    if kind not in FILES:
        raise AttainError("unknown-format", f"rows are not sent as {kind!r}", hint=did_you_mean(kind, FILES))
    chosen = chosen_rules(_offered(found), found.request.GET.get("rules", ""))
    answer = _answer(found, chosen)
    if answer is None or isinstance(answer, Running):
        return redirect(f"{found.url('rule_change')}?{request.GET.urlencode()}")
    rows = _narrowed(found, answer)
    name = f"rule-change-{found.organization.slug}-{chosen.key}-{found.publication.day}.{kind}"
    record(Event.EXPORTED, request, organization=found.organization, detail=f"{name}, {len(rows)} rows")
    content_type, pieces = FILES[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces(FILE_COLUMNS, records(rows)), content_type=content_type, headers=headers)


@needs(Access.PORTFOLIO_NOTES)
def rulebook_keep(request: AttainRequest, organization: str) -> HttpResponse:
    """Keep an edited rulebook, once it loads without a fault; who only looks, from a page that said a fault, is led back."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    if request.method != "POST":
        return redirect(f"{found.url('rule_change')}?{request.GET.urlencode()}")
    form = EditedForm(request.POST, request.FILES)
    kept = keep(request, form)
    return _page(found, form) if kept is None else redirect(f"{found.url('rule_change')}?rules={EDITED}{kept.pk}")


@require_POST
@needs(Access.PORTFOLIO_NOTES)
def rulebook_remove(request: AttainRequest, organization: str, rulebook: int) -> HttpResponse:
    """Remove an edited rulebook."""
    del organization
    found = about(request)
    if found is None:
        return nothing_yet(request, TITLE)
    remove(request, rulebook)
    return redirect(found.url("rule_change"))


@needs(Access.PORTFOLIO)
def rulebook_file(request: AttainRequest, organization: str, name: str) -> HttpResponse:
    """Send a file of the rulebook as it comes with Attain, to be edited."""
    del organization
    return file_of_rulebook(name)


def _page(found: About, form: EditedForm) -> HttpResponse:
    offered = _offered(found)
    chosen = chosen_rules(offered, found.request.GET.get("rules", ""))
    label = rules_label(chosen)
    context: dict[str, Any] = {
        "filters": RulesForm(
            {**found.request.GET.dict(), "rules": chosen.key}, [(one.key, rules_label(one)) for one in offered], found.designations
        ),
        "clear_url": found.url("rule_change"),
        **what_is_kept(found.organization, form),
    }
    try:
        answer = _answer(found, chosen)
    except AttainError as error:
        return found.page("web/portfolio/rule_change.html", TITLE, context | {"fault": error})
    if isinstance(answer, Running):
        return found.page("web/portfolio/rule_change.html", TITLE, context | {"running": answer, "again": _again(found)})
    if answer is not None:
        rows = _narrowed(found, answer)
        places = Paginator(range(len(rows)), ON_A_PAGE).get_page(found.request.GET.get("page"))
        shown = list(rows.rows(start=max(places.start_index() - 1, 0), stop=places.end_index()))
        context |= {
            "answer": answer,
            "summary": Table(f"{label}: resellers by designation", SUMMARY, [_counts(found, one) for one in answer.counts()]),
            "table": Table(f"{label} on the facts of today", COLUMNS, _rows(found, shown)),
            "page_obj": places,
            "downloads": [(kind.upper(), f"{found.url('rule_change_download', kind)}?{_query(found, rules=chosen.key)}") for kind in FILES],
        }
    return found.page("web/portfolio/rule_change.html", TITLE, context)


def _answer(found: About, chosen: OtherRules) -> SideBySide | Running | None:
    """Ask what the rules do to who is seen today; None where nobody is."""
    partners = chosen.partners(found.publication, found.organization)
    return rule_change(found.publication, partners, edition=chosen.edition, book=chosen.book) if partners else None


def _narrowed(found: About, answer: SideBySide) -> SideBySide:
    """Keep what the address asks for; what is not valid asks for nothing."""
    get = found.request.GET
    designation, outcome = get.get("designation", ""), get.get("outcome", "")
    return answer.narrowed(
        designation=designation if designation in found.designations else "",
        outcome=cast("Outcome", outcome) if outcome in get_args(Outcome) else None,
        moved=outcome != "all",
    )


def _offered(found: About) -> list[OtherRules]:
    return other_rules(found.book, found.publication.day, found.organization)


def _rows(found: About, rows: list[Impacted]) -> list[list[Cell]]:
    """Write a page of rows, with the names of its resellers by one query."""
    ids = {row.partner_id for row in rows}
    named = PublishedPartner.objects.filter(publication=found.publication, partner_id__in=ids).values_list("partner_id", "name")
    return [_row(found, row, dict(named).get(row.partner_id, "")) for row in rows]


def _row(found: About, row: Impacted, name: str) -> list[Cell]:
    words, tone = OUTCOMES[row.qualified_before, row.qualified_after]
    track, edition = f"{track_name(row.track_after)} track", f"edition {row.edition_after}"
    if row.track_before != row.track_after:
        track = f"{track} instead of {track_name(row.track_before)}"
    if row.edition_before != row.edition_after:
        edition = f"{edition} instead of {row.edition_before}"
    return [
        Cell(name or row.partner_id, found.url("reseller", row.partner_id), note=row.partner_id if name else ""),
        Cell(found.designations.get(row.designation, row.designation), note=f"{track}, {edition}"),
        Cell(found.rules.shown(row.before)),
        Cell(found.rules.shown(row.after)),
        Cell(_change(found, row.change)),
        Cell(words, tone=tone),
    ]


def _change(found: About, change: Fraction) -> str:
    """Write points gained or lost with the decimals that totals are shown with; what is too little for them in full."""
    shown = found.rules.shown(abs(change))
    if not change:
        return DASH
    return f"{'+' if change > 0 else MINUS}{shown}" if shown.strip("0.") else signed(change)


def _counts(found: About, count: Count) -> list[Cell]:
    numbers = (count.partners, count.gain, count.lose, count.qualify, count.stop_qualifying)
    return [Cell(found.designations.get(count.designation, count.designation)), *(Cell(f"{one:,}") for one in numbers)]


def _query(found: About, **more: str) -> str:
    kept = found.request.GET.copy()
    kept.pop("page", None)
    for name, value in more.items():
        kept[name] = value
    return kept.urlencode()


def _again(found: About) -> str:
    query = found.request.GET.urlencode()
    return f"{found.url('rule_change')}?{query}" if query else found.url("rule_change")

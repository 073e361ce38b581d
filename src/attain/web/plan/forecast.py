"""The forecast: a designation's total to come day by day, until when it is safe, and what decides its renewal."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect
from django.urls import reverse

from attain.advise.expected import read_expectations, read_expected
from attain.advise.outlook import NOT_AN_ENTITLEMENT
from attain.errors import AttainError
from attain.explaining.words import TABLE_WORDS, first_upper, number
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.shapes import MICRO
from attain.web.charts import draw
from attain.web.dates import dated, day_words
from attain.web.form_faults import say_in_form
from attain.web.membership.standing import TONES, track_name
from attain.web.plan.asking import Asked, asked, downloads, nothing_yet
from attain.web.plan.forecast_chart import forecast_chart
from attain.web.plan.simulated import read_texts, texts_url
from attain.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from attain.advise.courses import Usage
    from attain.advise.outlook import DesignationForecast, Forecast, Step
    from attain.people.access import AttainRequest

TITLE = "Forecast"
USAGES = {"held": "Held as it is", "trend": "By its trend", "set": "As you set it"}
COLUMNS = (
    Column("day", "From", whole=True),
    Column("total", "Total", "points", numeric=True),
    Column("range", "Range", numeric=True, whole=True),
    Column("state", "Stands"),
    Column("why", "What happens"),
)


class ForecastFilters(forms.Form):
    """Which designation, and how usage goes on."""

    designation = forms.ChoiceField(label="Designation", required=False)
    usage = forms.ChoiceField(label="Usage from here on", required=False, choices=list(USAGES.items()))

    def __init__(self, data: dict[str, str], designations: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["designation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = designations


class ExpectedForm(forms.Form):
    """One expectation of usage to come."""

    percent = forms.DecimalField(label="More or less, percent", max_digits=9, min_value=-100, help_text="-20 is a fifth less.")
    tenant = forms.CharField(label="Customer", required=False, max_length=200, help_text="Empty: all of them.")
    workload = forms.CharField(label="Workload", required=False, max_length=200, help_text="Empty: all of them.")
    service = forms.CharField(label="Azure service", required=False, max_length=200, help_text="Empty: all of them.")
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}), help_text="Empty: the next month.")
    line = ""

    def clean(self) -> dict[str, Any]:
        """Write it as a line, as `attain forecast --expect` takes it."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            named = {"from" if name == "since" else name: str(value) for name, value in given.items() if value not in (None, "")}
            line = " ".join(f"{name}={shlex.quote(value)}" for name, value in named.items())
            try:
                read_expected(line)
            except AttainError as error:
                say_in_form(self, error)
            else:
                self.line = line
        return given


@needs(Access.INSIGHTS)
def forecast(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show the forecast of one designation."""
    about = asked(request, partner_id, TITLE)
    if about is None:
        return nothing_yet(request, TITLE)
    usage, expected = _asked(request)
    code = about.designation
    home = reverse("plan:forecast", args=[partner_id])
    texts = request.GET.getlist("change")
    kept = [("designation", code), ("usage", usage), *(("change", text) for text in texts)]
    form = ExpectedForm(request.GET if "add" in request.GET else None) if usage == "set" else None
    if form is not None and form.is_bound and form.is_valid():
        return redirect(f"{home}?{urlencode([*kept, *(('expect', line) for line in [*expected, form.line])])}")
    context: dict[str, Any] = {
        "filters": ForecastFilters({"designation": code, "usage": usage}, about.designations),
        "clear_url": home,
        "here": home,
        "hidden": [*kept, *(("expect", line) for line in expected)],
        "form": form,
        "expected": [
            {
                "words": _expected_words(line),
                "without_url": f"{home}?{urlencode([*kept, *(('expect', one) for at, one in enumerate(expected) if at != place)])}",
            }
            for place, line in enumerate(expected)
        ],
        "disclaimer": NOT_AN_ENTITLEMENT,
        "changes": len(texts),
        "simulator_url": texts_url(partner_id, texts),
    }
    if usage == "set" and not expected:
        return about.page("web/plan/forecast.html", context)
    try:
        found = forecast_of(about)
    except AttainError as error:
        context["fault"] = [first_upper(text) for text in (error.message, error.hint) if text]
        return about.page("web/plan/forecast.html", context)
    if found is None:
        return about.wait()
    return about.page("web/plan/forecast.html", context | _shown(about, found, found.of(code)))


def forecast_of(about: Asked) -> Forecast | None:
    """Ask for the forecast of the URL's designation; None while it is being worked out. Raises AttainError."""
    usage, lines = _asked(about.request)
    texts = about.request.GET.getlist("change")
    expected, changes = read_expectations(lines), read_texts(texts)
    return about.answer(
        ("forecast", usage, tuple(lines), tuple(texts)),
        lambda advice: advice.forecast(usage=cast("Usage", usage), expected=expected, changes=changes),
        designation=about.designation,
    )


def _asked(request: AttainRequest) -> tuple[str, list[str]]:
    usage = request.GET.get("usage", "")
    usage = usage if usage in USAGES else "held"
    return usage, request.GET.getlist("expect") if usage == "set" else []


def _expected_words(line: str) -> str:
    """Say an expectation in words: 20% less usage of Sentinel at Litware from 1 Jan 2027; a line that is none stands as it is."""
    try:
        one = read_expected(line)
    except AttainError:
        return line
    words = f"{number(abs(one.percent))}% {'less' if one.percent < 0 else 'more'} usage"
    used = one.service or one.workload
    words += f" of {used}" if used else ""
    words += f" at {one.tenant}" if one.tenant else ""
    return words + (f" from {day_words(one.from_)}" if one.from_ else "")


def _shown(about: Asked, found: Forecast, one: DesignationForecast) -> dict[str, Any]:
    own = next(each for each in about.standing.overview.designations if each.id == one.designation)
    chart = forecast_chart(one, found.until, int(own.rules.qualifying_total * MICRO), own.row.cap_micro)
    return {
        "forecast": True,
        "name": one.name,
        "status": one.status.status_name,
        "tone": TONES.get(one.status.status, "neutral"),
        "facts": list(_facts(about, one)),
        "because": [first_upper(dated(reason)) for reason in one.at_risk_because],
        "known": ", ".join(f"{TABLE_WORDS[table]} to {dated(month)}" for table, month in found.last_known.items()),
        "notes": [dated(note) for note in found.notes],
        "ranges": found.comparisons,
        "qualifying": own.qualifying_total,
        "svg": draw(chart),
        "table": Table(f"{one.name} day by day, projected", COLUMNS, list(_steps(about, one))),
        "downloads": downloads(about.request, about.standing.partner_id, "forecast"),
    }


def _facts(about: Asked, one: DesignationForecast) -> Iterator[tuple[str, str]]:
    yield "Today", f"{about.shown(one.steps[0].total)} on the {track_name(one.steps[0].track)} track"
    if one.safe_until is not None and one.at_risk_on is not None:
        yield "Safe until", day_words(one.safe_until)
        yield "First day at risk", day_words(one.at_risk_on)
    elif one.safe_until is not None:
        yield "Safe until", f"{day_words(one.safe_until)}, the end of the forecast"
    else:
        yield "First qualified day", "None in sight" if one.qualifies_on is None else day_words(one.qualifies_on)
    if one.doubtful_from is not None and one.doubtful_from != one.at_risk_on:
        yield "In doubt from", day_words(one.doubtful_from)
    if one.renewal is not None:
        yield "Qualify by, to renew", day_words(one.renewal.qualify_by)
        secured = one.renewal.qualified_on
        expected = one.renewal.expected_on
        ahead = f"First qualified day expected on {day_words(expected)}" if expected else "Not in sight"
        yield "Renewal", f"Secured on {day_words(secured)}" if secured else ahead


def _steps(about: Asked, one: DesignationForecast) -> Iterator[list[Cell]]:
    before: Step | None = None
    for step in one.steps:
        between = "\N{EN DASH}"
        if step.low is not None and step.high is not None and step.low != step.high:
            between = f"{about.shown(step.low)} to {about.shown(step.high)}"
        marks = [f"{track_name(step.track)} track"] if before is None or before.track != step.track else []
        marks += [] if step.complete else ["incomplete"]
        words = [first_upper(dated(cause.words)) for cause in step.causes]
        moved = [
            f"{about.metric_name(one.designation, each.metric)} {about.shown(each.before)} to {about.shown(each.after)}"
            for each in step.moved
        ]
        stands, tone = ("Qualifies", "good") if step.qualified else ("Does not qualify", "neutral")
        yield [
            Cell(day_words(step.day)),
            Cell(about.shown(step.total)),
            Cell(between),
            Cell(stands, tone=tone, note=", ".join(marks)),
            Cell("", lines=moved or ["Today" if before is None else "The total stays"], note="; ".join(words)),
        ]
        before = step

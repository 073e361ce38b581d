"""One designation: both tracks, why one counts, and a card a metric; and the rules of a metric in a panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from attain.errors import AttainError, did_you_mean
from attain.explaining.words import first_upper
from attain.learning.own import offers_of
from attain.people.access import needs
from attain.people.roles import Access
from attain.published.standing import standing_of
from attain.rulebook.view import edition_of, view
from attain.web.dates import day_words
from attain.web.membership.standing import TONES, home_crumb, nothing_yet, track_name
from attain.web.pages import Crumb, page, panel_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpResponse

    from attain.learning.own import Offer
    from attain.people.access import AttainRequest
    from attain.published.read import Designation, Metric, Track
    from attain.published.standing import Standing
    from attain.rulebook.view import EditionView, MetricView

STATE_TONES = {"Achieved": "good", "In progress": "info", "Not started": "neutral"}
BAR_STATES = {"Achieved": "achieved", "In progress": "progress", "Not started": ""}


@dataclass(frozen=True)
class TrackLink:
    """A track in the switch of the title."""

    name: str
    total: str
    url: str
    current: bool
    counts: bool


@dataclass(frozen=True)
class Group:
    """The metric cards of one category."""

    name: str
    metrics: tuple[Mapping[str, Any], ...]


@needs(Access.MEMBERSHIP)
def designation(request: AttainRequest, partner_id: str, code: str) -> HttpResponse:
    """Show one designation of a partner."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    found = standing.designation(code)
    context = page_context(request, partner_id, standing, found)
    crumbs = [Crumb("Membership"), home_crumb(partner_id), Crumb(found.name)]
    return page(request, "web/membership/designation.html", found.name, context, crumbs=crumbs)


@needs(Access.MEMBERSHIP)
def requirements(request: AttainRequest, partner_id: str, code: str, metric: str) -> HttpResponse:
    """Show the rule of a metric with its source, its date and the interpretations it rests on."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, "Overview")
    found = standing.designation(code)
    track = track_of(request, found)
    shown = metric_of(track, metric)
    laid_out = view(
        found.book, found.book.designations[found.id], edition_of(found.book.designations[found.id], edition_id=found.row.edition)
    )
    rules = next(one for one in laid_out.metrics if one.name == shown.name)
    context = page_context(request, partner_id, standing, found) | {
        "metric_name": shown.name,
        "edition": laid_out,
        "max_points": rules.max_points.words.get(track.id, ""),
        "combine": rules.combine,
        "sections": list(_sections(rules, track.id, found)),
        "interpretations": _interpretations(laid_out, rules),
        "qualifies": first_upper(laid_out.qualifies),
    }
    return panel_page(
        request,
        "web/membership/designation.html",
        "web/membership/requirements.html",
        found.name,
        f"{shown.name}: requirements",
        context,
        crumbs=[Crumb("Membership"), home_crumb(partner_id), Crumb(found.name)],
        close_url=designation_url(partner_id, found, track),
    )


def page_context(request: AttainRequest, partner_id: str, standing: Standing, found: Designation) -> dict[str, Any]:
    """Give what the page of a designation shows, also behind a panel."""
    track = track_of(request, found)
    names = {category.id: category.name for category in found.book.programme.categories}
    lessons = {offer.metric: offer for offer in offers_of(found)} if track.id == found.row.track else {}
    groups = [
        Group(name, tuple(_card(partner_id, found, track, metric, lessons) for metric in track.metrics if metric.category == category))
        for category, name in names.items()
    ]
    missing = {metric.name for metric in found.book.designations[found.id].metrics} - {metric.name for metric in track.metrics}
    return {
        "standing": standing,
        "found": found,
        "row": found.row,
        "track": track,
        "track_label": track_name(track.id),
        "ring_label": f"{track.total} of {track.cap} points, {found.qualifying_total} qualify",
        "tracks": [
            TrackLink(track_name(one.id), one.total, designation_url(partner_id, found, one), one.id == track.id, one.id == found.row.track)
            for one in found.tracks
        ],
        "groups": [group for group in groups if group.metrics],
        "missing": sorted(missing),
        "tone": TONES.get(found.row.status, "neutral"),
        "status_reason": first_upper(found.row.status_reason),
        "next_meaning": found.row.next_meaning,
        "selected_why": first_upper(found.row.selected_why),
        "blocks": first_upper(found.row.blocks),
        "best": found.best,
        "counts": track.id == found.row.track,
    }


def track_of(request: AttainRequest, found: Designation) -> Track:
    """Give the track that the URL asks for, else the one that counts; AttainError `unknown-track` names those there are."""
    asked = request.GET.get("track") or found.row.track
    for track in found.tracks:
        if track.id == asked:
            return track
    known = [track.id for track in found.tracks]
    raise AttainError("unknown-track", f"{found.name} has no track {asked!r}", hint=did_you_mean(asked, known))


def metric_of(track: Track, metric: str) -> Metric:
    """Give a metric of a track; AttainError `unknown-metric` names the nearest."""
    for found in track.metrics:
        if found.id == metric:
            return found
    known = [found.id for found in track.metrics]
    raise AttainError("unknown-metric", f"there is no metric {metric!r} with data here", hint=did_you_mean(metric, known))


def designation_url(partner_id: str, found: Designation, track: Track) -> str:
    """Give the address of a designation on a track; the one that counts needs no mention."""
    return with_track(reverse("membership:designation", args=[partner_id, found.id]), found, track)


def with_track(url: str, found: Designation, track: Track) -> str:
    """Add the track to an address, unless it is the one that counts."""
    return url if track.id == found.row.track else f"{url}?track={track.id}"


def _card(partner_id: str, found: Designation, track: Track, metric: Metric, lessons: dict[str, Offer]) -> dict[str, Any]:
    place = [partner_id, found.id, metric.id]
    offer = lessons.get(metric.id)
    return {
        "lesson": offer.lesson if offer is not None else None,
        "lesson_url": reverse("playbook:lesson", args=[found.id, offer.lesson.number]) if offer is not None else "",
        "label": metric.name,
        "state": metric.state,
        "tone": STATE_TONES[metric.state],
        "points": metric.points,
        "maximum": metric.max_points,
        "bar_state": BAR_STATES[metric.state],
        "bar_label": f"{metric.name}: {metric.points} of {metric.max_points} points",
        "value_words": metric.value_words,
        "full_marks_words": f"\N{MIDDLE DOT} {metric.full_words}" if metric.full_words else "",
        "sentence": metric.still_words,
        "details_url": with_track(reverse("membership:details", args=place), found, track),
        "requirements_url": with_track(reverse("membership:requirements", args=place), found, track),
    }


def _sections(rules: MetricView, track: str, found: Designation) -> Iterator[dict[str, Any]]:
    for section in rules.sections:
        if track not in section.tracks:
            continue
        yield {
            "name": section.name,
            "sentence": first_upper(section.sentence),
            "rules": [
                {
                    "label": rule.label,
                    "words": rule.words[track],
                    "standing": "" if rule.standing == "official" else rule.standing,
                    "note": rule.note,
                    "interpretations": rule.interpretations,
                    "source": source_words(found, rule.source),
                }
                for rule in section.rules
                if track in rule.words
            ],
        }


def source_words(found: Designation, citation: str) -> str:
    """Name a cited document: its title, publisher and date."""
    source = found.book.sources.cited(citation)
    if source is None:
        return citation
    return ", ".join([source.title, source.publisher, *([day_words(source.page_date)] if source.page_date is not None else [])])


def _interpretations(laid_out: EditionView, rules: MetricView) -> list[tuple[str, str, str]]:
    """List the interpretations that a metric's rules rest on: id, title, text."""
    named = {
        *rules.max_points.interpretations,
        *(name for section in rules.sections for rule in section.rules for name in rule.interpretations),
    }
    return [(name, title, text) for name, (title, text) in laid_out.interpretations.items() if name in named]

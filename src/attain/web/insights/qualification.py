"""Qualification summary: every designation with both tracks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from attain.people.access import needs
from attain.people.roles import Access
from attain.published.read import Designation, Track
from attain.rulebook.words import TRACK_NAMES
from attain.web.insights.standing import insight, nothing_yet, standing_of
from attain.web.membership.standing import TONES

if TYPE_CHECKING:
    from django.http import HttpResponse

    from attain.people.access import AttainRequest

TITLE = "Qualification summary"


@needs(Access.INSIGHTS)
def qualification(request: AttainRequest, partner_id: str) -> HttpResponse:
    """Show how near each designation is, on every track."""
    standing = standing_of(partner_id)
    if standing is None:
        return nothing_yet(request, TITLE)
    may_open = request.granted.may(Access.MEMBERSHIP)
    areas = [_area(one, partner_id, may_open=may_open) for one in standing.overview.designations]
    two = any(len(area["tracks"]) > 1 for area in areas)
    context = {"note": standing.note, "areas": areas, "two": two, "held": standing.overview.partner.held}
    return insight(request, "web/insights/qualification.html", TITLE, context)


def _area(found: Designation, partner_id: str, *, may_open: bool) -> dict[str, Any]:
    row = found.row
    return {
        "name": found.name,
        "url": _designation_url(partner_id, found.id) if may_open else "",
        "status": row.status_name,
        "tone": TONES.get(row.status, "neutral"),
        "blocks": row.blocks[:1].upper() + row.blocks[1:],
        "why": row.selected_why,
        "goal": found.qualifying_total,
        "tracks": [_track(found, track) for track in found.tracks],
        "metrics": _metrics(found),
    }


def _track(found: Designation, track: Track) -> dict[str, Any]:
    return {
        "id": track.id,
        "name": TRACK_NAMES.get(track.id, track.id),
        "counts": track.id == found.row.track and len(found.tracks) > 1,
        "total": track.total,
        "exact": track.exact_total,
        "cap": track.cap,
        "reaches": track.score.reaches,
        "complete": track.score.complete,
    }


def _metrics(found: Designation) -> list[dict[str, Any]]:
    """Give each metric with its points on every track, in the order of the tracks; empty where a track has no such metric."""
    names = {metric.id: metric.name for track in found.tracks for metric in track.metrics}
    by_track = [{metric.id: metric for metric in track.metrics} for track in found.tracks]
    return [{"name": name, "cells": [own.get(metric) for own in by_track]} for metric, name in names.items()]


def _designation_url(partner_id: str, designation: str) -> str:
    try:
        return reverse("membership:designation", args=[partner_id, designation])
    except NoReverseMatch:
        return ""

"""Packs of a case: made, made again from what was recorded of them, and downloaded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attain.errors import AttainError
from attain.imports.kept import own_loads
from attain.imports.publishing import today
from attain.people.access import needs
from attain.people.models import Event
from attain.people.roles import Access
from attain.published.evidence import DOWNLOADS, Maker, file_of, keep_pack, made_again, make_pack
from attain.published.standing import standing_of
from attain.recorded.cases import case_numbered, pack_numbered
from attain.recorded.recording import recorder_of
from attain.web.dates import dated, day_words
from attain.web.evidence.forms import PackForm

if TYPE_CHECKING:
    from attain.people.access import AttainRequest
    from attain.published.evidence import MadePack
    from attain.published.standing import Standing
    from attain.recorded.cases import KeptPack
    from attain.recorded.models import EvidenceCase, EvidencePack

KINDS = {name: kind for kind, (name, _) in DOWNLOADS.items()}
CALLED = {"pdf": "PDF", "xlsx": "XLSX", "json": "Manifest", "csv": "Microsoft\N{RIGHT SINGLE QUOTATION MARK}s numbers"}


@dataclass(frozen=True)
class FileShown:
    """A file of a pack as a page shows it."""

    called: str
    url: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PackShown:
    """A pack as a page shows it."""

    pack: EvidencePack
    day: str
    made: str
    verdict: str
    files: list[FileShown]
    versions: list[tuple[str, str]]
    again_url: str


def kept(request: AttainRequest, one: KeptPack) -> PackShown:
    """Lay out a pack with the files that who asks may download."""
    pack, case = one.pack, one.pack.case
    files = one.seen(names=request.granted.sees_names)
    order = list(DOWNLOADS)
    shown = [
        FileShown(
            CALLED[KINDS[file.name]],
            reverse("evidence:download", args=[case.partner_id, case.pk, pack.pk, KINDS[file.name]]),
            file.size,
            file.sha256,
        )
        for file in sorted(files, key=lambda file: order.index(KINDS[file.name]))
    ]
    versions = [
        ("Store version", f"load {pack.load}" if pack.load else "a facts folder"),
        ("Facts", pack.facts),
        ("Rulebook", pack.rulebook),
        ("Attain", f"{pack.attain} on {pack.engine}"),
        ("Content", pack.content),
    ]
    made = f"{day_words(pack.made_at.date())}, {pack.made_at:%H:%M} UTC, by {pack.made_by} ({pack.made_role})"
    again = reverse("evidence:again", args=[case.partner_id, case.pk, pack.pk])
    return PackShown(pack, day_words(pack.as_of), made, dated(pack.verdict), shown, versions, again)


@require_POST
@needs(Access.EVIDENCE)
def make(request: AttainRequest, partner_id: str, case: int) -> HttpResponse:
    """Make a pack for a case."""
    found = _case(partner_id, case)
    standing = standing_of(partner_id)
    if standing is None:
        raise Http404
    form = PackForm(request.POST, may_name=request.granted.sees_names, last=standing.overview.partner.day)
    if not form.is_valid():
        messages.error(request, "Name the day of the pack, such as 2026-11-24.")
        return redirect("evidence:case", partner_id, case)
    try:
        made = make_for(request, found, standing, form.cleaned_data["as_of"], names=form.cleaned_data.get("names", False))
    except AttainError as error:
        messages.error(request, dated(f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}."))
    else:
        keep_pack(recorder_of(request, partner_id, today()), found, made)
        messages.success(request, "The pack is made.")
    return redirect("evidence:case", partner_id, case)


@require_POST
@needs(Access.EVIDENCE)
def again(request: AttainRequest, partner_id: str, case: int, pack: int) -> HttpResponse:
    """Make a pack again from the recorded versions, and say whether it is the same byte by byte. The kept files stay as they are."""
    found = _pack(_case(partner_id, case), pack)
    try:
        differ = made_again(found)
    except AttainError as error:
        messages.error(request, f"It cannot be made again: {error.message}. {error.hint[:1].upper()}{error.hint[1:]}.")
    else:
        if differ:
            messages.error(request, f"Made again, it is not the same: {', '.join(differ)}. The kept files stay as they are.")
        else:
            messages.success(request, "Made again from the recorded versions: every file is the same, byte by byte.")
    return redirect("evidence:case", partner_id, case)


@needs(Access.EXPORT)
def download(request: AttainRequest, partner_id: str, case: int, pack: int, kind: str) -> HttpResponseBase:
    """Send a file of a pack as it was made; people are named only for who may see them."""
    found = _case(partner_id, case)
    try:
        file = file_of(_pack(found, pack), kind, names=request.granted.sees_names)
    except AttainError as error:
        raise Http404 from error
    name = f"evidence-{partner_id}-{found.designation}-{file.pack.as_of}-{pack}.{kind}"
    said = f"{name}{', with names' if file.named else ''}, SHA-256 {file.sha256}"
    recorder_of(request, partner_id, today()).note(Event.EXPORTED, said)
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "-" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return HttpResponse(bytes(file.content), content_type=DOWNLOADS[kind][1], headers=headers)


def make_for(request: AttainRequest, case: EvidenceCase, standing: Standing, as_of: dt.date, *, names: bool) -> MadePack:
    """Make a pack in the name of who asks, which `keep_pack` keeps; raises AttainError as `make_pack` does."""
    granted = request.granted
    role = granted.grant.role.words if granted.grant else ""
    maker = Maker(granted.principal.actor, role, dt.datetime.now(dt.UTC), own_loads(request.granted))
    overview = standing.overview
    return make_pack(case, overview.partner, overview.publication, maker, as_of=as_of, names=names and granted.sees_names)


def _case(partner_id: str, number: int) -> EvidenceCase:
    try:
        return case_numbered(partner_id, number)
    except AttainError as error:
        raise Http404 from error


def _pack(case: EvidenceCase, number: int) -> EvidencePack:
    try:
        return pack_numbered(case, number)
    except AttainError as error:
        raise Http404 from error

"""Packs of evidence made for a case from what is published, kept as they were made, and made again from what was recorded of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import io
import json
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from attain.errors import AttainError
from attain.facts.added import below, with_rows
from attain.facts.directory import ReportedScore
from attain.people.models import Event
from attain.published.served import options_of, workspace_of
from attain.recorded.models import EvidencePack, PackFile, Purchase
from attain.report.evidence.gathering import Asked
from attain.report.evidence.pack import Prepared
from attain.report.evidence.people import BETWEEN
from attain.report.evidence.versions import REPORTED as REPORTED_FILE
from attain.report.evidence.writing import MANIFEST, PDF, XLSX, pack_files
from attain.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Collection

    from attain.facts.facts import Facts
    from attain.published.models import Publication, PublishedPartner
    from attain.recorded.models import EvidenceCase
    from attain.recorded.recording import Recorder
    from attain.report.evidence.pack import Evidence
    from attain.rulebook.load import Book
    from attain.scoring.options import ScoreOptions

    Inputs = dict[str, list[dict[str, str | None]]]

ENROLLMENTS, REPORTED, OWN_LOADS = "enrollments", "reported_scores", "own_loads"
DOWNLOADS = {
    "pdf": (PDF, "application/pdf"),
    "xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (MANIFEST, "application/json"),
    "csv": (REPORTED_FILE, "text/csv; charset=utf-8"),
}
"""What there is to download of a pack: the file's name and its type, by ending."""


@dataclass(frozen=True)
class Maker:
    """Who makes a pack, in what role, and when; `own_loads` are the loads whose files may be named (None: every one)."""

    actor: str
    role: str
    at: dt.datetime
    own_loads: frozenset[int] | None = None


@dataclass(frozen=True)
class MadePack:
    """A pack and its files, by name and by whether they name people, before any of it is kept."""

    pack: EvidencePack
    files: dict[tuple[str, bool], bytes]

    def keep(self, case: EvidenceCase) -> EvidencePack:
        """Keep it for a case that is recorded."""
        pack = self.pack
        pack.case = case
        with transaction.atomic():
            pack.save()
            PackFile.objects.bulk_create(
                PackFile(pack=pack, name=name, named=named, size=len(content), sha256=_sha256(content), content=content)
                for (name, named), content in self.files.items()
            )
        return pack


def make_pack(
    case: EvidenceCase,
    partner: PublishedPartner,
    publication: Publication,
    maker: Maker,
    *,
    as_of: dt.date | None = None,
    names: bool = False,
) -> MadePack:
    """Make a pack for a case from the facts that the partner's scores were published from. Nothing is written: `MadePack.keep` does that.

    `as_of` is the published day unless given. With `names` there are files that name people beside those with marks. Raises AttainError
    as `attain.report.evidence.gathering.gather` does, `day-to-come` for a day after the published one, and `no-store`.
    """
    day = as_of or partner.day
    if day > partner.day:
        raise AttainError("day-to-come", f"{day} is after the published day", "as_of", f"name a day up to {partner.day}")
    workspace = workspace_of(partner)
    inputs = _inputs(workspace, partner.partner_id, day)
    if maker.own_loads is not None:
        inputs[OWN_LOADS] = [{"load": str(number)} for number in sorted(maker.own_loads)]
    pack = EvidencePack(
        case=case,
        made_by=maker.actor,
        made_role=maker.role,
        made_at=maker.at.replace(microsecond=0),
        ticket_id=case.ticket_id,
        asked=day,
        names=names,
        inputs=inputs,
        **options_of(publication),
    )
    masked = _evidence(workspace.book, below(workspace.facts), pack, names=False)
    versions = masked.versions
    pack.as_of, pack.verdict, pack.content = masked.cover.day, masked.cover.verdict, masked.digest
    pack.load, pack.facts, pack.rulebook = versions.load, versions.facts, versions.rulebook
    pack.attain, pack.engine = versions.attain, versions.engine
    files = {(name, False): content for name, content in pack_files(masked).items()}
    if names:
        named = _evidence(workspace.book, below(workspace.facts), pack, names=True)
        files |= {(name, True): content for name, content in pack_files(named).items()}
    return MadePack(pack, files)


@transaction.atomic
def keep_pack(recorder: Recorder, case: EvidenceCase, made: MadePack) -> EvidencePack:
    """Keep a pack for a recorded case, and in the audit log that it was made."""
    found = made.keep(case)
    with_names = ", with names" if found.names else ""
    recorder.note(Event.EVIDENCE_MADE, f"pack {found.pk} of {case}, numbers of {found.as_of}{with_names}, content {found.content}")
    return found


def made_again(pack: EvidencePack) -> list[str]:
    """Make a pack again from the recorded versions, and name the files that are not the same, byte by byte; none where all are.

    Raises AttainError `facts-gone` where its facts are no longer served, and `made-by-another` where other rules, another version of
    Attain or other fonts would make it.
    """
    store = str(settings.STORE)
    if not store:
        raise AttainError("no-store", "no facts are served", hint="start with attain serve --store STORE")
    workspace = Workspace.open(store, load=pack.load or None)
    if workspace.facts.digest != pack.facts:
        raise AttainError(
            "facts-gone", "the facts that the pack was made from are no longer served", hint="restore the store, or its folder"
        )
    own = {"rulebook": workspace.book.digest, "Attain": version("attain")}
    for what, was in (("rulebook", pack.rulebook), ("Attain", pack.attain)):
        if own[what] != was:
            message = f"the pack was made with another version of {what}: {was[:16]}, not {own[what][:16]}"
            raise AttainError("made-by-another", message, hint="take that version to make it again; the kept files stay as they are")
    differ: list[str] = []
    for named in (False, True) if pack.names else (False,):
        files = pack_files(_evidence(workspace.book, workspace.facts, pack, names=named))
        _refuse_other_fonts(PackFile.objects.filter(pack=pack, named=named, name=MANIFEST).first(), files[MANIFEST])
        kept = {file.name: file.sha256 for file in PackFile.objects.filter(pack=pack, named=named).defer("content")}
        again = {name: _sha256(content) for name, content in files.items()}
        differ += [name for name in sorted(kept.keys() | again.keys()) if kept.get(name) != again.get(name)]
    return differ


def _refuse_other_fonts(kept: PackFile | None, again: bytes) -> None:
    was, now = (json.loads(one)["versions"].get("fonts", "") for one in (kept.content if kept else again, again))
    if was != now:
        message = f"the PDF of the pack was made with {was or 'no fonts but those of the typesetter'}, not with {now or 'those alone'}"
        hint = f"{'install' if was else 'remove'} the fonts (extra cjk) to make it again; the kept files stay as they are"
        raise AttainError("made-by-another", message, hint=hint)


def file_of(pack: EvidencePack, kind: str, *, names: bool) -> PackFile:
    """Give a file of a pack to download: one that names people only where `names` allows it; raises AttainError `no-such-file`."""
    name = DOWNLOADS.get(kind, ("", ""))[0]
    found = PackFile.objects.filter(pack=pack, name=name, named=pack.names and names).first()
    if found is None:
        raise AttainError("no-such-file", f"the pack has no file of the kind {kind!r}", hint=f"known: {', '.join(DOWNLOADS)}")
    return found


def forget_people(ids: Collection[str]) -> int:
    """Remove the files that name certified people of some ids, of every pack, and give of how many packs; those with marks stay."""
    found = 0
    for file in PackFile.objects.filter(named=True, name=XLSX).select_related("pack").iterator(10):
        text = _text_of(bytes(file.content))
        if any(f"{one}{BETWEEN}" in text for one in ids):
            with transaction.atomic():
                PackFile.objects.filter(pack=file.pack, named=True).delete()
                EvidencePack.objects.filter(pk=file.pack.pk).update(names=False)
            found += 1
    return found


def _text_of(workbook: bytes) -> str:
    """Give all texts of a workbook, wherever it holds them."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return html.unescape("".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")))


def _inputs(workspace: Workspace, partner_id: str, day: dt.date) -> Inputs:
    """Note what lies over the files: purchases that were recorded, and Microsoft's numbers, recorded or from files."""
    purchases = Purchase.objects.filter(partner_id=partner_id, withdrawn_at=None).order_by("pk")
    return {
        ENROLLMENTS: [
            {
                "partner_id": partner_id,
                "designation": one.designation,
                "enrolled_on": str(one.enrolled_on),
                "paid_on": None if one.paid_on is None else str(one.paid_on),
                "anniversary": None if one.anniversary is None else str(one.anniversary),
                "track": one.track or None,
            }
            for one in purchases
        ],
        REPORTED: [
            {
                "partner_id": one.partner_id,
                "as_of": str(one.as_of),
                "designation": one.designation,
                "track": one.track,
                "metric": one.metric,
                "value": None if one.value is None else str(one.value),
                "points": None if one.points is None else str(one.points),
            }
            for one in workspace.reported_scores([partner_id], day)
        ],
    }


def _evidence(book: Book, facts: Facts, pack: EvidencePack, *, names: bool) -> Evidence:
    """Gather a pack from files and what was noted, and nothing else: today as then."""
    rows = [
        {name: _day(cell) if name.endswith("_on") or name == "anniversary" else cell for name, cell in row.items()}
        for row in pack.inputs[ENROLLMENTS]
    ]
    reported = [
        ReportedScore(
            str(row["partner_id"]),
            dt.date.fromisoformat(str(row["as_of"])),
            str(row["designation"]),
            str(row["track"]),
            str(row["metric"]),
            _number(row["value"]),
            _number(row["points"]),
        )
        for row in pack.inputs[REPORTED]
    ]
    workspace = Workspace(with_rows(facts, {ENROLLMENTS: rows}), book)
    prepared = Prepared(pack.made_at, pack.made_role, pack.ticket_id)
    own = {int(str(row["load"])) for row in pack.inputs[OWN_LOADS]} if OWN_LOADS in pack.inputs else None
    asked = Asked(
        pack.case.partner_id,
        pack.case.designation,
        pack.asked,
        prepared,
        reported,
        names=names,
        source=str(settings.STORE),
        own_loads=own,
    )
    options: ScoreOptions = {"basis": pack.basis, "refresh_day": pack.refresh_day}
    return workspace.evidence(asked, **options)


def _day(cell: str | None) -> dt.date | None:
    return None if cell is None else dt.date.fromisoformat(cell)


def _number(cell: str | None) -> Decimal | None:
    return None if cell is None else Decimal(cell)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""Recording cases: a support ticket or an internal review about a designation, with its days, outcome and note."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.models import Event
from attain.recorded.models import EvidenceCase, EvidencePack, Outcome, PackFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attain.recorded.recording import Recorder

FIELDS = ("ticket_id", "opened_on", "due_on", "closed_on", "outcome", "note")


@dataclass(frozen=True)
class CaseGiven:
    """What is said of a case. A closed one has an outcome, and the day it was closed."""

    opened_on: dt.date
    ticket_id: str = ""
    due_on: dt.date | None = None
    closed_on: dt.date | None = None
    outcome: str = str(Outcome.OPEN)
    note: str = ""

    @classmethod
    def of(cls, case: EvidenceCase) -> CaseGiven:
        """Give a case as it stands, to be changed in part."""
        return cls(case.opened_on, case.ticket_id, case.due_on, case.closed_on, case.outcome, case.note)


@dataclass(frozen=True)
class KeptPack:
    """A pack with what is known of its files."""

    pack: EvidencePack
    files: tuple[PackFile, ...]

    def seen(self, *, names: bool) -> list[PackFile]:
        """Give the files that somebody downloads who does, or does not, see the names of people."""
        return [file for file in self.files if file.named == (self.pack.names and names)]


def new_case(recorder: Recorder, designation: str, given: CaseGiven) -> EvidenceCase:
    """Give a case about a designation, checked and not yet saved.

    Raises AttainError, whose `where` is the field, for an unknown designation or outcome, and for days that cannot be.
    """
    _check(recorder, given)
    return EvidenceCase(
        partner_id=recorder.partner_id, designation=recorder.book.designation(designation).id, recorded_by=recorder.actor, **_values(given)
    )


def open_case(recorder: Recorder, designation: str, given: CaseGiven) -> EvidenceCase:
    """Record a case about a designation; raises AttainError as `new_case` does."""
    return keep_case(recorder, new_case(recorder, designation, given))


@transaction.atomic
def keep_case(recorder: Recorder, case: EvidenceCase) -> EvidenceCase:
    """Keep a case that `new_case` gave."""
    case.save()
    recorder.note(Event.CASE_RECORDED, f"opened: {case}")
    return case


def change_case(recorder: Recorder, number: int, given: CaseGiven) -> EvidenceCase:
    """Change a case; raises AttainError as `new_case` does, and `no-such-case`."""
    case = case_numbered(recorder.partner_id, number)
    _check(recorder, given)
    for name, value in _values(given).items():
        setattr(case, name, value)
    case.changed_by, case.changed_at = recorder.actor, timezone.now()
    with transaction.atomic():
        case.save(update_fields=[*FIELDS, "changed_by", "changed_at"])
        recorder.note(Event.CASE_RECORDED, f"changed: {case}, {Outcome(case.outcome).words.lower()}")
    return case


def remove_case(recorder: Recorder, number: int) -> EvidenceCase:
    """Take back a case that was recorded by mistake; raises AttainError `no-such-case`."""
    case = case_numbered(recorder.partner_id, number)
    case.removed_at, case.removed_by = timezone.now(), recorder.actor
    with transaction.atomic():
        case.save(update_fields=["removed_at", "removed_by"])
        recorder.note(Event.CASE_RECORDED, f"removed: {case}")
    return case


def case_numbered(partner_id: str, number: int) -> EvidenceCase:
    """Give a case of a partner; raises AttainError `no-such-case`."""
    found = EvidenceCase.objects.filter(pk=number, partner_id=partner_id, removed_at=None).first()
    if found is None:
        known = ", ".join(str(one.pk) for one in cases_of(partner_id))
        hint = f"known: {known}" if known else "none is open yet"
        raise AttainError("no-such-case", f"there is no case {number} of this partner", "case", hint)
    return found


def cases_of(partner_id: str) -> list[EvidenceCase]:
    """List the cases of a partner that were not removed: open ones first, then those closed last."""
    found = EvidenceCase.objects.filter(partner_id=partner_id, removed_at=None)
    return list(found.order_by(models.F("closed_on").desc(nulls_first=True), "-opened_on", "-pk"))


def packs_of(cases: Sequence[EvidenceCase]) -> dict[int, list[KeptPack]]:
    """Give the packs of cases by the case's number, the latest first, each with its files but not their content: two queries."""
    packs = list(EvidencePack.objects.filter(case__in=cases).select_related("case"))
    files: dict[int, list[PackFile]] = {}
    for file in PackFile.objects.filter(pack__in=packs).defer("content").select_related("pack"):
        files.setdefault(file.pack.pk, []).append(file)
    found: dict[int, list[KeptPack]] = {case.pk: [] for case in cases}
    for pack in packs:
        found[pack.case.pk].append(KeptPack(pack, tuple(files.get(pack.pk, ()))))
    return found


def pack_numbered(case: EvidenceCase, number: int) -> EvidencePack:
    """Give a pack of a case; raises AttainError `no-such-pack`."""
    found = EvidencePack.objects.filter(pk=number, case=case).select_related("case").first()
    if found is None:
        known = ", ".join(str(one) for one in EvidencePack.objects.filter(case=case).values_list("pk", flat=True))
        hint = f"known: {known}" if known else "none is made yet"
        raise AttainError("no-such-pack", f"there is no pack {number} of this case", "pack", hint)
    return found


def _values(given: CaseGiven) -> dict[str, object]:
    return {name: getattr(given, name) for name in FIELDS}


def _check(recorder: Recorder, given: CaseGiven) -> None:
    known = [str(one) for one in Outcome.values]
    if given.outcome not in known:
        message = f"there is no outcome {given.outcome!r}"
        raise AttainError("unknown-outcome", message, "outcome", did_you_mean(given.outcome, known))
    for name in ("opened_on", "closed_on"):
        day: dt.date | None = getattr(given, name)
        if day is not None and day > recorder.today:
            raise AttainError("day-to-come", f"{day} has not come yet", name, f"name a day up to {recorder.today}")
    for name, words in (("due_on", "due"), ("closed_on", "closed")):
        day = getattr(given, name)
        if day is not None and day < given.opened_on:
            raise AttainError("days-turned-round", f"it is {words} before it was opened", name, f"name a day from {given.opened_on} on")
    is_open = given.outcome == str(Outcome.OPEN)
    if given.closed_on is None and not is_open:
        raise AttainError("not-closed", "a case with an outcome has the day on which it was closed", "closed_on", "name it")
    if given.closed_on is not None and is_open:
        raise AttainError("no-outcome", "a closed case has an outcome", "outcome", "say what became of it, or leave out the day")

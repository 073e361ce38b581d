"""Recording CPOR claims: a register that people keep here of what was claimed in Partner Center. Nothing is claimed from here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from attain.advise.claims import Claim, claim_of
from attain.errors import AttainError, did_you_mean
from attain.people.models import Event
from attain.recorded.models import CporClaim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attain.recorded.recording import Recorder

FIELDS = ("claim_id", "tenant_id", "association", "workload", "status", "submitted_on", "decided_on", "expires_on", "note")
DAYS = ("submitted_on", "decided_on")


def record_claim(recorder: Recorder, given: Mapping[str, str], number: int | None = None) -> CporClaim:
    """Record a claim, or change the one of a number; `given` is text by column of a register (see `attain.advise.claims`).

    Raises AttainError as `claim_of`, whose `where` is the column, and `day-to-come`, `claim-recorded` and `no-such-claim`.
    """
    row = {name: given.get(name, "").strip() for name in (*FIELDS, "evidence")} | {"partner_id": recorder.partner_id}
    try:
        claim = claim_of(row, "claim")
    except AttainError as error:
        raise replace(error, where=error.where.rpartition("column ")[2]) from error
    for name in DAYS:
        day = getattr(claim, name)
        if day is not None and day > recorder.today:
            message = f"{day} has not come yet"
            raise AttainError("day-to-come", message, name, f"name a day up to {recorder.today}")
    found = CporClaim(partner_id=recorder.partner_id, recorded_by=recorder.actor) if number is None else _claim(recorder, number)
    for name in FIELDS:
        setattr(found, name, getattr(claim, name))
    found.evidence = list(claim.evidence)
    if number is not None:
        found.changed_by, found.changed_at = recorder.actor, timezone.now()
    try:
        with transaction.atomic():
            found.save()
            recorder.note(Event.CLAIM_RECORDED, f"{'recorded' if number is None else 'changed'}: {found}")
    except IntegrityError as error:
        message = f"the claim {claim.claim_id} is recorded already"
        raise AttainError("claim-recorded", message, "claim_id", "change that one") from error
    return found


def remove_claim(recorder: Recorder, number: int) -> CporClaim:
    """Take back a claim that was recorded by mistake; raises AttainError `no-such-claim`."""
    found = _claim(recorder, number)
    found.removed_at, found.removed_by = timezone.now(), recorder.actor
    with transaction.atomic():
        found.save(update_fields=["removed_at", "removed_by"])
        recorder.note(Event.CLAIM_RECORDED, f"removed: {found}")
    return found


def recorded_claims(partner_id: str) -> tuple[CporClaim, ...]:
    """List the claims of a partner that were not removed, those that run out first in front."""
    found = CporClaim.objects.filter(partner_id=partner_id, removed_at=None)
    return tuple(found.order_by(models.F("expires_on").asc(nulls_last=True), "claim_id"))


def register_of(partner_id: str) -> tuple[Claim, ...]:
    """Give the recorded claims of a partner as the register that coverage takes."""
    return tuple(
        Claim(
            claim_id=one.claim_id,
            partner_id=one.partner_id,
            tenant_id=one.tenant_id,
            association=one.association,
            workload=one.workload,
            status=one.status,  # pyright: ignore[reportArgumentType] - it was checked when it was recorded
            submitted_on=one.submitted_on,
            decided_on=one.decided_on,
            expires_on=one.expires_on,
            evidence=tuple(one.evidence),
            note=one.note,
        )
        for one in recorded_claims(partner_id)
    )


def claim_named(partner_id: str, claim_id: str) -> CporClaim:
    """Find a claim of a partner by its id; raises AttainError `no-such-claim` with the nearest id."""
    every = recorded_claims(partner_id)
    found = next((one for one in every if one.claim_id == claim_id.strip()), None)
    if found is None:
        known = [one.claim_id for one in every]
        hint = did_you_mean(claim_id, known) if known else "none is recorded yet"
        raise AttainError("no-such-claim", f"there is no claim {claim_id!r} of this partner", "claim", hint)
    return found


def row_of(claim: CporClaim) -> dict[str, str]:
    """Give a claim as the text of a register's row, to be changed in part."""
    texts = {name: "" if getattr(claim, name) is None else str(getattr(claim, name)) for name in FIELDS}
    return texts | {"evidence": "+".join(claim.evidence)}


def _claim(recorder: Recorder, number: int) -> CporClaim:
    found = CporClaim.objects.filter(pk=number, partner_id=recorder.partner_id, removed_at=None).first()
    if found is None:
        raise AttainError("no-such-claim", f"there is no claim {number} of this partner", "claim")
    return found

"""The people behind a skilling metric: steps, certificates with their dates, and who could close a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attain.published import served
from attain.scoring.units import counted

if TYPE_CHECKING:
    from attain.explaining.skilling import Certificate, SkillStep
    from attain.web.membership.metered import Metered


def certificates_of(shown: Metered) -> dict[str, Any]:
    """Give the steps of a skilling metric, and every certificate with the steps that it serves."""
    partner = shown.standing.overview.partner
    skilling = shown.workspace.skilling(
        partner.day, partner=partner.partner_id, tracks={shown.found.id: shown.track.id}, **served.options_of(shown.standing.publication)
    )
    mine = [step for step in skilling.steps if step.ref.metric_name == shown.metric.name]
    certificates = [one for one in skilling.certificates if any(ref.metric_name == shown.metric.name for ref in one.serves)]
    return {
        "steps": [_step(step) for step in mine],
        "certificates": [_certificate(one, shown.metric.name) for one in certificates],
        "closers": [one for one in skilling.closers if one.ref.metric_name == shown.metric.name],
    }


def _step(step: SkillStep) -> dict[str, Any]:
    if step.needed:
        state = ("Met", "good") if step.is_met else (f"{step.missing} missing", "warn")
        return {
            "name": step.ref.step_name,
            "words": f"{counted(str(step.holders), 'people')}, {step.needed} needed",
            "state": state[0],
            "tone": state[1],
        }
    return {
        "name": step.ref.step_name,
        "words": f"{counted(str(step.holders), 'people')} with a certificate",
        "state": "Scores",
        "tone": "info",
    }


STATES = {
    "counts": ("Counts", "good"),
    "expired": ("Expired", "bad"),
    "retired": ("Retired", "bad"),
    "not_linked": ("Not linked", "warn"),
    "left": ("Has left", "neutral"),
    "not_yet": ("Not yet earned", "neutral"),
}


def _certificate(one: Certificate, metric: str) -> dict[str, Any]:
    label, tone = STATES[one.state]
    return {
        "person": one.person_name or one.person_id,
        "code": one.code,
        "name": "" if one.name == one.code else one.name,
        "earned_on": one.earned_on,
        "expires_on": one.expires_on,
        "ends_on": one.ends_on,
        "state": label,
        "tone": tone,
        "why": one.why,
        "serves": [(ref.step_name, ref.is_gate) for ref in one.serves if ref.metric_name == metric],
    }

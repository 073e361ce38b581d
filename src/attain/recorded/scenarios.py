"""Scenarios under a name, shared by the people of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from attain.advise.scenario import change_text, read_changes
from attain.errors import AttainError
from attain.recorded.models import SavedScenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from attain.people.models import Organization
    from attain.recorded.recording import Recorder


def save_scenario(recorder: Recorder, organization: Organization, name: str, changes: Sequence[str], note: str = "") -> SavedScenario:
    """Save changes, given as lines of `attain simulate --change`, under a name.

    Raises AttainError as `read_change`, and `no-changes`, `no-name` and `scenario-saved`.
    """
    if not name.strip():
        raise AttainError("no-name", "the scenario has no name", "name", "give it one")
    read = read_changes(changes)
    if not read:
        raise AttainError("no-changes", "the scenario changes nothing", "changes", "add a change first")
    found = SavedScenario(
        organization=organization,
        partner_id=recorder.partner_id,
        name=name.strip(),
        note=note.strip(),
        changes=[change_text(change) for change in read],
        saved_by=recorder.actor,
    )
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        message = f"a scenario {name.strip()!r} is saved already"
        raise AttainError("scenario-saved", message, "name", "give it another name, or remove that one") from error
    return found


def saved_scenarios(organization: Organization, partner_id: str) -> QuerySet[SavedScenario]:
    """List the scenarios of an organization for a partner, by name."""
    return SavedScenario.objects.filter(organization=organization, partner_id=partner_id, removed_at=None)


def remove_scenario(recorder: Recorder, organization: Organization, number: int) -> SavedScenario:
    """Remove a scenario; raises AttainError `no-such-scenario`."""
    found = saved_scenarios(organization, recorder.partner_id).filter(pk=number).first()
    if found is None:
        raise AttainError("no-such-scenario", f"there is no scenario {number} of this partner", "scenario")
    found.removed_at, found.removed_by = timezone.now(), recorder.actor
    found.save(update_fields=["removed_at", "removed_by"])
    return found

"""Scenarios under a name, shared by the people of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from attain.advise.scenario import change_text, read_changes
from attain.errors import AttainError, did_you_mean
from attain.people.models import Event
from attain.recorded.models import SavedScenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from attain.people.models import Organization
    from attain.recorded.recording import Recorder

LONGEST_NAME = 100


def save_scenario(recorder: Recorder, name: str, changes: Sequence[str], note: str = "") -> SavedScenario:
    """Save changes, given as lines of `attain simulate --change`, under a name in the organization of who records.

    Raises AttainError as `read_change`, and `no-changes`, `no-name` and `scenario-saved`.
    """
    name = _checked(name)
    read = read_changes(changes)
    if not read:
        raise AttainError("no-changes", "the scenario changes nothing", "changes", "add a change first")
    found = SavedScenario(
        organization=recorder.organization,
        partner_id=recorder.partner_id,
        name=name,
        note=note.strip(),
        changes=[change_text(change) for change in read],
        saved_by=recorder.actor,
    )
    try:
        with transaction.atomic():
            found.save()
            recorder.note(Event.SCENARIO_SAVED, f"{found}, {len(read)} changes")
    except IntegrityError as error:
        raise _taken(name) from error
    return found


def saved_scenarios(organization: Organization, partner_id: str) -> QuerySet[SavedScenario]:
    """List the scenarios of an organization for a partner, by name."""
    return SavedScenario.objects.filter(organization=organization, partner_id=partner_id, removed_at=None)


def scenario_numbered(organization: Organization, partner_id: str, number: int) -> SavedScenario:
    """Find a scenario by its number; raises AttainError `no-such-scenario`."""
    found = saved_scenarios(organization, partner_id).filter(pk=number).first()
    if found is None:
        raise AttainError("no-such-scenario", f"there is no scenario {number} of this partner", "scenario")
    return found


def scenario_named(organization: Organization, partner_id: str, name: str) -> SavedScenario:
    """Find a scenario by its name; raises AttainError `no-such-scenario` with the nearest name."""
    every = saved_scenarios(organization, partner_id)
    found = every.filter(name=name.strip()).first()
    if found is None:
        known = list(every.values_list("name", flat=True))
        hint = did_you_mean(name, known) if known else "none is saved yet"
        raise AttainError("no-such-scenario", f"there is no scenario {name!r} of this partner", "scenario", hint)
    return found


def rename_scenario(recorder: Recorder, number: int, name: str, note: str | None = None) -> SavedScenario:
    """Give a scenario another name, and another note where one is given.

    Raises AttainError `no-such-scenario`, `no-name` and `scenario-saved`.
    """
    found, name = scenario_numbered(recorder.organization, recorder.partner_id, number), _checked(name)
    before = found.name
    found.name, found.note = name, found.note if note is None else note.strip()
    try:
        with transaction.atomic():
            found.save(update_fields=["name", "note"])
            recorder.note(Event.SCENARIO_SAVED, f"{before}: now {name}" if name != before else f"{name}: another note")
    except IntegrityError as error:
        raise _taken(name) from error
    return found


def remove_scenario(recorder: Recorder, number: int) -> SavedScenario:
    """Remove a scenario; raises AttainError `no-such-scenario`."""
    found = scenario_numbered(recorder.organization, recorder.partner_id, number)
    found.removed_at, found.removed_by = timezone.now(), recorder.actor
    with transaction.atomic():
        found.save(update_fields=["removed_at", "removed_by"])
        recorder.note(Event.SCENARIO_SAVED, f"removed: {found}")
    return found


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise AttainError("no-name", f"a scenario has a name of 1 to {LONGEST_NAME} letters", "name", "give it one")
    return name


def _taken(name: str) -> AttainError:
    return AttainError("scenario-saved", f"a scenario {name!r} is saved already", "name", "give it another name, or remove that one")

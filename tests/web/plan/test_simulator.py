"""The simulator: no change gives no difference, changes are those of the command line, and scenarios are saved and held against today."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from django.test import Client

from attain.advise.scenario import Scenario, read_changes
from attain.people.models import AuditEntry, Event
from attain.people.roles import Role
from attain.recorded.models import SavedScenario
from attain.workspace import Workspace
from tests.people.places import Places
from tests.web.plan.conftest import CONTOSO, DAY, HOME, client_of, rows_of, text_of

SIMULATOR, SCENARIOS = f"{HOME}simulator/", f"{HOME}scenarios/"
CERTIFY = "certify person='Ada Example' certification=SC-200"


def address(*changes: str, **other: str) -> str:
    return f"{SIMULATOR}?{urlencode([*(('change', change) for change in changes), *other.items()])}"


def drop(workspace: Workspace) -> str:
    loss = next(one for one in workspace.advice(DAY, partner=CONTOSO).fragility().losses if one.kind == "customer")
    return f"drop_customer tenant={loss.entity}"


def test_no_change_gives_no_difference(admin: Client) -> None:
    text = text_of(admin, SIMULATOR)
    assert "No difference" in text
    for row in rows_of(text, "Today against simulated"):
        before, after, change = (cell.split("</td>")[0].split(">")[-1] for cell in row.split('<td class="number"')[1:4])
        assert (before, change) == (after, "\N{EN DASH}")


def test_changes_in_the_address_are_played_through_the_score(admin: Client, workspace: Workspace) -> None:
    lines = (drop(workspace), CERTIFY)
    found = workspace.advice(DAY, partner=CONTOSO).simulate(Scenario(changes=read_changes(lines)))
    assert found.changed
    text = text_of(admin, address(*lines))
    rows = rows_of(text, "Today against simulated")
    for one, row in zip(found.designations, rows, strict=True):
        assert one.name in row
        assert f">{workspace.shown(DAY, one.after.total)}<" in row
        if one.change:
            sign = "+" if one.change > 0 else "\N{MINUS SIGN}"
            assert f">{sign}{workspace.shown(DAY, abs(one.change))}<" in row
    for one in found.changed:
        for metric, line in zip(one.metrics, rows_of(text, f"Metrics of {one.name}"), strict=True):
            assert f">{workspace.shown(DAY, metric.after)}<" in line
    assert "Ada Example earns SC-200" in text
    assert "is lost" in text


def test_a_form_adds_a_change_and_says_what_it_cannot_be(admin: Client) -> None:
    asked = {"kind": "certify", "add": "1", "person": "Ada Example", "certification": "SC-200"}
    answer = admin.get(SIMULATOR, asked)
    assert answer["Location"] == address(CERTIFY)
    wrong = {"kind": "change_usage", "add": "1", "tenant": "Adatum", "percent": "10", "seats": "5", "use": "workload:entra-id-p1"}
    assert "Percent stands alone" in html.unescape(admin.get(SIMULATOR, wrong).content.decode())
    text = text_of(admin, address("drop_customer tenant=Nobody"))
    assert "The partner has no customer 'Nobody'" in text
    assert "Take out" in text


def test_a_scenario_is_saved_shared_in_the_organization_compared_and_removed(
    served: Places, admin: Client, viewer: Client, workspace: Workspace
) -> None:
    text_of(admin, SIMULATOR)
    lines = [drop(workspace), CERTIFY]
    answer = admin.post(f"{SCENARIOS}save/", {"name": "A bad winter", "change": lines})
    kept = SavedScenario.objects.get()
    assert answer["Location"] == f"{SCENARIOS}?scenario={kept.pk}"
    assert (kept.name, kept.changes) == ("A bad winter", lines)
    again = admin.post(f"{SCENARIOS}save/", {"name": "A bad winter", "change": lines}, follow=True)
    assert "is saved already" in again.content.decode()
    found = workspace.advice(DAY, partner=CONTOSO).simulate(Scenario(changes=read_changes(lines)), explained=False)
    compared = text_of(client_of(served, Role.GLOBAL_ADMIN), f"{SCENARIOS}?scenario={kept.pk}")
    assert re.search(r'aria-current="page"[^>]*>\s*Simulator', compared), "saved scenarios have no place of their own in the navigation"
    rows = rows_of(compared, "Today against saved scenarios")
    for one in found.designations:
        row = next(row for row in rows if one.name in row)
        assert workspace.shown(DAY, one.before.total) in row
        assert workspace.shown(DAY, one.after.total) in row
    assert admin.get(f"{SCENARIOS}{kept.pk}/")["Location"] == address(*lines)
    opened = viewer.get(f"{SCENARIOS}{kept.pk}/")
    assert "Ada" not in opened["Location"]
    assert "certify+person%3D%27Person+" in opened["Location"]
    assert "Ada" not in text_of(viewer, opened["Location"])
    stranger = Client()
    stranger.force_login(served.stranger)
    assert stranger.get(SCENARIOS).status_code == 404
    assert viewer.get(f"{SCENARIOS}{kept.pk}/rename/").status_code == 403
    assert stranger.get(f"{SCENARIOS}{kept.pk}/rename/").status_code == 404
    assert 'value="A bad winter"' in text_of(admin, f"{SCENARIOS}{kept.pk}/rename/")
    other = SavedScenario.objects.create(organization=served.partner, partner_id=CONTOSO, name="Other", changes=lines, saved_by="x")
    taken = admin.post(f"{SCENARIOS}{kept.pk}/rename/", {"name": "Other"})
    assert "is saved already" in taken.content.decode()
    assert admin.post(f"{SCENARIOS}{kept.pk}/rename/", {"name": "A mild winter", "note": "so far"})["Location"] == SCENARIOS
    assert SavedScenario.objects.filter(name="A mild winter", note="so far", pk=kept.pk).exists()
    assert "Rename" in text_of(admin, SCENARIOS)
    assert "Rename" not in text_of(viewer, SCENARIOS)
    other.delete()
    assert viewer.post(f"{SCENARIOS}{kept.pk}/remove/").status_code == 403
    assert admin.post(f"{SCENARIOS}{kept.pk}/remove/").status_code == 302
    assert "No scenario is saved" in text_of(admin, SCENARIOS)
    details = list(AuditEntry.objects.filter(event=Event.SCENARIO_SAVED).order_by("pk").values_list("detail", flat=True))
    assert details == ["A bad winter, 2 changes", "A bad winter: now A mild winter", "removed: A mild winter"]

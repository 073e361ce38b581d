"""The forecast and the change of rules: what the library says, marked as a projection."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from attain.advise.outlook import NOT_AN_ENTITLEMENT
from attain.people.models import AuditEntry, Event
from attain.recorded.models import EditedRulebook
from attain.rulebook.edited import edited_book
from attain.web.dates import day_words
from attain.workspace import Workspace
from tests.web.plan.conftest import CONTOSO, DAY, HOME, file_of, rows_of, text_of

FORECAST = f"{HOME}forecast/"


def test_the_forecast_shows_each_step_with_its_range_and_says_what_it_is(admin: Client, viewer: Client, workspace: Workspace) -> None:
    found = workspace.advice(DAY, partner=CONTOSO, designations=["security"]).forecast()
    one = found.of("security")
    text = text_of(admin, f"{FORECAST}?designation=security")
    assert NOT_AN_ENTITLEMENT in text
    rows = rows_of(text, f"{one.name} day by day, projected")
    assert len(rows) == len(one.steps)
    for step, row in zip(one.steps, rows, strict=True):
        assert day_words(step.day) in row
        assert f">{workspace.shown(DAY, step.total)}<" in row
    assert "<svg" in text
    people = set(workspace.facts.scan("certifications").select("person_name").collect()["person_name"].drop_nulls())
    masked = text_of(viewer, f"{FORECAST}?designation=security")
    assert people
    assert not [name for name in people if name in masked]


def test_usage_as_set_begins_with_a_form_and_keeps_what_is_expected_in_the_address(admin: Client) -> None:
    assert "Say by how much usage changes" in text_of(admin, f"{FORECAST}?usage=set")
    answer = admin.get(FORECAST, {"usage": "set", "designation": "security", "add": "1", "percent": "-20"})
    expected = urlencode({"designation": "security", "usage": "set", "expect": "percent=-20"})
    assert answer["Location"] == f"{FORECAST}?{expected}"
    said = text_of(admin, f"{FORECAST}?designation=security&usage=set&expect=percent%3D-20+service%3DSentinel+from%3D2027-01-01")
    assert "<span>20% less usage of Sentinel from 1 Jan 2027</span>" in said
    wrong = admin.get(FORECAST, {"usage": "set", "add": "1", "percent": "-200"})
    assert "greater than or equal to -100" in html.unescape(wrong.content.decode())


def test_an_edition_is_held_against_the_rules_of_the_day(admin: Client, workspace: Workspace) -> None:
    found = workspace.impact(DAY, edition="2023-12", partners=[CONTOSO])
    text = text_of(admin, f"{HOME}rule-change/?edition=2023-12")
    rows = rows_of(text, "Edition 2023-12, earlier on the facts of today")
    assert len(rows) == len(list(found.rows())) > 0
    for row, line in zip(found.rows(), rows, strict=True):
        assert workspace.book.designations[row.designation].name in line
        assert f">{workspace.shown(DAY, row.after)}<" in line
    assert "there are no rules '1999-01'" in text_of(admin, f"{HOME}rule-change/?edition=1999-01", 400)


def test_edited_rules_are_kept_held_against_those_of_the_day_and_removed(admin: Client, viewer: Client, workspace: Workspace) -> None:
    home = f"{HOME}rule-change/"
    content = viewer.get(f"{home}file/security.yaml").content
    assert content.count(b"enterprise: 10, smb: 5}") == 2
    content = content.replace(b"enterprise: 10, smb: 5}", b"enterprise: 10, smb: 1}")

    def given(content: bytes = content) -> dict[str, object]:
        return {"name": "Fewer customers", "edited": SimpleUploadedFile("security.yaml", content)}

    assert viewer.post(f"{home}keep/", given()).status_code == 403
    broken = admin.post(f"{home}keep/", given(content.replace(b"smb: 1}", b"smb: many}")))
    assert "security.yaml" in broken.content.decode()
    assert admin.get(f"{home}keep/?edition=2023-12")["Location"] == f"{home}?edition=2023-12"
    assert not EditedRulebook.objects.exists()
    answer = admin.post(f"{home}keep/", given())
    kept = EditedRulebook.objects.get()
    assert answer["Location"] == f"{home}?edition=edited-{kept.pk}"
    found = workspace.impact(DAY, other=(edited_book({"security.yaml": content}), workspace.facts), partners=[CONTOSO])
    assert any(row.change for row in found.rows())
    text = text_of(viewer, answer["Location"])
    for row, line in zip(found.rows(), rows_of(text, "Fewer customers on the facts of today"), strict=True):
        assert workspace.book.designations[row.designation].name in line
        assert f">{workspace.shown(DAY, row.after)}<" in line
    assert "Only designations that have this edition" not in text
    assert file_of(admin, f"{HOME}files/rule-change.csv?edition=edited-{kept.pk}").count("\n") == len(found) + 1
    assert viewer.post(f"{home}{kept.pk}/remove/").status_code == 403
    assert admin.post(f"{home}{kept.pk}/remove/")["Location"] == home
    assert not EditedRulebook.objects.exists()
    assert [entry.detail.split(",")[0] for entry in AuditEntry.objects.filter(event=Event.RULEBOOK_EDITED).order_by("pk")] == [
        "Fewer customers: security.yaml",
        "removed: Fewer customers",
    ]

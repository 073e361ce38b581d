"""The register of CPOR claims: recorded, changed and removed by who may plan, in the audit log, and looked at by the coverage."""

from __future__ import annotations

from django.test import Client

from attain.people.models import AuditEntry, Event
from attain.recorded.models import CporClaim
from attain.workspace import Workspace
from tests.web.plan.conftest import CONTOSO, DAY, HOME, text_of

CLAIMS = f"{HOME}claims/"


def given(workspace: Workspace, **other: object) -> dict[str, object]:
    customer = next(one for one in workspace.advice(DAY, partner=CONTOSO).coverage().products if one.customer)
    claim = {"claim_id": "C-1", "tenant_id": customer.customer, "association": "cpor", "status": "approved", "submitted_on": "2026-08-01"}
    return claim | {"decided_on": "2026-09-01", "expires_on": "2026-12-31", "evidence": ["tenant_id", "contacts"]} | other


def test_a_claim_is_recorded_by_the_customers_name_changed_and_removed(admin: Client, workspace: Workspace) -> None:
    text_of(admin, f"{HOME}simulator/")
    assert "No claim is recorded" in text_of(admin, CLAIMS)
    claim = given(workspace)
    assert admin.post(f"{CLAIMS}new/", claim)["Location"] == CLAIMS
    kept = CporClaim.objects.get()
    assert (kept.claim_id, kept.evidence, len(kept.tenant_id)) == ("C-1", ["tenant_id", "contacts"], 36)
    text = text_of(admin, CLAIMS)
    assert str(claim["tenant_id"]) in text
    assert "in 37 days" in text
    checks = text_of(admin, f"{HOME}coverage/?view=checks")
    assert "Claim C-1 expires on 31 Dec 2026: renew it before" in checks
    assert f'name="tenant_id" value="{claim["tenant_id"]}"' in text_of(admin, f"{CLAIMS}{kept.pk}/")
    again = admin.post(f"{CLAIMS}new/", claim)
    assert "is recorded already" in again.content.decode()
    assert admin.post(f"{CLAIMS}{kept.pk}/", claim | {"status": "declined", "note": "again in spring"})["Location"] == CLAIMS
    kept.refresh_from_db()
    assert (kept.status, kept.note, bool(kept.changed_by)) == ("declined", "again in spring", True)
    assert admin.post(f"{CLAIMS}{kept.pk}/remove/").status_code == 302
    assert "No claim is recorded" in text_of(admin, CLAIMS)
    assert admin.get(f"{CLAIMS}{kept.pk}/").status_code == 404
    details = list(AuditEntry.objects.filter(event=Event.CLAIM_RECORDED).order_by("pk").values_list("detail", flat=True))
    assert details == ["recorded: claim C-1 (approved)", "changed: claim C-1 (declined)", "removed: claim C-1 (declined)"]


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_kept(admin: Client, workspace: Workspace) -> None:
    text_of(admin, f"{HOME}simulator/")
    for other, said in (
        ({"tenant_id": "Nobody Known Ltd"}, "The partner has no customer"),
        ({"submitted_on": "2026-11-25", "decided_on": ""}, "25 Nov 2026 has not come yet"),
        ({"decided_on": "2026-07-01"}, "decided_on lies before submitted_on"),
        ({"status": "maybe"}, "Select a valid choice"),
    ):
        answer = admin.post(f"{CLAIMS}new/", given(workspace, **other))
        assert said in answer.content.decode().replace("Decided_on", "decided_on"), said
    assert not CporClaim.objects.exists()


def test_a_viewer_reads_the_register_and_records_nothing(viewer: Client) -> None:
    assert "A Partner admin or Global admin records" in text_of(viewer, CLAIMS)
    assert viewer.get(f"{CLAIMS}new/").status_code == 403
    assert viewer.post(f"{CLAIMS}1/remove/").status_code == 403

"""Cases with their packs: opened, changed, made again to the same bytes, downloaded by role, and in the audit log."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from pytest_django import Settings

from attain.errors import AttainError
from attain.people.models import AuditEntry, Event
from attain.people.roles import Role
from attain.published import evidence as packs
from attain.published.models import Publication
from attain.recorded.models import EvidenceCase, EvidencePack, PackFile, Purchase, ReportedNumber
from attain.rulebook.load import load_book
from attain.store.delivery import of_folder
from attain.store.store import Store
from attain.workspace import Workspace
from tests.people.places import Places
from tests.report.packs import pdf_text, sheets, unpacked
from tests.web.plan.conftest import CONTOSO, DAY, client_of, rows_of, text_of

HOME = f"/{CONTOSO}/evidence/"
CASE = {"designation": "security", "as_of": str(DAY), "ticket_id": "2611250040001234", "opened_on": "2026-11-20", "due_on": "2026-12-01"}


def opened(client: Client, **more: str) -> EvidencePack:
    """Open a case with its first pack, and give that."""
    answer = client.post(f"{HOME}new/", CASE | more)
    assert answer.status_code == 302, answer.content.decode()
    return EvidencePack.objects.get()


def file(client: Client, pack: EvidencePack, kind: str, status: int = 200) -> bytes:
    answer = client.get(f"{HOME}{pack.case.pk}/packs/{pack.pk}/evidence.{kind}")
    assert answer.status_code == status
    return answer.content


def details(event: Event) -> list[str]:
    return list(AuditEntry.objects.filter(event=event, partner_id=CONTOSO).order_by("pk").values_list("detail", flat=True))


def test_from_the_comparison_to_a_case_with_its_pack(admin: Client, store: Path) -> None:
    compared = text_of(admin, f"/{CONTOSO}/membership/reconcile/")
    assert f'href="{HOME}new/?designation=security&as_of={DAY}"' in compared
    form = text_of(admin, f"{HOME}new/?designation=security&as_of={DAY}")
    assert '<option value="security" selected>' in form
    pack = opened(admin)
    case = pack.case
    assert (case.designation, case.ticket_id, case.opened_on, case.due_on) == (
        "security",
        CASE["ticket_id"],
        dt.date(2026, 11, 20),
        dt.date(2026, 12, 1),
    )
    assert (pack.load, pack.as_of, pack.made_role, pack.names) == (1, DAY, Role.PARTNER_ADMIN.words, False)
    (row,) = rows_of(text_of(admin, HOME), "Cases")
    assert f"Ticket {case.ticket_id}" in row
    assert "in 7 days" in row
    page = text_of(admin, f"{HOME}{case.pk}/")
    assert pack.verdict in page
    for kept in PackFile.objects.filter(pack=pack):
        assert kept.sha256 in page
        assert hashlib.sha256(bytes(kept.content)).hexdigest() == kept.sha256
    text = pdf_text(file(admin, pack, "pdf"))
    shown = Workspace.open(store).score(DAY, partners=[CONTOSO], designations=["security"]).total(CONTOSO, "security")
    assert f"Recomputed {Workspace.open(store).shown(DAY, shown.points)}" in text
    assert f"by: {Role.PARTNER_ADMIN.words}" in text
    assert case.ticket_id in text
    assert sheets(file(admin, pack, "xlsx"))["Reported"][1:]
    assert details(Event.CASE_RECORDED) == [f"opened: security, ticket {case.ticket_id}"]
    assert details(Event.EVIDENCE_MADE) == [
        f"pack {pack.pk} of security, ticket {case.ticket_id}, numbers of {DAY}, content {pack.content}"
    ]
    assert [text.split(",")[0] for text in details(Event.EXPORTED)] == [
        f"evidence-{CONTOSO}-security-{DAY}-{pack.pk}.{kind}" for kind in ("pdf", "xlsx")
    ]


def test_a_pack_is_made_again_byte_by_byte_whatever_was_recorded_or_imported_since(
    admin: Client,
) -> None:
    Purchase.objects.create(partner_id=CONTOSO, designation="security", enrolled_on=dt.date(2026, 3, 1), track="smb", recorded_by="x")
    pack = opened(admin, names="on")
    assert "Purchases" in sheets(file(admin, pack, "xlsx"))
    assert len(sheets(file(admin, pack, "xlsx"))["Purchases"]) == 2
    # What comes later is none of the pack's: another number of Microsoft's, a withdrawn purchase.
    ReportedNumber.objects.create(
        partner_id=CONTOSO, as_of=DAY, designation="security", track="smb", metric="total", points=Decimal(1), recorded_by="x"
    )
    Purchase.objects.all().delete()
    assert packs.made_again(pack) == []
    said = html.unescape(admin.post(f"{HOME}{pack.case.pk}/packs/{pack.pk}/again/", follow=True).content.decode())
    assert "every file is the same, byte by byte" in said
    # A pack that was not made of these is not the same.
    pack.made_role = "Somebody else"
    assert set(packs.made_again(pack)) == {"evidence.pdf", "evidence.xlsx", "manifest.json"}


def test_a_pack_is_made_again_after_another_import_of_the_same_months(
    admin: Client, store: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.STORE = str(shutil.copytree(store, tmp_path / "store"))
    pack = opened(admin)
    newer = tmp_path / "newer"
    newer.mkdir()
    path = sorted((store.parent / "facts" / "azure_usage").glob("*.parquet"))[-1]
    pl.read_parquet(path).with_columns(pl.col("acr_usd") * 3).write_parquet(newer / "azure_usage.parquet")
    Store.open(settings.STORE).take([of_folder(newer)], load_book().catalog)
    assert packs.made_again(pack) == []
    pack.load = 2
    with pytest.raises(AttainError, match="no longer served"):
        packs.made_again(pack)


@pytest.mark.parametrize(
    ("made", "then", "said"),
    [
        (None, "no-such-fonts", "was made with Noto Sans CJK (noto-cjk-sans-otc "),
        ("no-such-fonts", None, "was made with no fonts but those of the typesetter, not with Noto Sans CJK (noto-cjk-sans-otc "),
    ],
)
def test_a_pack_that_other_fonts_would_lay_out_is_refused(
    admin: Client, made: str | None, then: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(package: str | None) -> None:
        monkeypatch.setattr("attain.report.evidence.fonts.PACKAGE", package or "noto-cjk-sans-otc")

    installed(made)
    pack = opened(admin, ticket_id="\u5c71\u7530")
    assert packs.made_again(pack) == []
    installed(then)
    answer = admin.post(f"{HOME}{pack.case.pk}/packs/{pack.pk}/again/", follow=True)
    assert said in html.unescape(answer.content.decode())


@pytest.mark.parametrize("what", ["rulebook", "attain"])
def test_what_other_rules_or_another_version_would_make_is_refused(admin: Client, what: str) -> None:
    pack = opened(admin)
    setattr(pack, what, "0" * 64)
    pack.save()
    said = html.unescape(admin.post(f"{HOME}{pack.case.pk}/packs/{pack.pk}/again/", follow=True).content.decode())
    assert "It cannot be made again: the pack was made with another version of" in said
    assert file(admin, pack, "pdf")


def test_a_viewer_downloads_what_it_sees_with_names_masked_and_makes_nothing(admin: Client, viewer: Client, store: Path) -> None:
    pack = opened(admin, names="on")
    frame = Workspace.open(store).facts
    rows = frame.scan("certifications").collect()
    people = set(rows["person_id"].drop_nulls()) | set(frame.names_of_people(set(rows["person_id"].drop_nulls())).values())
    named = unpacked(file(admin, pack, "xlsx"))
    assert [one for one in people if one in named]
    for text in (unpacked(file(viewer, pack, "xlsx")), pdf_text(file(viewer, pack, "pdf")), file(viewer, pack, "json").decode()):
        assert not [one for one in people if one and one in text]
    assert "with names" not in details(Event.EXPORTED)[-1]
    assert "with names" in details(Event.EXPORTED)[0]
    page = text_of(viewer, f"{HOME}{pack.case.pk}/")
    assert "Names of people are hidden" in page
    assert "Make a pack" not in page
    assert "Open a case" not in text_of(viewer, HOME)
    assert viewer.get(f"{HOME}new/").status_code == 403
    assert viewer.post(f"{HOME}{pack.case.pk}/packs/", {"as_of": str(DAY)}).status_code == 403
    assert viewer.post(f"{HOME}{pack.case.pk}/remove/").status_code == 403


def test_a_case_is_another_partners_for_nobody_else(admin: Client, served: Places) -> None:
    pack = opened(admin)
    stranger = Client()
    stranger.force_login(served.stranger)
    assert stranger.get(f"/1000002/evidence/{pack.case.pk}/").status_code == 404
    assert stranger.get(f"/1000002/evidence/{pack.case.pk}/packs/{pack.pk}/evidence.pdf").status_code == 404
    assert file(admin, pack, "exe", 404)
    other = EvidenceCase.objects.create(partner_id=CONTOSO, designation="security", opened_on=DAY, recorded_by="x")
    assert admin.get(f"{HOME}{other.pk}/packs/{pack.pk}/evidence.pdf").status_code == 404


def test_a_case_is_changed_closed_and_removed(admin: Client) -> None:
    pack = opened(admin)
    address = f"{HOME}{pack.case.pk}/"
    stands = {
        "ticket_id": "T-2",
        "opened_on": "2026-11-20",
        "due_on": "",
        "closed_on": "2026-11-24",
        "outcome": "corrected",
        "note": "=1+1",
    }
    for wrong, said in (
        ({"closed_on": "2026-11-19"}, "It is closed before it was opened"),
        ({"closed_on": ""}, "A case with an outcome has the day on which it was closed"),
        ({"outcome": "open"}, "A closed case has an outcome"),
        ({"closed_on": "2026-11-25"}, "25 Nov 2026 has not come yet"),
        ({"outcome": "won"}, "Select a valid choice"),
    ):
        answer = admin.post(f"{address}change/", stands | wrong)
        assert said in html.unescape(answer.content.decode()), wrong
    assert admin.post(f"{address}change/", stands)["Location"] == address
    page = text_of(admin, address)
    assert "Microsoft corrected its number" in page
    assert "=1+1" in page
    # The pack keeps the ticket that it was made for.
    assert CASE["ticket_id"] in pdf_text(file(admin, pack, "pdf"))
    assert admin.post(f"{address}remove/")["Location"] == HOME
    assert "No case is open" in text_of(admin, HOME)
    assert admin.get(address).status_code == 404
    assert details(Event.CASE_RECORDED)[1:] == [
        "changed: security, ticket T-2, microsoft corrected its number",
        "removed: security, ticket T-2",
    ]


def test_a_case_whose_pack_cannot_be_made_is_not_kept(admin: Client) -> None:
    answer = admin.post(f"{HOME}new/", CASE | {"as_of": "2026-11-25"})
    assert "25 Nov 2026 is after the published day" in html.unescape(answer.content.decode())
    assert "Name a day up to 24 Nov 2026" in html.unescape(answer.content.decode())
    assert not EvidenceCase.objects.exists()
    assert not AuditEntry.objects.filter(event=Event.CASE_RECORDED).exists()


def test_another_pack_of_a_case_without_reported_numbers(admin: Client, published: Publication) -> None:
    pack = opened(admin, designation="data-ai")
    assert "Nothing is reported by Microsoft" in text_of(admin, f"{HOME}{pack.case.pk}/")
    assert file(admin, pack, "csv", 404)
    said = admin.post(f"{HOME}{pack.case.pk}/packs/", {"as_of": "2026-11-01"}, follow=True).content.decode()
    assert "The pack is made." in said
    assert [one.as_of for one in EvidencePack.objects.all()] == [dt.date(2026, 11, 1), DAY]
    assert "Name the day of the pack" in admin.post(f"{HOME}{pack.case.pk}/packs/", {"as_of": ""}, follow=True).content.decode()


def test_files_that_others_imported_are_told_by_their_digest_alone(admin: Client, served: Places) -> None:
    pack = opened(admin)
    rows = sheets(file(admin, pack, "xlsx"))["Files"][1:]
    assert {row[3] for row in rows} == {"imported by others"}
    assert all(len(row[4]) == 64 for row in rows)
    assert "attain evidence" not in pdf_text(file(admin, pack, "pdf"))
    assert packs.made_again(pack) == []
    pack.case.delete()
    served.partner.sees_all = True
    served.partner.save()
    whole = opened(admin)
    named = sheets(file(admin, whole, "xlsx"))["Files"][1:]
    assert "partners.parquet" in {row[3] for row in named}
    assert [row[4] for row in named] == [row[4] for row in rows]
    assert "attain evidence STORE" in pdf_text(file(admin, whole, "pdf"))
    assert packs.made_again(whole) == []


def test_files_that_name_an_erased_person_go_and_those_with_marks_stay(admin: Client, store: Path) -> None:
    pack = opened(admin, names="on")
    facts = Workspace.open(store).facts
    ids = [str(one) for one in facts.scan("certifications").select("person_id").unique().collect()["person_id"]]
    named = next(one for one in ids if f"{one} " in unpacked(file(admin, pack, "xlsx")))
    masked = {one.name: one.sha256 for one in PackFile.objects.filter(pack=pack, named=False)}
    assert packs.forget_people(["nobody", named[:-1]]) == 0
    assert packs.forget_people([named]) == 1
    pack.refresh_from_db()
    assert not pack.names
    assert {one.name: one.sha256 for one in PackFile.objects.filter(pack=pack)} == masked
    assert named not in unpacked(file(admin, pack, "xlsx"))
    assert packs.made_again(pack) == []
    assert packs.forget_people([named]) == 0


def test_a_global_admin_makes_packs_too(served: Places) -> None:
    assert opened(client_of(served, Role.GLOBAL_ADMIN)).made_role == Role.GLOBAL_ADMIN.words

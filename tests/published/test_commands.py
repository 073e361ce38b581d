"""`attain resellers` and `attain segments`: the same lines, masked alike, as the list and the call list give; calls and segments kept."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.learning.models import LessonProgress
from attain.people.joining import new_account, new_organization
from attain.people.models import AuditEntry, Consent, Event, Member, OrganizationPartner, Segment, SegmentPartner
from attain.people.roles import Role
from attain.published.calls import Asked as CallsAsked
from attain.published.calls import Words, call_list
from attain.published.cohorts import cohorts
from attain.published.resellers import SORTS, Asked
from attain.published.shapes import MICRO
from attain.recorded.models import ResellerCall
from attain.rulebook.load import load_book, packaged_folder
from attain.server import running
from tests.published.market import DAY, DETAILED, FOREIGN, OWN_ACCOUNT, SERVED, TOTALED, Market, make_market

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Market:
    def connected(_: running.Serving) -> None:
        """Django is set up for the tests already."""

    monkeypatch.setattr(running, "connect", connected)
    return make_market()


def attain(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: str) -> AttainError:
    with pytest.raises(AttainError) as caught:
        CliRunner().invoke(app, words, catch_exceptions=False)
    return caught.value


def rows_of(*words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(attain(*words, "--format", "csv"))))


@pytest.mark.parametrize("sort", SORTS)
def test_the_list_is_that_of_the_page(market: Market, sort: str) -> None:
    shown = rows_of("resellers", "list", "wide-world", "--designation", "security", "--sort", sort.replace("_", "-"))
    listed = market.list(Asked(designation="security", sort=sort))
    assert [row["partner_id"] for row in shown] == [one.partner_id for one in listed]
    for row, one in zip(shown, listed, strict=True):
        assert row["consent"] == (one.seen.consent or "none")
        assert (row["total"] == "") is (one.totals is None)
        assert (row["unclaimed_points"] == "") is (one.detail is None)
        if one.totals is not None:
            assert Fraction(row["distance"]) == Fraction(one.totals.distance_micro, MICRO)


def test_the_filters_are_those_of_the_page(market: Market) -> None:
    segment = Segment.objects.create(organization=market.distributor, name="North")
    SegmentPartner.objects.create(segment=segment, partner_id=TOTALED)
    for words, asked in (
        (("--search", "90"), Asked(search="90")),
        (("--status", "enrolled"), Asked(status="enrolled")),
        (("--track", "smb"), Asked(track="smb")),
        (("--blocking", "net_customer_adds"), Asked(blocking="net_customer_adds")),
        (("--within", "100"), Asked(within=100)),
        (("--at-risk-before", "2100-01-01"), Asked(at_risk_before=DAY.replace(year=2100, month=1, day=1))),
        (("--segment", "north"), Asked(segment=segment.pk)),
        (("--consent", "none"), Asked(consent="none")),
        (("--fresh", "older"), Asked(fresh="older")),
        (("--descending",), Asked(descending=True)),
    ):
        shown = [(row["partner_id"], row["designation"]) for row in rows_of("resellers", "list", "wide-world", *words)]
        assert shown == [(one.partner_id, one.designation) for one in market.list(asked)], words


def test_the_tables(market: Market) -> None:
    text = attain("resellers", "list", "wide-world", "--designation", "security")
    assert text.startswith(f"6 lines of Wide World, as of {DAY}, data up to 2026-10: 2 enrolled, 1 in progress")
    assert "Reseller 104" in text
    assert attain("resellers", "list", "wide-world", "--search", "nobody").splitlines() == [
        f"0 lines of Wide World, as of {DAY}, data up to 2026-10"
    ]
    expected = call_list(market.publication, market.distributor, CallsAsked(), Words.of(load_book(), DAY))
    text = attain("resellers", "calls", "wide-world")
    assert text.startswith(f"{expected.count()} to call of Wide World")
    assert all(one.sentence in text for one in expected)
    assert "3 resellers of Wide World without consent" in attain("resellers", "others", "wide-world")


def test_the_call_list_and_a_call(market: Market) -> None:
    first = rows_of("resellers", "calls", "wide-world")
    expected = call_list(market.publication, market.distributor, CallsAsked(), Words.of(load_book(), DAY))
    assert [(row["partner_id"], row["sentence"]) for row in first] == [(one.reseller.partner_id, one.sentence) for one in expected]
    assert attain("resellers", "call", "wide-world", DETAILED, "--note", "wrote to Ada") == "The call is recorded.\n"
    kept = ResellerCall.objects.get()
    assert (kept.partner_id, kept.note, kept.called, kept.recorded_by) == (DETAILED, "wrote to Ada", True, "attain resellers call")
    assert DETAILED not in {row["partner_id"] for row in rows_of("resellers", "calls", "wide-world", "--state", "open")}
    assert {row["partner_id"] for row in rows_of("resellers", "calls", "wide-world", "--state", "called")} <= {DETAILED}
    assert attain("resellers", "call", "wide-world", SERVED, "--note", "no answer", "--note-only") == "The note is recorded.\n"
    assert refused("resellers", "call", "wide-world", FOREIGN).code == "unknown-partner"
    assert refused("resellers", "call", "wide-world", DETAILED, "--note-only").code == "no-note"


def test_the_notes_about_a_reseller_are_listed(market: Market) -> None:
    assert attain("resellers", "notes", "wide-world", DETAILED) == "Nothing is recorded.\n"
    attain("resellers", "call", "wide-world", DETAILED, "--note", "first")
    attain("resellers", "call", "wide-world", DETAILED, "--note", "second", "--note-only")
    listed = [(row["note"], row["called"], row["recorded_by"]) for row in rows_of("resellers", "notes", "wide-world", DETAILED)]
    assert listed == [("second", "false", "attain resellers call"), ("first", "true", "attain resellers call")]
    assert refused("resellers", "notes", "wide-world", FOREIGN).code == "unknown-partner"


def test_what_resellers_learn(market: Market) -> None:
    assert attain("resellers", "learning", "wide-world") == "No reseller that shares its totals learns yet.\n"
    place = new_organization("Contoso")
    user = new_account("ada@contoso.example", "rather long words")
    Member.objects.create(organization=place, user=user, role=Role.LEARNER)
    OrganizationPartner.objects.create(organization=place, partner_id=DETAILED, consent=Consent.OWN)
    now = timezone.now()
    LessonProgress.objects.create(user=user, designation="security", lesson="1.1", opened_at=now, done_at=now)
    (row,) = rows_of("resellers", "learning", "wide-world")
    assert (row["partner_id"], row["designation"], row["people"], row["lessons"]) == (DETAILED, "security", "1", "1")


def test_edited_rules_are_kept_and_removed(market: Market, tmp_path: Path) -> None:
    file = tmp_path / "security.yaml"
    attain("rulebooks", "file", "security.yaml", "--output", str(file))
    assert file.read_bytes() == (packaged_folder() / "designations" / "security.yaml").read_bytes()
    assert attain("rulebooks", "file", "security.yaml") == file.read_text(encoding="utf-8")
    assert refused("rulebooks", "file", "secrity.yaml").hint == "did you mean security.yaml?"
    assert refused("rulebooks", "keep", "wide-world", "Same", str(file)).code == "same-rulebook"
    file.write_text(file.read_text(encoding="utf-8").replace("name: Security", "name: Safety", 1), encoding="utf-8")
    assert attain("rulebooks", "keep", "wide-world", "Renamed", str(file)).startswith("Renamed is kept, digest ")
    (row,) = rows_of("rulebooks", "list", "wide-world")
    assert (row["name"], row["files"], row["uploaded_by"]) == ("Renamed", "security.yaml", "attain rulebooks keep")
    assert refused("rulebooks", "remove", "wide-world", "Renamd").hint == "did you mean Renamed?"
    assert attain("rulebooks", "remove", "wide-world", "Renamed") == "Renamed is removed.\n"
    entries = AuditEntry.objects.filter(event=Event.RULEBOOK_EDITED).order_by("pk").values_list("actor", flat=True)
    assert list(entries) == ["attain rulebooks keep", "attain rulebooks remove"]


def test_cohorts_and_others_as_rows(market: Market) -> None:
    found = cohorts(market.publication, market.distributor, "security", "qualified").cohorts
    shown = json.loads(attain("resellers", "cohorts", "wide-world", "--designation", "security", "--by", "qualified", "--format", "json"))
    assert [(row["month"], row["size"], row["now"]) for row in shown] == [(one.month or "", one.size, one.now) for one in found]
    assert "Began in" in attain("resellers", "cohorts", "wide-world", "--designation", "security")
    # Three are too few to be counted by status.
    assert rows_of("resellers", "others", "wide-world") == []


def test_segments(market: Market, tmp_path: Path) -> None:
    file = tmp_path / "north.csv"
    file.write_text(f"name,MPN ID\na,{DETAILED}\nb,{SERVED}\n", encoding="utf-8")
    assert attain("segments", "save", "wide-world", "North", "--file", str(file), "--partner", OWN_ACCOUNT) == "North is saved.\n"
    assert attain("segments", "list", "wide-world") == "North: 3\n"
    assert attain("segments", "show", "wide-world", "north").split() == sorted([DETAILED, SERVED, OWN_ACCOUNT])
    assert attain("segments", "rename", "wide-world", "North", "South") == "It is called South now.\n"
    assert refused("segments", "save", "wide-world", "South", "--partner", FOREIGN).code == "unknown-partner"
    assert refused("segments", "show", "wide-world", "Suth").hint == "did you mean South?"
    assert refused("segments", "save", "wide-world", "South", "--file", str(tmp_path / "none.csv")).code == "no-file"
    assert attain("segments", "remove", "wide-world", "South") == "South is removed. Its resellers stay as they are.\n"
    assert not Segment.objects.exists()
    entries = AuditEntry.objects.filter(event=Event.SEGMENT_CHANGED, organization=market.distributor).order_by("pk")
    assert [entry.actor for entry in entries] == ["attain segments save", "attain segments rename", "attain segments remove"]


def test_what_there_is_not_is_said(market: Market) -> None:
    assert refused("resellers", "list", "wide-wrld").hint == "did you mean wide-world?"
    assert refused("resellers", "list", "wide-world", "--designation", "securty").code == "unknown-designation"
    assert refused("resellers", "list", "wide-world", "--status", "enroled").hint == "did you mean enrolled?"
    market.publication.delete()
    assert refused("resellers", "calls", "wide-world").code == "nothing-published"

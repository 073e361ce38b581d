"""`attain organizations`, `members`, `tokens` and `audit`: what Global admins do in Settings, done on the server's machine."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone
from pytest_django import Settings
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.people.models import AuditEntry, Consent, Event, Invitation, Member, Organization, OrganizationPartner, Token, TokenScope
from attain.people.roles import Role
from attain.server import running
from tests.people.places import OTHER, OWN, Places

pytestmark = pytest.mark.django_db
HOME = "https://attain.contoso.example"
ADMIN = "global_admin@contoso.example"


@pytest.fixture(autouse=True)
def connected(places: Places, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: running.Serving) -> None:
        """Django is set up for the tests already."""

    monkeypatch.setattr(running, "connect", connect)
    settings.URL = HOME


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


def actors(event: Event) -> list[str]:
    return list(AuditEntry.objects.filter(event=event).order_by("pk").values_list("actor", flat=True))


def opens(link: str) -> Invitation | None:
    assert link.startswith(f"{HOME}/join/")
    return Invitation.open_by_secret(link.strip().rstrip("/").rpartition("/")[2])


def test_a_member_is_given_another_role_and_removed(places: Places) -> None:
    listed = {row["email"]: row["role"] for row in rows_of("members", "list", "contoso")}
    assert listed == {one.user.email: one.role for one in Member.objects.filter(organization=places.partner)}
    assert attain("members", "change", "contoso", "LEARNER@contoso.example", "--role", "partner_admin") == (
        "learner@contoso.example is Partner admin.\n"
    )
    assert attain("members", "change", "contoso", "learner@contoso.example", "--role", "learner", "--names") == (
        "learner@contoso.example is Learner.\n"
    )
    assert Member.objects.get(user__email="learner@contoso.example").sees_names
    assert refused("members", "change", "contoso", ADMIN, "--role", "learner").code == "last-admin"
    assert refused("members", "remove", "contoso", ADMIN).code == "last-admin"
    assert refused("members", "change", "contoso", "lerner@contoso.example", "--role", "learner").hint == (
        "did you mean learner@contoso.example?"
    )
    assert refused("members", "change", "contoso", ADMIN, "--role", "globaladmin").hint == "did you mean global_admin?"
    attain("members", "remove", "contoso", "learner@contoso.example")
    assert not Member.objects.filter(user__email="learner@contoso.example").exists()
    assert actors(Event.ROLE_CHANGED) == ["attain members change"] * 2
    assert actors(Event.MEMBER_REMOVED) == ["attain members remove"]


def test_somebody_is_invited_by_a_link_that_is_printed_once_and_withdrawn() -> None:
    first = attain("members", "invite", "contoso", "New@contoso.example", "--role", "partner_admin")
    found = opens(first)
    assert found is not None
    assert (found.email, Role(found.role)) == ("new@contoso.example", Role.PARTNER_ADMIN)
    second = attain("members", "invite", "contoso", "new@contoso.example")
    assert opens(first) is None, "an open invitation of the same address stops working"
    (row,) = rows_of("members", "invitations", "contoso")
    assert (row["email"], row["role"]) == ("new@contoso.example", "executive_report_viewer")
    assert refused("members", "invite", "contoso", "nobody").code == "bad-address"
    assert refused("members", "withdraw", "contoso", "mew@contoso.example").hint == "did you mean new@contoso.example?"
    attain("members", "withdraw", "contoso", "new@contoso.example")
    assert opens(second) is None
    assert attain("members", "invitations", "contoso") == "No invitation is open.\n"
    assert actors(Event.INVITED) == ["attain members invite"] * 2
    assert actors(Event.INVITATION_WITHDRAWN) == ["attain members invite", "attain members withdraw"]


def test_an_organization_is_made_and_sees_partners() -> None:
    link = attain("organizations", "make", "Tailspin Toys", "ada@tailspin.example", "--kind", "distributor")
    found = opens(link)
    assert found is not None
    assert (found.organization.slug, found.email, Role(found.role)) == ("tailspin-toys", "ada@tailspin.example", Role.GLOBAL_ADMIN)
    until = timezone.now().date() + dt.timedelta(days=30)
    assert attain("organizations", "let-see", "tailspin-toys", OWN) == f"Tailspin Toys sees partner {OWN}: own.\n"
    attain("organizations", "let-see", "tailspin-toys", OTHER, "--consent", "totals", "--until", str(until))
    seen = {(row["partner_id"], row["consent"], row["until"]) for row in rows_of("organizations", "partners", "tailspin-toys")}
    assert seen == {(OWN, "own", ""), (OTHER, "totals", str(until))}
    (row,) = [row for row in rows_of("organizations", "list") if row["organization"] == "tailspin-toys"]
    assert (row["name"], row["kind"], row["people"], row["partners"], row["sees_all"]) == (
        "Tailspin Toys",
        "distributor",
        "0",
        "2",
        "false",
    )
    assert refused("organizations", "let-see", "tailspin-toys", OTHER, "--consent", "totals").code == "consent-without-end"
    assert refused("organizations", "let-see", "tailspin-toys", OTHER, "--consent", "total").hint == "did you mean totals?"
    assert refused("organizations", "make", "X", "x@x.example", "--kind", "distributer").hint == "did you mean distributor?"
    assert refused("organizations", "take-away", "tailspin-toys", "1000009").code == "unknown-partner"
    attain("organizations", "take-away", "tailspin-toys", OWN)
    rows = OrganizationPartner.objects.filter(organization=Organization.objects.get(slug="tailspin-toys"))
    assert [(one.partner_id, one.consent) for one in rows] == [(OTHER, str(Consent.TOTALS))]
    assert actors(Event.ORGANIZATION_MADE) == ["attain organizations make"]
    assert actors(Event.PARTNER_CHANGED) == ["attain organizations let-see"] * 2 + ["attain organizations take-away"]


def test_a_token_of_a_service_is_listed_without_its_secret_and_revoked(places: Places) -> None:
    expires = timezone.now() + dt.timedelta(days=1)
    made = [
        Token.issue(
            name,
            scopes=[TokenScope.READ],
            expires_at=expires,
            by=places.people[Role.GLOBAL_ADMIN],
            organization=places.partner,
            role=Role.PARTNER_ADMIN,
        )
        for name in ("nightly", "twice", "twice")
    ]
    rows = rows_of("tokens", "list", "contoso")
    assert {row["start"] for row in rows} == {token.start for token, _ in made}
    assert all(secret not in attain("tokens", "list", "contoso") for _, secret in made)
    assert refused("tokens", "revoke", "contoso", "nightli").hint == "did you mean nightly?"
    assert refused("tokens", "revoke", "contoso", "twice").code == "which-token"
    assert refused("tokens", "revoke", "fabrikam", "nightly").code == "no-such-token"
    attain("tokens", "revoke", "contoso", "nightly")
    attain("tokens", "revoke", "contoso", made[1][0].start)
    assert [Token.valid(secret) is None for _, secret in made] == [True, True, False]
    assert actors(Event.TOKEN_REVOKED) == ["attain tokens revoke"] * 2


def test_the_audit_log_is_read_by_event_person_and_day(places: Places) -> None:
    attain("members", "invite", "contoso", "new@contoso.example")
    attain("members", "withdraw", "contoso", "new@contoso.example")
    attain("members", "invite", "fabrikam", "other@fabrikam.example")
    every = rows_of("audit", "contoso")
    assert [(row["event"], row["actor"]) for row in every] == [
        ("invitation_withdrawn", "attain members withdraw"),
        ("invited", "attain members invite"),
    ]
    assert [row["event"] for row in rows_of("audit", "contoso", "--event", "invited")] == ["invited"]
    assert [row["event"] for row in rows_of("audit", "contoso", "--who", "WITHDRAW")] == ["invitation_withdrawn"]
    assert len(rows_of("audit", "contoso", "--last", "1")) == 1
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    assert rows_of("audit", "contoso", "--since", str(tomorrow)) == []
    assert len(rows_of("audit", "contoso", "--since", str(tomorrow - dt.timedelta(days=1)))) == 2
    assert refused("audit", "contoso", "--event", "invitd").hint == "did you mean invited?"

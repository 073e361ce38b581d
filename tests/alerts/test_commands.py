"""`attain alerts rules` and `channels`: made, changed, switched and removed as pages do, and no secret is ever printed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attain.alerts.models import Channel, Delivery, DeliveryState, Rule
from attain.alerts.noticing import notice
from attain.alerts.sealing import opened
from attain.cli.app import app
from attain.errors import AttainError
from attain.people.models import AuditEntry, Event
from attain.published.models import Publication
from attain.server import running
from attain.workspace import Workspace
from tests.alerts.receivers import Hooks
from tests.people.places import OTHER, OWN, Places

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connected(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(_: running.Serving) -> None:
        """Django is set up for the tests already."""

    monkeypatch.setattr(running, "connect", connect)


def attain(*words: str, typed: str | None = None, **env: str) -> str:
    done = CliRunner().invoke(app, words, input=typed, env=env, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "secret-part" not in done.output
    return done.stdout


def refused(*words: str, **env: str) -> AttainError:
    with pytest.raises(AttainError) as caught:
        CliRunner().invoke(app, words, env=env, catch_exceptions=False)
    return caught.value


def rows_of(*words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(attain(*words, "--format", "csv"))))


def test_a_mail_channel_is_made_changed_in_part_switched_and_removed() -> None:
    hours = ("--pace", "daily", "--digest-at", "07:30", "--zone", "Europe/Berlin", "--quiet-from", "22:00", "--quiet-until", "06:00")
    two = ("--address", "one@contoso.example", "--address", "two@contoso.example")
    attain("alerts", "channels", "add", "contoso", "Team", "--kind", "mail", *two, *hours)
    attain("alerts", "channels", "change", "contoso", "team", "--to", "All", "--quiet-from", "", "--quiet-until", "")
    (row,) = rows_of("alerts", "channels", "list", "contoso")
    assert (row["channel"], row["to"], row["pace"], row["digest_at"], row["quiet_from"], row["active"]) == (
        "All",
        "one@contoso.example, two@contoso.example",
        "daily",
        "07:30",
        "",
        "true",
    )
    assert attain("alerts", "channels", "off", "contoso", "All") == "Channel All is off.\n"
    assert not Channel.objects.get().active
    assert attain("alerts", "channels", "on", "contoso", "All") == "Channel All is on.\n"
    assert refused("alerts", "channels", "change", "contoso", "Al").hint == "did you mean All?"
    assert refused("alerts", "channels", "change", "contoso", "All", "--zone", "Europe/Berln").hint == "did you mean Europe/Berlin?"
    assert refused("alerts", "channels", "add", "contoso", "Mail", "--kind", "mial", *two).hint == "did you mean mail?"
    assert refused("alerts", "channels", "add", "contoso", "all", "--kind", "mail", *two).code == "name-taken"
    assert attain("alerts", "channels", "remove", "contoso", "All") == "Channel All is removed.\n"
    assert attain("alerts", "channels", "list", "contoso") == "There is no channel.\n"
    entries = AuditEntry.objects.filter(event=Event.ALERTS_CHANGED).order_by("pk").values_list("actor", flat=True)
    assert list(entries) == [f"attain alerts channels {what}" for what in ("add", "change", "off", "on", "remove")]


def test_the_address_of_a_webhook_comes_from_the_environment_or_a_prompt_and_its_secret_goes_into_a_file(
    hook: Hooks, tmp_path: Path
) -> None:
    add = ("alerts", "channels", "add", "contoso", "Hook", "--kind", "webhook")
    assert refused(*add, ATTAIN_CHANNEL_URL=hook.url).code == "no-place-for-secret"
    assert not Channel.objects.exists()
    secret = tmp_path / "secret"
    attain(*add, "--secret-to", str(secret), ATTAIN_CHANNEL_URL=hook.url)
    made = Channel.objects.get()
    assert (opened(made.sealed_url), made.host) == (hook.url, "127.0.0.1")
    assert (secret.read_text(encoding="utf-8").strip(), secret.stat().st_mode & 0o777) == (opened(made.sealed_secret), 0o600)
    (row,) = rows_of("alerts", "channels", "list", "contoso")
    assert row["to"] == "127.0.0.1"
    other = f"{hook.url}/other"
    attain("alerts", "channels", "change", "contoso", "Hook", "--new-address", typed=f"{other}\n")
    assert opened(Channel.objects.get().sealed_url) == other
    assert opened(Channel.objects.get().sealed_secret) == secret.read_text(encoding="utf-8").strip(), "the secret stays unless asked for"
    renew = ("alerts", "channels", "change", "contoso", "Hook", "--new-secret", "--secret-to")
    assert refused(*renew, str(secret)).code == "file-exists"
    attain(*renew, str(tmp_path / "new"))
    assert (tmp_path / "new").read_text(encoding="utf-8").strip() == opened(Channel.objects.get().sealed_secret)
    lost = tmp_path / "lost"
    bad = ("alerts", "channels", "add", "contoso", "Bad", "--kind", "webhook", "--secret-to", str(lost))
    assert refused(*bad, ATTAIN_CHANNEL_URL="http://example.com/x").where == "url"
    assert not lost.exists(), "where the channel is refused there is no file"


def test_a_rule_is_made_changed_in_part_switched_and_removed(published: Publication) -> None:
    attain("alerts", "channels", "add", "contoso", "Team", "--kind", "mail", "--address", "one@contoso.example")
    said = attain("alerts", "rules", "add", "contoso", "under", "--partner", OWN, "--designation", "security", "--bound", "72.5")
    made = Rule.objects.get()
    assert (made.partner_id, made.designation, made.bound_micro, made.channels.count()) == (OWN, "security", 72_500_000, 0)
    assert said == f"Rule {made.pk} is made: Points under a bound, Security, under 72.5 points (no channel).\n"
    number = str(made.pk)
    attain("alerts", "rules", "change", "contoso", number, "--channel", "team", "--bound", "75")
    (row,) = rows_of("alerts", "rules", "list", "contoso")
    assert (row["rule"], row["partner_id"], row["bound"], row["channels"], row["active"]) == (number, OWN, "75", "Team", "true")
    attain("alerts", "rules", "change", "contoso", number, "--bound", "", "--partner", "")
    assert (Rule.objects.get().bound_micro, Rule.objects.get().partner_id, Rule.objects.get().channels.count()) == (None, "", 1)
    attain("alerts", "rules", "change", "contoso", number, "--no-channel")
    assert Rule.objects.get().channels.count() == 0
    assert attain("alerts", "rules", "off", "contoso", number) == f"Rule {number} is off.\n"
    assert not Rule.objects.get().active
    assert attain("alerts", "rules", "on", "contoso", number) == f"Rule {number} is on.\n"
    assert refused("alerts", "rules", "add", "contoso", "undr").hint == "did you mean under?"
    assert refused("alerts", "rules", "add", "contoso", "under", "--designation", "securty").hint == "did you mean security?"
    assert refused("alerts", "rules", "add", "contoso", "under", "--partner", OTHER).code == "unknown-partner"
    assert refused("alerts", "rules", "add", "contoso", "stale", "--bound", "70").code == "not-asked"
    assert refused("alerts", "rules", "change", "contoso", number, "--channel", "Taem").hint == "did you mean Team?"
    assert CliRunner().invoke(app, ["alerts", "rules", "change", "contoso", number, "--days", "1.5"]).exit_code == 2
    assert refused("alerts", "rules", "remove", "fabrikam", number).code == "no-such-rule", "it is none of another organization"
    assert attain("alerts", "rules", "remove", "contoso", number) == f"Rule {number} is removed.\n"
    assert attain("alerts", "rules", "list", "contoso") == "There is no rule.\n"


def test_what_was_noticed_and_a_delivery_that_is_tried_again(
    published: Publication, workspace: Workspace, hook: Hooks, tmp_path: Path
) -> None:
    add = ("alerts", "channels", "add", "contoso", "Hook", "--kind", "webhook", "--secret-to", str(tmp_path / "secret"))
    attain(*add, ATTAIN_CHANNEL_URL=hook.url)
    attain("alerts", "rules", "add", "contoso", "under", "--bound", "1000", "--channel", "Hook")
    assert attain("alerts", "noticed", "contoso") == "Nothing was noticed.\n"
    notice(workspace)
    found = rows_of("alerts", "noticed", "contoso")
    assert {(row["kind"], row["partner_id"]) for row in found} == {("under", OWN)}
    assert rows_of("alerts", "noticed", "contoso", "--kind", "stale") == []
    assert refused("alerts", "noticed", "contoso", "--kind", "undr").hint == "did you mean under?"
    hook.answers = [(410, {})]
    CliRunner().invoke(app, ["alerts", "deliver"], catch_exceptions=False)
    (row,) = rows_of("alerts", "log", "--organization", "contoso")
    assert row["answer"].startswith("410")
    (tried,) = rows_of("alerts", "log", "--delivery", row["delivery"])
    assert tried["code"] == "410"
    assert attain("alerts", "retry", "contoso", row["delivery"]) == f"Delivery {row['delivery']} is tried again.\n"
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert refused("alerts", "retry", "contoso", row["delivery"]).code == "not-failed"
    assert refused("alerts", "retry", "fabrikam", row["delivery"]).code == "no-such-delivery"

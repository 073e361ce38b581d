"""Alerts over the REST interface: rules, channels without their secrets, deliveries, within roles and scopes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from attain.alerts.models import Alert, Channel, Delivery, DeliveryState, Rule, RuleKind
from attain.alerts.sealing import opened
from attain.people.models import TokenScope
from attain.people.roles import Role
from tests.alerts.receivers import Hooks, hooks
from tests.api.calling import Caller
from tests.api.conftest import DAY
from tests.people.places import OTHER, Places

HERE = "/organizations/contoso"
READ = (TokenScope.READ,)


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hooks]:
    with hooks() as state:
        settings.WEBHOOK_HOSTS = [urlsplit(state.url).netloc]
        yield state


def test_a_channel_is_made_tried_changed_and_removed(caller: Caller, hook: Hooks) -> None:
    asked = {"name": "Hook", "kind": "webhook", "url": hook.url, "quiet_from": "22:00", "quiet_until": "07:00", "zone": "Europe/Berlin"}
    answer = caller.post(f"{HERE}/alert-channels", asked)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    kept = Channel.objects.get()
    assert made["secret"] == opened(kept.sealed_secret) != ""
    assert (made["host"], made["quiet_from"], made["digest_at"]) == ("127.0.0.1", "22:00:00", "08:00:00")
    for found in (caller.get(f"{HERE}/alert-channels"), caller.get(f"{HERE}/alert-deliveries")):
        assert "secret-part" not in found.content.decode()
        assert "whsec_" not in found.content.decode()
    one = f"{HERE}/alert-channels/{made['id']}"
    (tried,) = caller.post(f"{one}/test", None).json()["deliveries"]
    assert (tried["state"], tried["code"], tried["is_test"]) == ("sent", "200", True)
    changed = caller.send("PUT", one, {"name": "Other", "kind": "webhook"}).json()
    assert (changed["name"], changed["secret"], changed["quiet_from"]) == ("Other", "", None)
    assert opened(Channel.objects.get().sealed_url) == hook.url
    assert caller.send("PATCH", one, {"active": False}).json()["active"] is False
    assert caller.send("DELETE", one).status_code == 204
    assert caller.send("DELETE", one).status_code == 404
    assert caller.get(f"{HERE}/alert-deliveries").json()["deliveries"][0]["channel"] is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": "x", "kind": "teams", "url": "https://169.254.169.254/"}, "url"),
        ({"name": "x", "kind": "teams"}, "url"),
        ({"name": "x", "kind": "mail", "addresses": ["nobody"]}, "addresses"),
        ({"name": "x", "kind": "mail", "addresses": ["a@b.example"], "zone": "Mars/Base"}, "zone"),
    ],
)
def test_a_channel_that_cannot_be_is_refused_at_its_field(asked: dict[str, object], field: str, caller: Caller) -> None:
    answer = caller.post(f"{HERE}/alert-channels", asked)
    assert answer.status_code in {400, 422}
    assert field in answer.content.decode()
    assert not Channel.objects.exists()


def test_a_rule_is_made_switched_and_removed(caller: Caller, hook: Hooks) -> None:
    channel = caller.post(f"{HERE}/alert-channels", {"name": "Hook", "kind": "webhook", "url": hook.url}).json()["id"]
    asked = {"kind": "under", "designation": "security", "metric": "net_customer_adds", "bound": "12.5", "channels": [channel]}
    made = caller.post(f"{HERE}/alert-rules", asked)
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in asked} == asked
    one = f"{HERE}/alert-rules/{made.json()['id']}"
    assert caller.send("PATCH", one, {"active": False}).json()["active"] is False
    left = caller.send("PATCH", one, {"bound": None, "active": True}).json()
    assert (left["bound"], left["active"], left["metric"], left["channels"]) == (None, True, "net_customer_adds", [channel])
    other = caller.send("PATCH", one, {"metric": "", "bound": "80.25", "channels": []}).json()
    assert (other["designation"], other["metric"], other["bound"], other["channels"]) == ("security", "", "80.25", [])
    assert caller.send("PATCH", one, {"days": 5, "active": False}).status_code in {400, 422}
    assert caller.send("PATCH", one, {"active": False}).json()["active"] is False
    assert [rule["active"] for rule in caller.get(f"{HERE}/alert-rules").json()["rules"]] == [False]
    assert caller.post(f"{HERE}/alert-rules", {"kind": "under", "partner_id": OTHER}).status_code in {400, 404, 422}
    assert caller.send("DELETE", one).status_code == 204
    assert not Rule.objects.exists()


def test_alerts_and_deliveries_are_paged_newest_first(caller: Caller, places: Places) -> None:
    rule = Rule.objects.create(organization=places.partner, kind=RuleKind.UNDER)
    for number in range(5):
        values = {"organization": places.partner, "day": DAY, "text": f"line {number}", "people": ["p1"]}
        Alert.objects.create(rule=rule, kind=RuleKind.UNDER, subject=str(number), **values)
        Delivery.objects.create(organization=places.partner, channel_name="x", recipient="y", due_at=rule.made_at)
    Alert.objects.create(rule=rule, kind=RuleKind.UNDER, subject="old", silent=True, organization=places.partner, day=DAY, text="silent")
    for path, name in (("alerts", "alerts"), ("alert-deliveries", "deliveries")):
        first = caller.get(f"{HERE}/{path}?limit=3").json()
        second = caller.get(f"{HERE}/{path}?limit=3&cursor={first['next']}").json()
        ids = [one["id"] for one in (*first[name], *second[name])]
        assert len(ids) == 5
        assert ids == sorted(ids, reverse=True)
        assert second["next"] == ""
    told = caller.get(f"{HERE}/alerts").json()["alerts"][0]
    assert (told["text"], told["people"]) == ("line 4", 1)
    assert caller.get(f"{HERE}/alerts?kind=stale").json()["alerts"] == []


def test_what_was_given_up_is_tried_again(caller: Caller, places: Places, hook: Hooks) -> None:
    made = caller.post(f"{HERE}/alert-channels", {"name": "Hook", "kind": "webhook", "url": hook.url}).json()
    hook.answers = [(404, {})]
    caller.post(f"{HERE}/alert-channels/{made['id']}/test", None)
    (lost,) = caller.get(f"{HERE}/alert-deliveries?state=failed").json()["deliveries"]
    one = f"{HERE}/alert-deliveries/{lost['id']}"
    assert [(each["code"], each["words"]) for each in caller.get(one).json()["tries"]] == [("404", "Refused with 404")]
    assert caller.post(f"{one}/retry", None).json()["state"] == DeliveryState.WAITING
    assert caller.post(f"{one}/retry", None).status_code == 409


def test_a_token_that_only_reads_sets_nothing_up(caller: Caller, places: Places) -> None:
    assert caller.get(f"{HERE}/alert-rules", scopes=READ).status_code == 200
    assert caller.post(f"{HERE}/alert-rules", {"kind": "stale"}, scopes=READ).status_code == 403
    assert caller.get(f"{HERE}/alert-rules", role=Role.EXECUTIVE_REPORT_VIEWER).status_code == 403
    assert caller.get("/organizations/fabrikam/alert-rules").status_code == 404
    theirs = Rule.objects.create(organization=places.other, kind=RuleKind.STALE)
    assert caller.send("DELETE", f"{HERE}/alert-rules/{theirs.pk}").status_code == 404
    assert caller.send("PATCH", f"{HERE}/alert-rules/{theirs.pk}", {"days": 3}).status_code == 404
    own = Rule.objects.create(organization=places.partner, kind=RuleKind.STALE)
    assert caller.send("PATCH", f"{HERE}/alert-rules/{own.pk}", {"days": 3}, scopes=READ).status_code == 403

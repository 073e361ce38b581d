"""What receivers get: signed JSON, cards and mails, with links that may be opened, and who is named to whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from attain.alerts import delivering as module
from attain.alerts.delivering import deliver_due
from attain.alerts.models import Attempt, ChannelKind, Delivery, Rule, RuleKind
from attain.alerts.sealing import opened, sealed
from attain.people.models import Organization
from attain.people.roles import Role
from tests.alerts.conftest import NOW, channel_of
from tests.alerts.receivers import Hooks, Mails
from tests.alerts.standing import queue
from tests.people.places import OTHER, OWN, RESELLER_DETAIL, Places

pytestmark = pytest.mark.django_db
Make = Callable[..., Rule]
MINUTE = dt.timedelta(minutes=1)


class TestWebhook:
    def test_the_body_is_signed_with_the_moment_it_was_sent(self, places: Places, hook: Hooks) -> None:
        queue(channel_of(places.partner, hook.url), {"text": "Größe 東京 <b>"})
        deliver_due()
        (posted,) = hook.posted
        sent_at = posted.headers["Attain-Timestamp"]
        expected = hmac.new(b"whsec_test", sent_at.encode() + b"." + posted.body, hashlib.sha256).hexdigest()
        assert posted.headers["Attain-Signature"] == f"v1={expected}"
        assert abs(int(sent_at) - dt.datetime.now(tz=dt.UTC).timestamp()) < 60
        content = json.loads(posted.body)
        assert content["sent_at"] == int(sent_at)
        assert content["alerts"][0]["text"] == "Größe 東京 <b>"
        assert content["alerts"][0]["url"].endswith(f"/{OWN}/membership/security/")
        assert (content["kind"], content["organization"], content["more"]) == ("alerts", "contoso", 0)

    def test_the_documented_check_accepts_it_and_nothing_else(self, places: Places, hook: Hooks) -> None:
        page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
        namespace: dict[str, Any] = {}
        exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], namespace)
        check = namespace["is_from_attain"]
        queue(channel_of(places.partner, hook.url))
        deliver_due()
        (posted,) = hook.posted
        assert check("whsec_test", posted.headers, posted.body)
        assert not check("whsec_tests", posted.headers, posted.body)
        assert not check("whsec_test", posted.headers, posted.body + b" ")
        old = str(int(posted.headers["Attain-Timestamp"]) - 301)
        assert not check("whsec_test", {**posted.headers, "Attain-Timestamp": old}, posted.body)

    def test_teams_gets_a_card_in_which_no_markup_works(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url, kind=ChannelKind.TEAMS)
        queue(channel, {"partner_name": "[Click](https://evil.example) **now**"}, {"partner_name": "[Click](https://evil.example) **now**"})
        deliver_due()
        (posted,) = hook.posted
        card = json.loads(posted.body)
        (attachment,) = card["attachments"]
        assert (card["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
        content = attachment["content"]
        assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
        assert {block["type"] for block in content["body"]} == {"RichTextBlock"}, "text blocks take markup, runs of text do not"
        runs = [block["inlines"][0]["text"] for block in content["body"]]
        assert runs[0] == "2 alerts for Contoso"
        assert "[Click](https://evil.example) **now**" in runs
        assert content["actions"][0]["url"].endswith("/settings/contoso/alerts/")
        assert "Attain-Signature" not in posted.headers

    def test_a_card_stays_under_what_teams_takes(self, places: Places, hook: Hooks) -> None:
        channel = channel_of(places.partner, hook.url, kind=ChannelKind.TEAMS)
        queue(channel, *({"text": "東" * 390 + f" {number}"} for number in range(100)))
        deliver_due()
        assert len(hook.posted[0].body) < 28 * 1024
        assert "And 80 more in Attain." in hook.posted[0].body.decode()

    def test_a_secret_is_kept_sealed_and_is_lost_with_the_key(self, places: Places, hook: Hooks, settings: Settings) -> None:
        channel = channel_of(places.partner, hook.url)
        assert "secret-part" not in channel.sealed_url
        assert opened(channel.sealed_url) == hook.url
        assert sealed(hook.url) != channel.sealed_url, "the same secret is never sealed alike"
        (delivery,) = queue(channel)
        settings.SECRET_KEY = "another key"
        assert deliver_due(NOW).failed == 1
        delivery.refresh_from_db()
        assert "the key of this server is another" in delivery.words

    def test_nothing_secret_gets_into_the_log_of_deliveries(self, places: Places, hook: Hooks, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        hook.body = b"your secret-part was wrong"
        hook.answers = [(400, {})]
        queue(channel_of(places.partner, hook.url))
        deliver_due(NOW)
        kept = [*Delivery.objects.values_list("words", "recipient"), *Attempt.objects.values_list("words", "code")]
        assert "secret-part" not in repr(kept)
        assert "secret-part" not in caplog.text


class TestMail:
    def test_each_recipient_gets_a_mail_with_the_number_the_reason_and_a_link(self, places: Places, mail: Mails) -> None:
        channel = channel_of(places.partner, addresses=["one@contoso.example", "two@contoso.example"])
        queue(channel, {"text": "Security is at 65.2 of 100 points, under 70. Net customer adds down 5 on 2026-11-24."})
        assert deliver_due(NOW).sent == 2
        assert [recipients for _, recipients, _ in mail.taken] == [["one@contoso.example"], ["two@contoso.example"]]
        sender, _, message = mail.taken[0]
        assert sender == "attain@contoso.example"
        assert message["To"] == "one@contoso.example"
        line = "Security is at 65.2 of 100 points, under 70. Net customer adds down 5 on 24 Nov 2026."
        assert message["Subject"] == f"Attain: Contoso: {line}"
        assert message["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<[0-9a-f-]{36}@contoso\.example>", message["Message-ID"])
        text = message.get_content()
        assert f"- {line}\n" in text
        assert "https://attain.contoso.example/1000001/membership/security/" in text
        assert "What Partner Center shows is what Microsoft decides by." in text

    def test_a_name_from_a_file_makes_no_header(self, places: Places, mail: Mails) -> None:
        channel = channel_of(places.partner, addresses=["one@contoso.example"], name="a\r\nBcc: x@evil.example")
        queue(channel, {"partner_name": "Contoso\r\nBcc: other@evil.example\r\n\r\nbody"})
        assert deliver_due(NOW).sent == 1
        _, recipients, message = mail.taken[0]
        assert recipients == ["one@contoso.example"]
        assert message["Bcc"] is None
        assert "Contoso Bcc: other@evil.example body" in message["Subject"]

    def test_many_alerts_are_grouped_by_partner_and_cut(self, places: Places, mail: Mails) -> None:
        channel = channel_of(places.partner, addresses=["one@contoso.example"])
        queue(channel, *({"text": f"Line {number}."} for number in range(203)))
        deliver_due(NOW)
        message = mail.taken[0][2]
        assert message["Subject"] == "Attain: 203 alerts for Contoso"
        text = message.get_content()
        assert text.count("\n- Line") == 200
        assert text.startswith("Contoso\n")
        assert "And 3 more:" in text

    def test_only_members_who_may_see_names_read_them(self, places: Places, mail: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
        names = {"p1": "Adele Vance", "p2": "Megan Bowen"}

        def looked_up(people: Collection[str]) -> dict[str, str]:
            return {one: names[one] for one in people}

        monkeypatch.setattr(module, "names_of_people", looked_up)
        certificate = {"kind": RuleKind.CERTIFICATE, "text": "Azure Security Engineer (AZ-500) counts until 2026-12-12, then it ends."}
        alerts = [{**certificate, "people": ["p1"]}, {**certificate, "people": ["p2"]}]
        admin, viewer, former = "global_admin@contoso.example", "executive_report_viewer@contoso.example", "partner_admin@contoso.example"
        type(places.people[Role.PARTNER_ADMIN]).objects.filter(email=former).update(is_active=False)
        stranger = places.stranger.email
        channel = channel_of(places.partner, addresses=[admin, viewer, former, stranger, "list@contoso.example"])
        queue(channel, *alerts)
        assert deliver_due(NOW).sent == 5
        texts = {recipients[0]: message.get_content() for _, recipients, message in mail.taken}
        assert "- Adele Vance, Megan Bowen: Azure Security Engineer (AZ-500) counts until 12 Dec 2026, then it ends." in texts[admin]
        for other in (viewer, former, stranger, "list@contoso.example"):
            assert "Adele" not in texts[other]
            assert "then it ends. It is held by 2 people." in texts[other]

    def test_a_webhook_counts_people(self, places: Places, hook: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:

        def looked_up(people: Collection[str]) -> dict[str, str]:
            return dict.fromkeys(people, "Adele Vance")

        monkeypatch.setattr(module, "names_of_people", looked_up)
        queue(channel_of(places.partner, hook.url), {"people": ["p1"], "kind": RuleKind.CERTIFICATE})
        queue(channel_of(places.partner, hook.url, name="Team", kind=ChannelKind.TEAMS), {"people": ["p1"], "kind": RuleKind.CERTIFICATE})
        deliver_due()
        assert len(hook.posted) == 2
        for posted in hook.posted:
            assert b"Adele" not in posted.body
            assert b"p1" not in posted.body

    @pytest.mark.parametrize(("answer", "again"), [(b"450 later", True), (b"451 later", True), (b"550 nobody", False), (b"553 no", False)])
    def test_refusals_of_the_mail_server(self, answer: bytes, again: bool, places: Places, mail: Mails) -> None:
        (delivery,) = queue(channel_of(places.partner, addresses=["one@contoso.example"]))
        mail.answers = [answer]
        done = deliver_due(NOW)
        assert (done.again, done.failed) == ((1, 0) if again else (0, 1))
        delivery.refresh_from_db()
        assert (delivery.code, delivery.words) == (answer[:3].decode(), "The mail server refused the recipient")

    def test_no_mail_server_and_none_that_answers(self, places: Places, mail: Mails, settings: Settings) -> None:
        (delivery,) = queue(channel_of(places.partner, addresses=["one@contoso.example"]))
        settings.MAIL_SERVER = type(settings.MAIL_SERVER)("127.0.0.1", 1, "", "", "none", "attain@contoso.example")
        assert deliver_due(NOW).again == 1
        settings.MAIL_SERVER = None
        assert deliver_due(NOW + MINUTE).failed == 1
        delivery.refresh_from_db()
        assert "ATTAIN_MAIL_HOST" in delivery.words


def test_links_lead_to_pages_that_the_organization_may_open(places: Places, hook: Hooks) -> None:
    everybody = Organization.objects.create(name="Operator", slug="operator", sees_all=True)
    kinds = [
        {"kind": RuleKind.UNDER},
        {"kind": RuleKind.UNDER, "metric": "net_customer_adds"},
        {"kind": RuleKind.CERTIFICATE, "designation": ""},
        {"kind": RuleKind.RESTATED, "designation": ""},
        {"kind": RuleKind.UNRECOGNIZED},
        {"kind": RuleKind.STALE, "partner_id": "", "designation": ""},
    ]
    queue(channel_of(everybody, hook.url), *({"partner_id": OTHER, **kind} for kind in kinds))
    queue(channel_of(places.distributor, hook.url), {"partner_id": RESELLER_DETAIL})
    deliver_due()
    urls = [alert["url"].split("/", 3)[3] for posted in hook.posted for alert in json.loads(posted.body)["alerts"]]
    assert sorted(urls) == sorted(
        [
            f"{OTHER}/membership/security/",
            f"{OTHER}/membership/security/net_customer_adds/",
            f"{OTHER}/insights/skilling/",
            f"{OTHER}/data/",
            f"{OTHER}/plan/coverage/",
            "settings/operator/alerts/",
            f"portfolio/wide-world/resellers/{RESELLER_DETAIL}/",
        ]
    )

from __future__ import annotations

import pytest

from attain.errors import AttainError
from attain.sources.partner_center import pull
from attain.sources.partner_center.insights import discover
from tests.pull.conftest import Asking
from tests.pull.services import REFRESH, SECRET, TENANT, Data, Reply, json_reply


def ask(asking: Asking, times: int = 1) -> None:
    asking.services.datasets["Profile"] = Data(["MPNId"])
    with asking.connected() as connected:
        for _ in range(times):
            assert [dataset.name for dataset in discover(connected.insights)] == ["Profile"]


def refusal(asking: Asking) -> AttainError:
    with pytest.raises(AttainError) as caught:
        ask(asking)
    for secret in (SECRET, REFRESH, "device-code-secret"):
        assert secret not in str(caught.value)
    return caught.value


def test_a_refresh_token_is_enough(asking: Asking) -> None:
    ask(asking, times=3)
    [request] = asking.services.asked("POST", "/token")
    assert request.path == f"/{TENANT}/oauth2/v2.0/token"
    assert request.form["refresh_token"] == REFRESH
    assert request.form["client_secret"] == SECRET
    assert request.form["scope"] == f"{asking.services.base}/.default offline_access"
    assert asking.services.asked("POST", "/devicecode") == []


def test_a_token_is_renewed_before_it_ends_with_the_newest_refresh_token(asking: Asking) -> None:
    asking.services.lifetime = "0"
    ask(asking, times=3)
    tokens = [request.form["refresh_token"] for request in asking.services.asked("POST", "/token")]
    assert len(set(tokens)) == 3
    assert tokens[0] == REFRESH


def test_a_token_that_the_service_calls_too_old_is_renewed_once(asking: Asking) -> None:
    ask(asking)
    asking.services.spoil("GET", "ScheduledDataset", json_reply({"message": "Token expired"}, 401))
    ask(asking)
    assert len(asking.services.asked("POST", "/token")) == 3


def test_a_new_token_that_is_refused_too_is_the_end(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", json_reply({"message": "No"}, 401), json_reply({"message": "No"}, 401))
    assert refusal(asking).code == "no-access"
    assert len(asking.services.asked("GET", "ScheduledDataset")) == 2


def test_a_missing_role_is_named(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", json_reply({"message": "Forbidden"}, 403))
    assert str(refusal(asking)).startswith("datasets: access is refused (HTTP 403): Forbidden (check the role")


def test_a_wrong_secret_is_named_and_not_shown(asking: Asking) -> None:
    asking.environment["ATTAIN_CLIENT_SECRET"] = "not-the/secret"
    error = refusal(asking)
    assert (error.code, error.hint) == ("sign-in-refused", "ATTAIN_CLIENT_SECRET is not the secret of this app")
    assert "not-the/secret" not in str(error)
    assert "\n" not in str(error)


def test_a_refresh_token_that_is_no_longer_good_is_named_and_not_shown(asking: Asking) -> None:
    asking.environment["ATTAIN_REFRESH_TOKEN"] = "an-old-token"
    error = refusal(asking)
    assert error.code == "sign-in-refused"
    assert "sign in anew without ATTAIN_REFRESH_TOKEN" in error.hint
    assert "an-old-token" not in str(error)


def by_code(asking: Asking, *answers: str) -> Asking:
    del asking.environment["ATTAIN_REFRESH_TOKEN"]
    asking.services.device_answers = list(answers)
    return asking


def test_a_code_is_shown_and_waited_for(asking: Asking) -> None:
    ask(by_code(asking, "authorization_pending", "slow_down", "authorization_pending"), times=2)
    assert asking.told[0] == f"To sign in, open {asking.services.base}/device in a browser and enter the code ABCD1234"
    assert len(asking.services.asked("POST", "/token")) == 4
    assert "offline_access" in asking.services.asked("POST", "/devicecode")[0].form["scope"]


def test_a_code_may_be_asked_for_whatever_token_there_is(asking: Asking) -> None:
    asking.services.datasets["Profile"] = Data(["MPNId"])
    asked: list[str] = []
    with pull.connected(asking.environment, asking.told.append, ask=asked.append, pace=asking.pace, by_code=True) as connected:
        assert len(discover(connected.insights)) == 1
    assert len(asking.services.asked("POST", "/devicecode")) == 1
    assert [line[:10] for line in asked] == ["To sign in"]
    assert not any(line.startswith("To sign in") for line in asking.told)


def test_a_sign_in_by_code_renews_with_the_refresh_token_it_brought(asking: Asking) -> None:
    asking.services.lifetime = "0"
    ask(by_code(asking), times=2)
    assert len(asking.services.asked("POST", "/devicecode")) == 1
    assert asking.services.asked("POST", "/token")[-1].form["grant_type"] == "refresh_token"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("authorization_declined", "sign-in-declined"),
        ("access_denied", "sign-in-declined"),
        ("expired_token", "sign-in-expired"),
        ("bad_verification_code", "sign-in-refused"),
    ],
)
def test_a_code_that_comes_to_nothing(asking: Asking, answer: str, code: str) -> None:
    assert refusal(by_code(asking, "authorization_pending", answer)).code == code


def test_a_code_runs_out_by_itself(asking: Asking) -> None:
    held = {"device_code": "device-code-secret", "user_code": "A", "verification_uri": f"{asking.services.base}/device", "expires_in": 0}
    asking.services.spoil("POST", "/devicecode", json_reply(held))
    assert refusal(by_code(asking)).code == "sign-in-expired"


def test_a_page_to_sign_in_at_must_be_safe(asking: Asking) -> None:
    held = {"device_code": "x", "user_code": "A", "verification_uri": "http://evil.example/device"}
    asking.services.spoil("POST", "/devicecode", json_reply(held))
    assert refusal(by_code(asking)).code == "address-unsafe"


@pytest.mark.parametrize("reply", [Reply(200, b"<html>"), Reply(200, b"[]"), json_reply({"token_type": "Bearer"})])
def test_an_answer_that_is_none_is_refused(asking: Asking, reply: Reply) -> None:
    asking.services.spoil("POST", "/token", reply)
    assert refusal(asking).code == "answer-unclear"


@pytest.mark.parametrize("name", ["ATTAIN_TENANT_ID", "ATTAIN_CLIENT_ID"])
def test_what_is_not_set_is_named(asking: Asking, name: str) -> None:
    del asking.environment[name]
    assert f"{name} is not set" in str(refusal(asking))


@pytest.mark.parametrize("tenant", ["../x", "a/b", "a?b", "a..b", "a b"])
def test_a_directory_cannot_change_the_address(asking: Asking, tenant: str) -> None:
    asking.environment["ATTAIN_TENANT_ID"] = tenant
    assert refusal(asking).code == "tenant-unclear"


@pytest.mark.parametrize(
    "address", ["http://login.example.com", "ftp://localhost", "https://user:word@host", "nonsense", "http://localhost.example"]
)
def test_only_https_is_taken_or_this_machine(asking: Asking, address: str) -> None:
    asking.environment["ATTAIN_LOGIN_URL"] = address
    error = refusal(asking)
    assert (error.code, error.where) == ("address-unsafe", "ATTAIN_LOGIN_URL")
    assert "word" not in str(error)

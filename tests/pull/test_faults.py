"""What goes wrong between here and a server: busy answers, broken connections, cut downloads."""

from __future__ import annotations

import hashlib
import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attain.errors import AttainError
from attain.sources.partner_center import download as downloads
from attain.sources.partner_center.download import LinkGone, download
from attain.sources.partner_center.insights import Period, discover
from attain.sources.partner_center.pace import retry_after
from attain.sources.partner_center.pull import Destination, pull_insights
from tests.pull.conftest import Asking
from tests.pull.services import SIGNATURE, Data, Reply, json_reply

CONTENT = bytes(range(256)) * 2000


def ask(asking: Asking) -> None:
    asking.services.datasets["Profile"] = Data(["MPNId"])
    with asking.connected() as connected:
        assert [dataset.name for dataset in discover(connected.insights)] == ["Profile"]


def refusal(asking: Asking) -> AttainError:
    with pytest.raises(AttainError) as caught:
        ask(asking)
    return caught.value


def busy(status: int = 429, **headers: str) -> Reply:
    return json_reply({"message": "Too many requests"}, status, **headers)


@pytest.mark.parametrize("status", [429, 503, 500, 502, 504])
def test_a_busy_service_is_asked_again(asking: Asking, status: int) -> None:
    asking.services.spoil("GET", "ScheduledDataset", busy(status), busy(status), busy(status))
    ask(asking)
    assert len(asking.services.asked("GET", "ScheduledDataset")) == 4
    assert sum("the service is busy" in line for line in asking.told) == 3


def test_a_service_that_stays_busy_is_given_up(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", *[busy()] * 9)
    assert str(refusal(asking)) == "datasets: the service is not available (HTTP 429): Too many requests (try again later)"
    assert len(asking.services.asked("GET", "ScheduledDataset")) == asking.pace.tries


def test_a_storm_with_a_time_to_come_back_is_waited_out_however_long_it_lasts(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", *[busy(Retry_After="0")] * 12)
    ask(asking)
    assert len(asking.services.asked("GET", "ScheduledDataset")) == 13


def test_the_time_to_come_back_is_kept(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", busy(Retry_After="1"))
    ask(asking)
    assert "datasets: the service is busy, next try in 1 s" in asking.told


def test_a_time_to_come_back_beyond_the_limit_ends_at_once(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", busy(Retry_After="86400"))
    assert refusal(asking).code == "pull-too-long"


def test_a_time_to_come_back_may_be_a_date() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    written = format_datetime(now + timedelta(seconds=90), usegmt=True)
    assert retry_after({"retry-after": written, "date": format_datetime(now, usegmt=True)}) == 90
    assert retry_after({"retry-after": format_datetime(now, usegmt=True), "date": written}) == 0
    assert retry_after({"retry-after": "7"}) == 7
    assert [retry_after({"retry-after": text}) for text in ("", "soon", "-3", "1.5", "²")] == [None] * 5
    assert retry_after({}) is None


def test_a_date_to_come_back_is_kept(asking: Asking) -> None:
    when = format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)
    asking.services.spoil("GET", "ScheduledDataset", *[busy(503, Retry_After=when)] * 9)
    ask(asking)
    assert len(asking.services.asked("GET", "ScheduledDataset")) == 10


def test_an_order_is_not_repeated_where_it_may_have_been_taken(asking: Asking, tmp_path: Path) -> None:
    asking.services.datasets["Usage"] = Data(["MPNId", "CustomerTenantId", "Month", "ServiceLevel2", "ACR_USD", "SubscriptionId"])
    asking.services.spoil("POST", "ScheduledQueries", busy(502))
    with pytest.raises(AttainError, match="HTTP 502"), asking.connected() as connected:
        pull_insights(connected, Destination(tmp_path / "facts"), ["Usage"], Period())
    assert len(asking.services.asked("POST", "ScheduledQueries")) == 1


def test_an_answer_that_hangs_is_given_up(asking: Asking) -> None:
    asking.pace = replace(asking.pace, read=0.1, tries=2)
    asking.services.spoil("GET", "ScheduledDataset", Reply(hang=5), Reply(hang=5))
    error = refusal(asking)
    assert (error.code, error.message) == ("host-unreachable", "no answer in time")


def test_one_answer_that_hangs_is_asked_for_again(asking: Asking) -> None:
    asking.pace = replace(asking.pace, read=0.5)
    asking.services.spoil("GET", "ScheduledDataset", Reply(hang=5))
    ask(asking)


def test_an_answer_that_never_ends_stops_at_the_time_limit(asking: Asking) -> None:
    asking.pace = replace(asking.pace, limit=0.5)
    asking.services.spoil("GET", "ScheduledDataset", Reply(200, b" " * 1000, drip=0.02))
    assert refusal(asking).code == "pull-too-long"


def test_a_host_that_is_not_there_is_named(asking: Asking) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        asking.environment["ATTAIN_PARTNER_CENTER_URL"] = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = refusal(asking)
    assert error.code == "host-unreachable"
    assert error.where.startswith("datasets, http://127.0.0.1:")


def test_a_redirect_of_a_request_with_a_token_is_not_followed(asking: Asking) -> None:
    asking.services.spoil("GET", "ScheduledDataset", Reply(302, headers={"Location": f"{asking.services.base}/elsewhere"}))
    assert refusal(asking).code == "answer-unclear"
    assert asking.services.asked("GET", "/elsewhere") == []


def test_an_endless_answer_is_refused(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attain.sources.partner_center.client.LARGEST_ANSWER", 1000)
    asking.services.spoil("GET", "ScheduledDataset", Reply(200, b"x" * 2000))
    assert "longer than any should be" in refusal(asking).message


def test_a_servers_words_are_one_short_line_without_signatures(asking: Asking) -> None:
    words = "see https://files.example/a.csv?sig=abc for\x1b[31m more\r\n" + "x" * 1000
    asking.services.spoil("GET", "ScheduledDataset", json_reply({"error": {"message": words}}, 418))
    message = refusal(asking).message
    assert "see https://files.example/a.csv for [31m more xxx" in message
    assert "sig=" not in message
    assert len(message) < 500


# downloads


def fetch(asking: Asking, path: Path, largest: int = downloads.LARGEST_FILE, address: str = "/files/report.csv") -> bytes:
    with asking.connected() as connected:
        download(connected.client, f"{asking.services.base}{address}?{SIGNATURE}", asking.services.base, path, "report", largest)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    return path.read_bytes()


def fails(asking: Asking, path: Path, largest: int = downloads.LARGEST_FILE) -> AttainError:
    with pytest.raises(AttainError) as caught:
        fetch(asking, path, largest)
    assert list(path.parent.iterdir()) == [], "nothing half is left"
    assert "sig=" not in str(caught.value)
    return caught.value


@pytest.fixture
def report(asking: Asking) -> Asking:
    asking.services.files["/files/report.csv"] = CONTENT
    return asking


def test_a_cut_download_goes_on_where_it_broke(report: Asking, tmp_path: Path) -> None:
    report.services.cuts["/files/report.csv"] = [100_000, 0, 150_000, 1]
    assert fetch(report, tmp_path / "r.csv") == CONTENT
    starts = [request.headers.get("range") for request in report.services.asked("GET", "/files/")]
    assert starts == [None, "bytes=100000-", "bytes=100000-", "bytes=250000-", "bytes=250001-"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 3000), max_size=12), content=st.binary(max_size=3000))
def test_wherever_a_download_breaks_every_byte_comes_once(asking: Asking, tmp_path: Path, cuts: list[int], content: bytes) -> None:
    asking.pace = replace(asking.pace, tries=20, first_wait=0, longest_wait=0)
    asking.services.files["/files/report.csv"] = content
    asking.services.cuts["/files/report.csv"] = list(cuts)
    assert fetch(asking, tmp_path / "r.csv") == content


def test_a_download_that_falls_silent_goes_on_where_it_stopped(report: Asking, tmp_path: Path) -> None:
    report.pace = replace(report.pace, read=0.3)
    mark = hashlib.sha256(CONTENT).hexdigest()[:16]
    report.services.spoil("GET", "/files/", Reply(200, CONTENT, {"ETag": f'"{mark}"'}, stall=1000))
    assert fetch(report, tmp_path / "r.csv") == CONTENT
    assert [request.headers.get("range") for request in report.services.asked("GET", "/files/")] == [None, "bytes=1000-"]


def test_a_download_that_breaks_again_and_again_is_given_up(report: Asking, tmp_path: Path) -> None:
    report.services.cuts["/files/report.csv"] = [10] + [0] * 20
    error = fails(report, tmp_path / "r.csv")
    assert (error.code, error.message) == ("download-cut", "the download broke again and again, at 10 bytes; nothing is kept")


def test_a_file_that_changed_meanwhile_is_downloaded_from_its_beginning(report: Asking, tmp_path: Path) -> None:
    report.services.cuts["/files/report.csv"] = [1000]
    with report.connected() as connected:
        pause = connected.client.pause

        def change(seconds: float, what: str, why: str) -> None:
            report.services.files["/files/report.csv"] = CONTENT[::-1]
            pause(seconds, what, why)

        connected.client.pause = change
        download(connected.client, f"{report.services.base}/files/report.csv", report.services.base, tmp_path / "r.csv", "report")
    assert (tmp_path / "r.csv").read_bytes() == CONTENT[::-1]


def test_without_a_mark_of_the_file_nothing_is_pieced_together(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", Reply(200, CONTENT, {"ETag": 'W/"1"'}))
    report.services.cuts["/files/report.csv"] = [1000]
    assert fetch(report, tmp_path / "r.csv") == CONTENT
    assert [request.headers.get("range") for request in report.services.asked("GET", "/files/")] == [None, None]


def test_a_part_from_another_place_is_refused(report: Asking, tmp_path: Path) -> None:
    report.services.cuts["/files/report.csv"] = [1000]
    with report.connected() as connected, pytest.raises(AttainError, match="changed while it was downloaded"):
        pause = connected.client.pause

        def spoil(seconds: float, what: str, why: str) -> None:
            wrong = {"Content-Range": f"bytes 900-{len(CONTENT) - 1}/{len(CONTENT)}"}
            report.services.spoil("GET", "/files/", Reply(206, CONTENT[900:], wrong))
            pause(seconds, what, why)

        connected.client.pause = spoil
        download(connected.client, f"{report.services.base}/files/report.csv", report.services.base, tmp_path / "r.csv", "report")
    assert list(tmp_path.iterdir()) == []


def test_other_bytes_than_announced_are_refused(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", Reply(200, CONTENT, {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}))
    assert fails(report, tmp_path / "r.csv").code == "download-changed"


def test_a_file_without_a_length_is_refused(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", Reply(200, CONTENT, length=False))
    assert fails(report, tmp_path / "r.csv").code == "download-unbounded"


def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(report: Asking, tmp_path: Path) -> None:
    assert fails(report, tmp_path / "r.csv", len(CONTENT) - 1).code == "download-too-large"
    assert len(fetch(report, tmp_path / "r.csv", len(CONTENT))) == len(CONTENT)


def test_a_busy_file_host_is_asked_again(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", Reply(503, headers={"Retry-After": "0"}), Reply(429), Reply(500))
    assert fetch(report, tmp_path / "r.csv") == CONTENT


def test_a_redirect_of_a_download_is_followed_on_the_same_scheme_alone(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", Reply(302, headers={"Location": f"/files/report.csv?{SIGNATURE}"}))
    assert fetch(report, tmp_path / "r.csv", address="/files/first") == CONTENT
    (tmp_path / "r.csv").unlink()
    for location in ("https://localhost/report.csv", "ftp://localhost/report.csv", "file:///etc/passwd"):
        report.services.spoil("GET", "/files/", Reply(302, headers={"Location": location}))
        assert fails(report, tmp_path / "r.csv").code == "address-unsafe"


def test_a_circle_of_redirects_ends(report: Asking, tmp_path: Path) -> None:
    report.services.spoil("GET", "/files/", *[Reply(302, headers={"Location": "/files/report.csv"})] * 20)
    assert "redirected again and again" in fails(report, tmp_path / "r.csv").message


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_link_that_has_run_out_is_told_apart(report: Asking, tmp_path: Path, status: int) -> None:
    report.services.spoil("GET", "/files/", Reply(status))
    with pytest.raises(LinkGone):
        fetch(report, tmp_path / "r.csv")


def test_an_interrupted_download_leaves_nothing(report: Asking, tmp_path: Path) -> None:
    report.services.cuts["/files/report.csv"] = [1000]
    with report.connected() as connected, pytest.raises(KeyboardInterrupt):

        def stop(seconds: float, what: str, why: str) -> None:
            assert [path.name for path in tmp_path.iterdir()] == ["r.csv.part"]
            raise KeyboardInterrupt

        connected.client.pause = stop
        download(connected.client, f"{report.services.base}/files/report.csv", report.services.base, tmp_path / "r.csv", "report")
    assert list(tmp_path.iterdir()) == []


def test_no_log_holds_a_secret(report: Asking, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask(report)
    fetch(report, tmp_path / "r.csv")
    for secret in (SIGNATURE, *report.services.good_tokens, *report.environment.values()):
        assert secret not in caplog.text or secret in httpx.URL(report.services.base).netloc.decode()

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from attain.errors import AttainError
from attain.sources.partner_center.billing import Export
from attain.sources.partner_center.pull import Destination, Pulled, pull_billing
from tests.pull.conftest import Asking
from tests.pull.services import Reply, json_reply, lines_of
from tests.sources.folders import table

SAMPLE = Path(__file__).parents[1] / "sources" / "samples" / "daily_rated_usage.csv"
INVOICE, OTHER = Export(invoice="G012345"), Export(invoice="G012346")
CURRENT = Export(period="current", currency="USD")


def sample() -> dict[str, Any]:
    """Give one row of the daily-rated usage sample as the export writes it."""
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        return dict(next(csv.DictReader(stream)))


def usage(day: str, billed: str) -> dict[str, Any]:
    dollars = {"BillingCurrency": "USD", "BillingPreTaxTotal": billed, "PricingCurrency": "USD", "PricingPreTaxTotal": billed}
    return {**sample(), **dollars, "UsageDate": f"{day}T00:00:00Z", "ChargeStartDate": "", "ChargeEndDate": "", "InvoiceNumber": ""}


def pulled(asking: Asking, into: Path, *exports: Export) -> Pulled:
    with asking.connected() as connected:
        return pull_billing(connected, Destination(into), exports)


def billed_of(facts: Path) -> dict[str, str]:
    rows = [row for row in table(facts, "azure_usage") if row["basis"] == "billed"]
    return {row["month"][:7]: row["acr_usd"] for row in rows}


def test_an_export_is_ordered_waited_for_and_its_pieces_are_one_import(asking: Asking, tmp_path: Path) -> None:
    services = asking.services
    services.looks = 2
    services.exports["G012345"] = [lines_of(usage("2026-09-03", "1.5"), usage("2026-09-04", "2")), lines_of(usage("2026-09-05", "0.25"))]
    got = pulled(asking, tmp_path / "facts", INVOICE)
    [report] = got.reports
    assert (report.source, report.rows_in, len(report.files)) == ("daily_rated_usage", 3, 2)
    assert billed_of(tmp_path / "facts") == {"2026-09": "3.7500"}
    assert services.asked("POST", "billed/export")[0].json == {"invoiceId": "G012345", "attributeSet": "full"}
    assert len(services.asked("GET", "operations")) == 3
    assert all("authorization" not in request.headers for request in services.asked("GET", "/files/"))
    assert all(request.query == {"sig": "blob-signature+secret"} for request in services.asked("GET", "/files/"))
    assert [path.name for path in tmp_path.iterdir()] == ["facts"]


def test_invoices_are_added_up_and_unbilled_usage_stands_for_itself(asking: Asking, tmp_path: Path) -> None:
    asking.services.exports["G012345"] = [lines_of(usage("2026-08-03", "1"))]
    asking.services.exports["G012346"] = [lines_of(usage("2026-08-04", "2"))]
    asking.services.exports["current-USD"] = [lines_of(usage("2026-09-04", "4"))]
    got = pulled(asking, tmp_path / "facts", INVOICE, OTHER, CURRENT)
    assert [len(report.files) for report in got.reports] == [2, 1]
    assert billed_of(tmp_path / "facts") == {"2026-08": "3.0000", "2026-09": "4.0000"}
    unbilled = asking.services.asked("POST", "unbilled/export")[0].json
    assert unbilled == {"currencyCode": "USD", "billingPeriod": "current", "attributeSet": "full"}


def test_an_export_without_data_changes_nothing(asking: Asking, tmp_path: Path) -> None:
    got = pulled(asking, tmp_path / "facts", INVOICE)
    assert (got.reports, got.notes) == ([], ["billed usage of G012345: no usage; nothing is changed"])


def test_an_export_that_failed_says_why(asking: Asking, tmp_path: Path) -> None:
    held = {"status": "failed", "error": {"code": "1", "message": "The invoice is not yours"}}
    asking.services.spoil("GET", "operations", json_reply(held))
    with pytest.raises(AttainError, match="billed usage of G012345: the export failed: The invoice is not yours"):
        pulled(asking, tmp_path / "facts", INVOICE)


def test_an_invoice_that_is_not_known_is_refused_with_the_services_words(asking: Asking, tmp_path: Path) -> None:
    asking.services.spoil("POST", "export", json_reply({"error": {"code": "NotFound", "message": "Unknown invoice"}}, 404))
    with pytest.raises(AttainError, match=r"HTTP 404\): Unknown invoice"):
        pulled(asking, tmp_path / "facts", INVOICE)


@pytest.mark.parametrize("part", ["operations", "manifests", "/files/"])
def test_what_has_run_out_meanwhile_is_ordered_once_more(asking: Asking, tmp_path: Path, part: str) -> None:
    asking.services.exports["G012345"] = [lines_of(usage("2026-09-03", "1.5"))]
    asking.services.spoil("GET", part, Reply(410))
    pulled(asking, tmp_path / "facts", INVOICE)
    assert len(asking.services.asked("POST", "export")) == 2
    assert billed_of(tmp_path / "facts") == {"2026-09": "1.5000"}


def test_what_runs_out_again_is_given_up(asking: Asking, tmp_path: Path) -> None:
    asking.services.spoil("GET", "operations", Reply(410), Reply(410))
    with pytest.raises(AttainError, match="ran out before it was downloaded, twice"):
        pulled(asking, tmp_path / "facts", INVOICE)


def test_a_manifest_may_stand_in_the_answer_itself(asking: Asking, tmp_path: Path) -> None:
    asking.services.files["/files/x/one.gz"] = lines_of(usage("2026-09-03", "1.5"))
    manifest = {"rootDirectory": f"{asking.services.base}/files/x", "sasToken": "?sig=1", "blobCount": 1, "blobs": [{"name": "one.gz"}]}
    asking.services.spoil("GET", "operations", json_reply({"status": "completed", "resourceLocation": manifest}))
    pulled(asking, tmp_path / "facts", INVOICE)
    assert billed_of(tmp_path / "facts") == {"2026-09": "1.5000"}


def test_a_list_of_files_that_is_not_whole_is_refused(asking: Asking, tmp_path: Path) -> None:
    manifest = {"rootDirectory": f"{asking.services.base}/files/x", "sasToken": "", "blobCount": 2, "blobs": [{"name": "one.gz"}]}
    asking.services.spoil("GET", "operations", json_reply({"status": "completed", "resourceLocation": manifest}))
    with pytest.raises(AttainError, match="list of the export's files is not whole"):
        pulled(asking, tmp_path / "facts", INVOICE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": "completed"}, "nothing says where it is"),
        (
            {"status": "completed", "resourceLocation": "https://elsewhere.example/manifest?sig=1"},
            "another host, https://elsewhere.example/manifest$",
        ),
        ({"status": "completed", "resourceLocation": {"dataFormat": "parquet"}}, "comes as parquet"),
        (
            {"status": "completed", "resourceLocation": {"rootDirectory": "http://files.example", "blobs": [{"name": "a"}]}},
            "http://files.example/a is not https",
        ),
    ],
)
def test_an_answer_that_leads_nowhere_good_is_refused(asking: Asking, tmp_path: Path, answer: dict[str, Any], words: str) -> None:
    asking.services.spoil("GET", "operations", json_reply(answer))
    with pytest.raises(AttainError) as caught:
        pulled(asking, tmp_path / "facts", INVOICE)
    assert words.removesuffix("$") in caught.value.message
    assert "sig=" not in str(caught.value)


def test_a_token_is_not_sent_to_a_location_on_another_host(asking: Asking, tmp_path: Path) -> None:
    asking.services.spoil("POST", "export", Reply(202, headers={"Location": "https://elsewhere.example/operations/1"}))
    with pytest.raises(AttainError, match="points to another host"):
        pulled(asking, tmp_path / "facts", INVOICE)


def test_a_piece_that_is_no_whole_gzip_file_is_refused_and_nothing_is_imported(asking: Asking, tmp_path: Path) -> None:
    whole = lines_of(usage("2026-09-03", "1.5"))
    asking.services.exports["G012345"] = [whole, whole[:-9]]
    with pytest.raises(AttainError, match="no whole gzip file"):
        pulled(asking, tmp_path / "facts", INVOICE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("invoice", ["../x", "a b", 'G1"}'])
def test_an_invoice_cannot_change_the_request(asking: Asking, tmp_path: Path, invoice: str) -> None:
    with pytest.raises(AttainError, match="is not understood"):
        pulled(asking, tmp_path / "facts", Export(invoice=invoice))
    assert asking.services.requests == []


def test_the_downloaded_pieces_are_kept_where_asked(asking: Asking, tmp_path: Path) -> None:
    asking.services.exports["G012345"] = [lines_of(usage("2026-09-03", "1.5"))]
    with asking.connected() as connected:
        pull_billing(connected, Destination(tmp_path / "facts", files=tmp_path / "kept"), [INVOICE])
    [kept] = (tmp_path / "kept").iterdir()
    assert json.loads(gzip.decompress(kept.read_bytes()))["BillingPreTaxTotal"] == "1.5"

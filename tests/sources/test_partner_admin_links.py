from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources.folders import T1, import_one, table

LINK: dict[str, Any] = {
    "etag": 6,
    "id": "/providers/microsoft.managementpartner/partners/600",
    "name": "600",
    "properties": {
        "partnerId": "600",
        "partnerName": "Contoso",
        "tenantId": T1,
        "objectId": "aa67f786-0552-423e-8849-244ed12bf581",
        "version": "3",
        "createdTime": "2026-01-20T01:23:40.5280496Z",
        "updatedTime": "2026-01-20T01:23:40.5280496Z",
        "state": "Active",
    },
    "type": "Microsoft.ManagementPartner/partners",
}


@pytest.mark.parametrize("answer", [LINK, [LINK], {"value": [LINK]}, LINK["properties"]], ids=["one", "list", "page", "properties"])
def test_the_answer_of_azure_as_it_comes(tmp_path: Path, answer: object) -> None:
    path = tmp_path / "f.json"
    path.write_text(json.dumps(answer, indent=2), encoding="utf-8")
    assert import_one(path, tmp_path / "facts").source == "partner_admin_links"
    [found] = table(tmp_path / "facts", "associations")
    told = ("partner_id", "tenant_id", "association", "scope", "started_on", "ended_on")
    assert tuple(found[name] for name in told) == ("600", T1, "pal", "", "2026-01-20", "")

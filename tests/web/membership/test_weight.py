"""What a page costs: as many questions to the database however many partners there are, little to send, and nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attain.published.models import Publication, PublishedDesignation, PublishedPartner
from tests.web.membership.conftest import CONTOSO

PAGES = (
    "",
    "history/?designation=security",
    "security/",
    "security/net_customer_adds/",
    "security/intermediate_certifications/",
    "offers/",
)
MOST_BYTES = 100 * 1024
MORE = 200


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def add_partners(publication: Publication) -> None:
    """Publish many more partners, each like Contoso."""
    like = PublishedPartner.objects.get(publication=publication, partner_id=CONTOSO)
    designations = list(PublishedDesignation.objects.filter(account=like))
    for number in range(MORE):
        like.pk, like.partner_id = None, f"more-{number}"
        like.save()
        for row in designations:
            row.pk, row.account = None, like
        PublishedDesignation.objects.bulk_create(designations)


def test_pages_ask_the_database_as_often_however_many_partners_there_are(admin: Client, published: Publication) -> None:
    addresses = [f"/{CONTOSO}/membership/{page}" for page in PAGES] + [f"/{CONTOSO}/insights/"]
    for address in addresses:
        admin.get(address)
    few = {address: asked(admin, address) for address in addresses}
    add_partners(published)
    assert {address: asked(admin, address) for address in addresses} == few
    assert max(few.values()) < 20, few


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_sent_compressed_small_and_asks_no_other_host(admin: Client, page: str) -> None:
    address = f"/{CONTOSO}/membership/{page}"
    sent = admin.get(address, headers={"Accept-Encoding": "gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert len(sent.content) < MOST_BYTES
    text = admin.get(address).content.decode()
    assert re.findall(r"""(?:src|action|data|poster|srcset)=["'](?:https?:)?//[^"']*""", text) == []
    assert re.findall(r"<link[^>]+href=[\"'](?:https?:)?//[^>]*", text) == []

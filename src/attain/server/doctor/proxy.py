"""The way people reach the server: through its proxy, with HTTPS kept all the way."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from attain.server.doctor.finding import ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attain.server.doctor.finding import Finding

SUBJECT = "proxy"
PAGE = "/account/login/"
SECONDS = 10
LOCAL = ("localhost", "127.0.0.1", "::1")


def proxy(url: str) -> Iterator[Finding]:
    """Ask the server at the address that people use. Only the first thing that is wrong is told of what depends on it."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield wrong(SUBJECT, f"{url} is no address", "write it as people open it: https://attain.example")
        return
    address = f"{parts.scheme}://{parts.netloc}"
    with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
        try:
            live = client.get(f"{address}/health/live")
            ready = client.get(f"{address}/health/ready")
            page = client.get(f"{address}{PAGE}")
        except httpx.HTTPError as error:
            yield wrong(SUBJECT, f"{address}: {error}", "check the name, the certificate, and that the proxy and the server run")
            return
        if (live.status_code, live.text.strip()) != (HTTPStatus.OK, "live"):
            yield wrong(SUBJECT, f"{address}/health/live answers {live.status_code}", "let the proxy pass every path on to the server")
            return
        if ready.status_code != HTTPStatus.OK:
            yield wrong("ready", "the server runs and is not ready", "its log says what is missing")
        yield from _page(address, page, parts.hostname in LOCAL)
        if parts.scheme == "https":
            yield from _plain(client, f"http://{parts.hostname}{PAGE}")


def _page(address: str, page: httpx.Response, local: bool) -> Iterator[Finding]:
    leads = page.headers.get("Location", "")
    secure = address.startswith("https://")
    cookies = page.headers.get_list("Set-Cookie")
    if page.status_code == HTTPStatus.BAD_REQUEST:
        yield wrong(SUBJECT, f"the server does not know itself as {urlsplit(address).hostname}", "add the name to ATTAIN_HOSTS")
    elif page.is_redirect and leads.startswith(f"{address}{PAGE}"):
        mend = "let it set X-Forwarded-Proto to https, and pass Host on as it came"
        yield wrong(SUBJECT, "the page leads to itself: the proxy does not tell the server that HTTPS is used", mend)
    elif page.is_redirect and not secure:
        yield ok(SUBJECT, f"{address} leads to HTTPS")
    elif page.status_code != HTTPStatus.OK:
        yield wrong(SUBJECT, f"{address}{PAGE} answers {page.status_code}", "the server's log says why")
    elif not secure and not local:
        yield wrong(SUBJECT, f"{address} is answered without HTTPS", "set ATTAIN_HTTPS=1, and let the proxy lead there")
    elif secure and ("Strict-Transport-Security" not in page.headers or not all("secure" in one.lower() for one in cookies)):
        yield wrong(SUBJECT, "HTTPS is used and the server does not know: its cookies also go without", "set ATTAIN_HTTPS=1")
    else:
        yield ok(SUBJECT, f"{address} is answered{' over HTTPS' if secure else ''}")


def _plain(client: httpx.Client, address: str) -> Iterator[Finding]:
    """See that nothing is answered without HTTPS."""
    try:
        page = client.get(address)
    except httpx.HTTPError:
        # Nobody listens there: that will do as well.
        return
    if not page.is_redirect:
        yield wrong(SUBJECT, f"{address} is answered without HTTPS ({page.status_code})", "let the proxy lead from HTTP to HTTPS")

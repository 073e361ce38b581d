"""Downloading a file whole or not at all: a cut one goes on where it broke, and the bytes are counted and bounded."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from attain.errors import AttainError
from attain.sources.partner_center.client import BUSY, SHAKEN
from attain.sources.partner_center.endpoints import followed, shown
from attain.sources.partner_center.pace import retry_after

if TYPE_CHECKING:
    from pathlib import Path

    from attain.sources.partner_center.client import Client

LARGEST_FILE = 32 * 1024**3
GONE = frozenset({403, 404, 410})
"""What a link answers that has run out."""
HOPS = 5
CHUNK = 1024 * 1024
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class LinkGone(Exception):
    """The link no longer leads to the file: a new one may be asked for."""


@dataclass
class _State:
    """How far a download has come, and by which mark the server knows this state of the file."""

    url: str
    have: int = 0
    total: int | None = None
    mark: str = ""
    md5: str = ""
    hops: int = field(default=0)

    def restart(self) -> None:
        self.have, self.total, self.mark, self.md5 = 0, None, "", ""


def download(client: Client, url: str, base: str, path: Path, what: str, largest: int = LARGEST_FILE) -> None:
    """Download `url`, which the service at `base` handed out, to `path`; no token is sent.

    Raises LinkGone where the link has run out; AttainError `download-cut` where it breaks again and again, `download-too-large`,
    `download-changed` where the bytes are not those the server announced, and as `Client.send`. Then `path` is not there.
    """
    client.secrets.add(httpx.URL(url).query.decode("ascii", "replace"))
    state = _State(followed(url, base, what))
    part = path.with_name(f"{path.name}.part")
    failures = 0
    try:
        while True:
            before = state.have
            try:
                wait = _fetch(client, state, part, what, largest)
            except httpx.RequestError as error:
                failures = 1 if state.have > before else failures + 1
                if failures >= client.pace.tries:
                    raise _cut(client, state, what, error) from None
                client.pause(client.pace.before_try(failures), what, f"the download broke at {state.have:,} bytes")
                continue
            if wait is None:
                break
            failures += 1
            if failures >= client.pace.tries:
                raise AttainError("service-busy", "the service is not available", what, "try again later")
            client.pause(max(wait, client.pace.before_try(failures)), what, "the service is busy")
        _check(part, state, what)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fetch(client: Client, state: _State, part: Path, what: str, largest: int) -> float | None:
    """Fetch what is missing; None when all is there, else seconds to wait before trying again."""
    if not state.mark:
        # without a mark nobody can tell whether the rest is of the same file
        state.restart()
    headers = {"Range": f"bytes={state.have}-", "If-Range": state.mark} if state.have else {}
    with client.http.stream("GET", state.url, headers=headers) as response:
        status = response.status_code
        if status in BUSY or status in SHAKEN:
            return retry_after(response.headers) or 0
        if status in GONE:
            raise LinkGone
        if 300 <= status < 400 and (location := response.headers.get("location")):
            _redirect(state, location, what)
            return _fetch(client, state, part, what, largest)
        if status == 416 and state.total == state.have:
            return None
        if status not in {200, 206}:
            raise AttainError("download-refused", f"the download was refused (HTTP {status})", f"{what}, {shown(state.url)}", "try again")
        _begin(response, state, what)
        if (state.total or 0) > largest:
            raise _too_large(what, largest)
        with part.open("ab" if state.have else "wb") as stream:
            for chunk in response.iter_raw():
                client.deadline.check(what)
                if state.have + len(chunk) > largest:
                    raise _too_large(what, largest)
                stream.write(chunk)
                state.have += len(chunk)
    return None


def _begin(response: httpx.Response, state: _State, what: str) -> None:
    """Take note of what the server says of the file; a state of it that is not the one begun with starts anew."""
    headers = response.headers
    mark = headers.get("etag", "")
    strong = mark if mark and not mark.startswith("W/") else ""
    found = _RANGE.fullmatch(headers.get("content-range", "")) if response.status_code == 206 else None
    if response.status_code == 206:
        total = int(found[2]) if found and found[2] != "*" else None
        if found is None or int(found[1]) != state.have or (state.total is not None and total not in {None, state.total}):
            raise AttainError("download-changed", "the file changed while it was downloaded", what, "run the command again")
        return
    state.restart()
    length = headers.get("content-length", "")
    if not length.isdigit() and "chunked" not in headers.get("transfer-encoding", ""):
        # a break would look like the end
        raise AttainError("download-unbounded", "the server does not say how long the file is", f"{what}, {shown(state.url)}")
    state.total = int(length) if length.isdigit() else None
    state.mark, state.md5 = strong, headers.get("content-md5", "")


def _redirect(state: _State, location: str, what: str) -> None:
    old = httpx.URL(state.url)
    new = old.join(location)
    if new.scheme != old.scheme or new.scheme not in {"https", "http"}:
        raise AttainError("address-unsafe", f"the download is redirected from {old.scheme} to {new.scheme}", what, "nothing was sent there")
    if state.hops >= HOPS:
        raise AttainError("download-refused", "the download is redirected again and again", what, "try again later")
    state.url = followed(str(new), state.url, what)
    state.hops += 1
    state.restart()


def _check(part: Path, state: _State, what: str) -> None:
    """Compare the bytes with the length and the digest that the server announced."""
    good = state.total in {None, state.have}
    if good and state.md5:
        digest = hashlib.md5(usedforsecurity=False)
        with part.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        try:
            good = base64.b64decode(state.md5, validate=True) == digest.digest()
        except binascii.Error:
            good = True
    if not good:
        raise AttainError("download-changed", "the bytes are not those that the server announced", what, "run the command again")


def _cut(client: Client, state: _State, what: str, error: httpx.RequestError) -> AttainError:
    if not state.have:
        return client.unreachable(state.url, what, error)
    message = f"the download broke again and again, at {state.have:,} bytes; nothing is kept"
    return AttainError("download-cut", message, f"{what}, {shown(state.url)}", "run the command again")


def _too_large(what: str, largest: int) -> AttainError:
    return AttainError("download-too-large", f"the file is larger than {largest:,} bytes", what, "ask for fewer months")

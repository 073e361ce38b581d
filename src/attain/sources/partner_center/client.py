"""Asking a server over https: bounded answers, tries again with growing waits, and nothing secret in an error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import httpx

from attain.errors import AttainError
from attain.sources.partner_center.answers import Answer
from attain.sources.partner_center.endpoints import shown
from attain.sources.partner_center.pace import Deadline, Pace, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ssl import SSLContext

    from attain.sources.partner_center.secrecy import Secrets

LARGEST_ANSWER = 32 * 1024 * 1024
"""No answer but a download is longer."""
BUSY = frozenset({429, 503})
"""The server did nothing: any request may be sent again."""
SHAKEN = frozenset({408, 500, 502, 504})
"""The server may have done something: only what does no harm twice is sent again."""


@cache
def _trusted() -> SSLContext:
    """Read the certificates that are trusted, once: it takes longer than a pull of nothing."""
    return httpx.create_ssl_context()


class Client:
    """One pull's connection to servers: `tell` takes lines of progress, `secrets` is asked before a server's words are shown."""

    def __init__(self, pace: Pace, secrets: Secrets, tell: Callable[[str], None]) -> None:
        self.pace, self.secrets, self.tell = pace, secrets, tell
        self.deadline = Deadline(pace.limit)
        self.http = httpx.Client(
            timeout=httpx.Timeout(pace.read, connect=pace.connect),
            verify=_trusted(),
            follow_redirects=False,
            headers={"User-Agent": "attain", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def send(
        self,
        method: str,
        url: str,
        what: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        harmless: bool = True,
    ) -> Answer:
        """Send a request and give the answer, whatever its status but 3xx; busy servers and broken connections are tried again.

        `what` names the request in progress and errors; `harmless` says that the request may be sent twice. Raises AttainError
        `host-unreachable`, `service-busy`, `answer-unclear`, `pull-too-long`.
        """
        failures = 0
        while True:
            self.deadline.check(what)
            try:
                answer = self._once(method, url, what, headers, body, form)
            except httpx.RequestError as error:
                failures += 1
                unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if failures >= self.pace.tries or "CERTIFICATE" in str(error) or not (harmless or unsent):
                    raise self.unreachable(url, what, error) from None
                self.pause(self.pace.before_try(failures), what, "the connection broke")
                continue
            if answer.status not in BUSY and not (harmless and answer.status in SHAKEN):
                if 300 <= answer.status < 400:
                    message = f"the answer points elsewhere (HTTP {answer.status})"
                    raise AttainError("answer-unclear", message, f"{what}, {shown(url)}", "nothing was sent there")
                return answer
            asked = retry_after(answer.headers)
            # a server that says when to come back is waited for as long as the time limit allows
            failures += asked is None
            if failures >= self.pace.tries:
                message = f"the service is not available (HTTP {answer.status}){self.explained(answer)}"
                raise AttainError("service-busy", message, what, "try again later")
            wait = self.pace.before_try(max(failures, 1)) if asked is None else max(asked, self.pace.first_wait)
            self.pause(wait, what, "the service is busy")

    def pause(self, seconds: float, what: str, why: str) -> None:
        """Wait, saying why."""
        self.tell(f"{what}: {why}, next try in {seconds:.0f} s")
        self.deadline.pause(seconds, what)

    def explained(self, answer: Answer) -> str:
        """Give a server's own words as the end of a message, cleaned; empty where it gave none."""
        words = self.secrets.clean(answer.message())
        return f": {words}" if words else ""

    def unreachable(self, url: str, what: str, error: httpx.RequestError) -> AttainError:
        """Word a connection that fails for good."""
        reason = (
            "no answer in time" if isinstance(error, httpx.TimeoutException) else self.secrets.clean(str(error)) or "the connection broke"
        )
        return AttainError(
            "host-unreachable", reason, f"{what}, {shown(url)}", "check the network, a proxy and the address, then try again"
        )

    def _once(
        self,
        method: str,
        url: str,
        what: str,
        headers: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        form: Mapping[str, str] | None,
    ) -> Answer:
        content = {"Accept": "application/json", **(headers or {})}
        with self.http.stream(method, url, headers=content, json=body, data=form) as response:
            held = bytearray()
            for chunk in response.iter_bytes():
                self.deadline.check(what)
                held += chunk
                if len(held) > LARGEST_ANSWER:
                    raise AttainError("answer-unclear", "the answer is longer than any should be", f"{what}, {shown(url)}")
            return Answer(url, response.status_code, dict(response.headers), bytes(held))

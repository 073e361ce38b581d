"""Microsoft's services as their documentation describes them, on this machine: sign-in, Insights, partner billing, links, and a file host.

Each request is kept for the tests to look at. `spoil` puts replies before the next requests of a kind; `cuts` breaks downloads.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TENANT = "30db41dc-10f8-4a58-99aa-40d995d8ab8d"
CLIENT = "5a1e3f00-0000-4000-8000-000000000001"
SECRET = "s3cret~of the/app"
REFRESH = "refresh-token-of-the-environment"
SIGNATURE = "sig=blob-signature%2Bsecret"


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What goes out. `hang` says nothing for so many seconds first, `stall` falls silent after so many bytes, `drip` waits before each
    byte; `length` False leaves out how long the body is.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0
    length: bool = True
    stall: int | None = None
    drip: float = 0


def json_reply(held: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(held).encode(), {"Content-Type": "application/json", **named})


@dataclass
class Data:
    """A dataset of Insights: its columns and what a report of it holds."""

    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]] = ()
    metrics: Sequence[str] = ()
    spans: Sequence[str] = ("LAST_MONTH", "LAST_6_MONTHS", "LIFETIME")

    def report(self, selected: Sequence[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([selected, *([row.get(name, "") for name in selected] for row in self.rows)])
        return text.getvalue().encode()


class _Server(ThreadingHTTPServer):
    """A server that says nothing where a client has gone: it looked at no more than the head, or did not wait."""

    daemon_threads = True

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Services:
    """All of it on one port."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.datasets: dict[str, Data] = {}
        self.redacted = False
        self.page = 100
        """Datasets on one page."""
        self.looks = 1
        """Looks at a report or operation before it is done."""
        self.lifetime = "3599"
        self.device_answers: list[str] = []
        self.files: dict[str, bytes] = {}
        self.cuts: dict[str, list[int]] = defaultdict(list)
        self.exports: dict[str, list[bytes]] = {}
        self.links: dict[str, dict[str, str]] = {}
        self.good_tokens: set[str] = set()
        self.queries: dict[str, str] = {}
        self.reports: dict[str, str] = {}
        self._spoiled: dict[tuple[str, str], list[Reply]] = defaultdict(list)
        self._looks: dict[str, int] = defaultdict(int)
        self._count = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Generator[Services]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    @property
    def environment(self) -> dict[str, str]:
        """What a user would set to pull from here."""
        bases = dict.fromkeys(("ATTAIN_LOGIN_URL", "ATTAIN_PARTNER_CENTER_URL", "ATTAIN_GRAPH_URL", "ATTAIN_MANAGEMENT_URL"), self.base)
        signing = {"ATTAIN_TENANT_ID": TENANT, "ATTAIN_CLIENT_ID": CLIENT}
        return {**bases, **signing, "ATTAIN_CLIENT_SECRET": SECRET, "ATTAIN_REFRESH_TOKEN": REFRESH}

    def spoil(self, method: str, part: str, *replies: Reply) -> None:
        """Answer the next requests whose path holds `part` with these replies, in order, before anything else."""
        self._spoiled[method, part] += replies

    def asked(self, method: str, part: str) -> list[Request]:
        """Give the requests of a kind, in order."""
        return [request for request in self.requests if request.method == method and part in request.path]

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            for (method, part), replies in self._spoiled.items():
                if method == request.method and part in request.path and replies:
                    return replies.pop(0)
            for pattern, method, handle in self._routes():
                if method == request.method and (found := re.fullmatch(pattern, request.path)):
                    return handle(request, *found.groups())
        return Reply(404)

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Reply]], ...]:
        insights, billing = "/insights/v1/mpn", "/v1.0/reports/partners/billing"
        return (
            (r"/([^/]+)/oauth2/v2.0/devicecode", "POST", self._device_code),
            (r"/([^/]+)/oauth2/v2.0/token", "POST", self._token),
            (f"{insights}/ScheduledDataset", "GET", self._signed(self._dataset)),
            (f"{insights}/ScheduledQueries", "POST", self._signed(self._query)),
            (f"{insights}/ScheduledReport", "POST", self._signed(self._report)),
            (f"{insights}/ScheduledReport/execution/([^/]+)", "GET", self._signed(self._execution)),
            (f"{insights}/Scheduled(?:Report|Queries)/([^/]+)", "DELETE", self._signed(self._delete)),
            (f"{billing}/usage/(billed|unbilled)/export", "POST", self._signed(self._export)),
            (f"{billing}/operations/(.+)", "GET", self._signed(self._operation)),
            (f"{billing}/manifests/(.+)", "GET", self._signed(self._manifest)),
            ("/providers/Microsoft.ManagementPartner/partners", "GET", self._signed(self._link)),
            ("(/files/.+)", "GET", self._file),
        )

    def _signed(self, handle: Callable[..., Reply]) -> Callable[..., Reply]:
        def checked(request: Request, *groups: str) -> Reply:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if token not in self.good_tokens:
                return json_reply({"message": "The token is not valid.", "statusCode": 401}, 401)
            return handle(request, *groups)

        return checked

    def _next(self, name: str) -> str:
        self._count += 1
        return f"{name}-{self._count}"

    # sign-in

    def _device_code(self, _request: Request, _tenant: str) -> Reply:
        held = {"device_code": "device-code-secret", "user_code": "ABCD1234", "verification_uri": f"{self.base}/device"}
        return json_reply({**held, "expires_in": 900, "interval": 0, "message": "Sign in."})

    def _token(self, request: Request, tenant: str) -> Reply:
        form = request.form
        if form.get("client_id") != CLIENT or form.get("client_secret", SECRET) != SECRET:
            words = f"AADSTS7000215: Invalid client secret provided: {form.get('client_secret')}.\r\nTrace ID: 1"
            return json_reply({"error": "invalid_client", "error_description": words}, 401)
        if form["grant_type"] == "refresh_token" and not form["refresh_token"].startswith("refresh-token"):
            words = f"AADSTS700082: The refresh token has expired: {form['refresh_token']}"
            return json_reply({"error": "invalid_grant", "error_description": words}, 400)
        if form["grant_type"].endswith("device_code") and self.device_answers:
            return json_reply({"error": self.device_answers.pop(0), "error_description": "AADSTS70016"}, 400)
        token = self._next(f"access-token-for-{tenant}")
        self.good_tokens.add(token)
        held = {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}
        return json_reply({**held, "refresh_token": self._next("refresh-token")})

    # Insights

    def _dataset(self, request: Request) -> Reply:
        name = request.query.get("datasetName", "")
        if name and name not in self.datasets:
            return json_reply({"message": f"Dataset {name} is not known.", "statusCode": 400}, 400)
        values = [
            {
                "datasetName": one,
                "selectableColumns": list(data.columns),
                "availableMetrics": list(data.metrics),
                "availableDateRanges": list(data.spans),
                "minimumRecurrenceInterval": 24,
            }
            for one, data in self.datasets.items()
            if name in {"", one}
        ]
        start = int(request.query.get("skip", "0"))
        following = start + self.page
        link = f"{self.base}{request.path}?skip={following}" if following < len(values) else None
        return self._envelope(values[start:following], redacted=False, link=link)

    def _envelope(self, values: list[dict[str, Any]], redacted: bool | None = None, link: str | None = None) -> Reply:
        masked = self.redacted if redacted is None else redacted
        return json_reply({"value": values, "nextLink": link, "totalCount": len(values), "statusCode": 200, "dataRedacted": masked})

    def _query(self, request: Request) -> Reply:
        found = re.fullmatch(r"SELECT (.+) FROM (\w+) TIMESPAN (\w+)", request.json["Query"])
        if not found or not set(found[1].split(", ")) <= {*self.datasets[found[2]].columns, *self.datasets[found[2]].metrics}:
            return json_reply({"message": "The query names an unknown column.", "statusCode": 400}, 400)
        identity = self._next("query")
        self.queries[identity] = request.json["Query"]
        return self._envelope([{"queryId": identity, "query": request.json["Query"]}])

    def _report(self, request: Request) -> Reply:
        query, identity = request.json["QueryId"], self._next("report")
        if query not in self.queries or not {"ReportName", "StartTime", "RecurrenceInterval"} <= set(request.json):
            return json_reply({"message": "QueryId is not known.", "statusCode": 400}, 400)
        self.reports[identity] = query
        return self._envelope([{"reportId": identity, "queryId": query}])

    def _execution(self, request: Request, report: str) -> Reply:
        self._looks[report] += 1
        done = self._looks[report] > self.looks
        if not done and "Pending" not in request.query.get("executionStatus", ""):
            return json_reply({"message": "No executions found for given filters", "statusCode": 404}, 404)
        found = re.fullmatch(r"SELECT (.+) FROM (\w+) .*", self.queries[self.reports[report]])
        assert found
        held: dict[str, Any] = {"executionId": f"run-{report}", "reportId": report, "executionStatus": "Pending"}
        if done:
            path = f"/files/{report}.csv"
            self.files.setdefault(path, self.datasets[found[2]].report(found[1].split(", ")))
            held |= {"executionStatus": "Completed", "reportAccessSecureLink": f"{self.base}{path}?{SIGNATURE}", "reportExpiryTime": None}
        return self._envelope([held])

    def _delete(self, _request: Request, identity: str) -> Reply:
        gone = self.reports.pop(identity, None) or self.queries.pop(identity, None)
        return self._envelope([]) if gone else Reply(404)

    # partner billing

    def _export(self, request: Request, _kind: str) -> Reply:
        held = request.json
        key = held.get("invoiceId") or f"{held['billingPeriod']}-{held['currencyCode']}"
        if held.get("attributeSet") != "full":
            return json_reply({"error": {"code": "BadRequest", "message": "attributeSet"}}, 400)
        return Reply(202, headers={"Location": f"{self.base}/v1.0/reports/partners/billing/operations/{key}"})

    def _operation(self, _request: Request, key: str) -> Reply:
        self._looks[key] += 1
        if self._looks[key] <= self.looks:
            return json_reply({"id": key, "status": "running"}, Retry_After="0")
        if key not in self.exports:
            return json_reply({"id": key, "status": "failed", "error": {"message": "No data available", "code": "5000"}})
        link = f"{self.base}/v1.0/reports/partners/billing/manifests/{key}"
        return json_reply({"id": key, "status": "succeeded", "resourceLocation@odata.navigationLink": link})

    def _manifest(self, _request: Request, key: str) -> Reply:
        blobs = [{"name": f"part_{number}.json.gz", "partitionValue": "1"} for number in range(len(self.exports[key]))]
        for blob, content in zip(blobs, self.exports[key], strict=True):
            self.files[f"/files/{key}/{blob['name']}"] = content
        held = {"id": key, "dataFormat": "compressedJSONLines", "rootDirectory": f"{self.base}/files/{key}", "sasToken": SIGNATURE}
        return json_reply({**held, "blobCount": len(blobs), "blobs": blobs})

    # links and files

    def _link(self, request: Request) -> Reply:
        token = request.headers["authorization"].removeprefix("Bearer ")
        held = next((link for tenant, link in self.links.items() if f"-for-{tenant}-" in token), None)
        if held is None:
            return json_reply({"error": {"code": "NotFound", "message": "Partner not found"}}, 404)
        return json_reply({"id": "/providers/microsoft.managementpartner/partners/1", "properties": held})

    def _file(self, request: Request, path: str) -> Reply:
        if path not in self.files or "authorization" in request.headers:
            return Reply(404 if path not in self.files else 403)
        content = self.files[path]
        mark = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": mark, "Content-MD5": base64.b64encode(hashlib.md5(content).digest()).decode()}
        found = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if found and request.headers.get("if-range") == mark:
            start = int(found[1])
            ranged = {"ETag": mark, "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            return Reply(206, content[start:], ranged)
        return Reply(200, content, headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        services = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, unquote(parts.path), query, headers, body)
                self._send(request, services.answer(request))

            def _send(self, request: Request, reply: Reply) -> None:
                if reply.hang:
                    services.waiting.wait(reply.hang)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.length:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                cut = services.cuts[request.path].pop(0) if services.cuts.get(request.path) else len(reply.body)
                self._write(reply, reply.body[:cut])
                if cut < len(reply.body) or not reply.length:
                    self.close_connection = True

            def _write(self, reply: Reply, body: bytes) -> None:
                if reply.drip:
                    for byte in body:
                        services.waiting.wait(reply.drip)
                        self.wfile.write(bytes((byte,)))
                elif reply.stall is not None:
                    self.wfile.write(body[: reply.stall])
                    services.waiting.wait(5)
                    self.close_connection = True
                else:
                    self.wfile.write(body)

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler

    waiting = threading.Event()
    """What a hanging answer waits for; nobody sets it."""


def lines_of(*records: Mapping[str, Any]) -> bytes:
    """Give records as a compressed file of JSON Lines."""
    return gzip.compress("".join(json.dumps(record) + "\n" for record in records).encode())

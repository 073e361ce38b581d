"""Partner Center Insights: the columns a dataset has today, a report of all of them, and its file once the report has run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attain.errors import AttainError, did_you_mean
from attain.sources.partner_center.answers import as_list, as_object, get, text
from attain.sources.partner_center.download import LinkGone, download
from attain.sources.partner_center.endpoints import same_host, shown
from attain.store.state import QUERY

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from attain.sources.partner_center.answers import Answer
    from attain.sources.partner_center.sign_in import Session

PATH = "/insights/v1/mpn"
SCOPE = "/.default"
NAMES = frozenset({"IndividualFirstName", "IndividualLastName"})
"""Columns that hold nothing but people's names: not asked for unless names are kept."""
SPANS = ("LIFETIME", "LAST_1_YEAR", "LAST_6_MONTHS", "LAST_3_MONTHS", "LAST_MONTH")
"""The time spans of the query language, the longest first."""
STATUSES = "Pending;Running;Paused;Completed"
"""Asked for by name: unasked, only a completed run is told of, and until the first one the answer is 404."""
TIME = "%Y-%m-%dT%H:%M:%SZ"
LEAD_HOURS, EVERY_HOURS = 5, 24
"""A report needs a start some hours ahead and an interval, though it runs at once and once."""
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a dataset can give today: its columns and metrics as it spells them, its time spans, and whether Microsoft masks its rows."""

    name: str
    columns: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    redacted: bool = False

    def selected(self, keep_names: bool = False) -> tuple[str, ...]:
        """Give the columns to ask for: all of them, without people's names unless they are kept."""
        return tuple(name for name in dict.fromkeys((*self.columns, *self.metrics)) if keep_names or name not in NAMES)


@dataclass(frozen=True, slots=True)
class Period:
    """The months asked for, first days of months, both included; None is as far as the dataset reaches."""

    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        return f"{self.first:%Y-%m} to {self.last:%Y-%m}" if self.first and self.last else "all there are"

    @property
    def bounded(self) -> bool:
        """True where both ends are named: only then the service takes them."""
        return self.first is not None and self.last is not None


@dataclass
class Run:
    """A report that was asked for: what has to be removed at the end, and what is known of it."""

    dataset: str
    query_id: str = ""
    report_id: str = ""
    redacted: bool = False
    asked: tuple[str, ...] = ()
    """The query and the months it was asked for, in words."""


def discover(session: Session, name: str = "") -> list[Dataset]:
    """Ask which datasets there are, or for one of them; none where the service does not know the name. Raises AttainError."""
    query = f"?datasetName={name}" if name else ""
    what = f"columns of {name}" if name else "datasets"
    url, seen, found = f"{session.base}{PATH}/ScheduledDataset{query}", set[str](), list[Dataset]()
    while url:
        seen.add(url)
        answer = session.send("GET", url, what)
        if answer.status in {400, 404}:
            break
        held = _held(session, answer, what)
        found += [_dataset(one, _redacted(held)) for one in _values(held, answer)]
        url = text(held, "nextLink")
        if url and same_host(url, session.base, what) in seen:
            raise AttainError("answer-unclear", "the list of datasets goes in a circle", what, "try again later")
    return [one for one in found if not name or one.name.casefold() == name.casefold()]


def find(session: Session, name: str) -> Dataset:
    """Ask for a dataset by name; raises AttainError `dataset-unknown` with the nearest one."""
    if not _COLUMN.fullmatch(name):
        raise AttainError("dataset-unknown", f"{name!r} is no name of a dataset", "--dataset", "such as AzureUsage")
    if found := discover(session, name):
        return found[0]
    known = [one.name for one in discover(session)]
    raise AttainError("dataset-unknown", f"no dataset is called {name!r}", "--dataset", did_you_mean(name, known))


def query_text(dataset: Dataset, keep_names: bool = False) -> str:
    """Write the query for a dataset: all its columns over the longest span it offers."""
    columns = ", ".join(name for name in dataset.selected(keep_names) if _COLUMN.fullmatch(name))
    return f"SELECT {columns} FROM {dataset.name} TIMESPAN {span_of(dataset)}"


def span_of(dataset: Dataset) -> str:
    """Give the longest time span that a dataset offers."""
    offered = {span.upper() for span in dataset.spans}
    return next((span for span in SPANS if span in offered), SPANS[0])


def start(session: Session, dataset: Dataset, period: Period, run: Run, keep_names: bool = False) -> None:
    """Ask for a report of a dataset that runs now; `run` takes the ids as soon as they are known. Raises AttainError."""
    what = f"report on {dataset.name}"
    now = datetime.now(UTC)
    name = f"Attain {dataset.name} {now.strftime(TIME)}"
    query = query_text(dataset, keep_names)
    body: dict[str, Any] = {"Name": name, "Description": "Made by Attain, removed after use", "Query": query}
    run.asked = (f"{QUERY}{query}", f"months asked for: {period}")
    answer = session.send("POST", f"{session.base}{PATH}/ScheduledQueries", what, body=body, harmless=False)
    run.query_id = _id(session, answer, "queryId", what)
    report: dict[str, Any] = {
        "ReportName": name,
        "Description": "Made by Attain, removed after use",
        "QueryId": run.query_id,
        "StartTime": (now + timedelta(hours=LEAD_HOURS)).strftime(TIME),
        "RecurrenceInterval": EVERY_HOURS,
        "RecurrenceCount": 1,
        "ExecuteNow": True,
        "Format": "CSV",
    }
    if period.first is not None and period.last is not None:
        report["QueryStartTime"] = datetime(period.first.year, period.first.month, 1, tzinfo=UTC).strftime(TIME)
        following = (period.last.replace(day=28) + timedelta(days=4)).replace(day=1)
        end = datetime(following.year, following.month, 1, tzinfo=UTC) - timedelta(seconds=1)
        report["QueryEndTime"] = end.strftime(TIME)
    answer = session.send("POST", f"{session.base}{PATH}/ScheduledReport", what, body=report, harmless=False)
    run.report_id = _id(session, answer, "reportId", what)
    run.redacted = dataset.redacted or _redacted(answer.json())


def fetch(session: Session, run: Run, path: Path) -> None:
    """Wait until a report has run and download its file to `path`. Raises AttainError `report-stopped`, and as `download`."""
    what = f"report on {run.dataset}"
    for again in (True, False):
        link = _finished(session, run, what)
        try:
            download(session.client, link, session.base, path, what)
        except LinkGone:
            if again:
                session.client.tell(f"{what}: the link has run out, asking for a new one")
                continue
            message = "the link to the file has run out, and the new one too"
            raise AttainError("download-refused", message, f"{what}, {shown(link)}", "try again") from None
        return


def remove(session: Session, run: Run) -> bool:
    """Remove a report and its query again; False where one of them stays behind."""
    places = [f"ScheduledReport/{run.report_id}"] if run.report_id else []
    places += [f"ScheduledQueries/{run.query_id}"] if run.query_id else []
    removed = True
    for place in places:
        try:
            answer = session.send("DELETE", f"{session.base}{PATH}/{place}", f"report on {run.dataset}")
        except AttainError:
            removed = False
        else:
            removed = removed and (answer.status < 300 or answer.status == 404)
    return removed


def _finished(session: Session, run: Run, what: str) -> str:
    """Look at a report until it has run; gives the link to its file."""
    url = f"{session.base}{PATH}/ScheduledReport/execution/{run.report_id}?executionStatus={STATUSES}&getLatestExecution=true"
    looks = 0
    while True:
        answer = session.send("GET", url, what)
        status = "not started"
        if answer.status != 404:
            held = _held(session, answer, what)
            run.redacted = run.redacted or _redacted(held)
            runs = _values(held, answer)
            status = (text(runs[0], "executionStatus") or "unknown") if runs else status
            if status.casefold() == "completed":
                link = get(runs[0], "reportAccessSecureLink")
                if not isinstance(link, str) or not link:
                    raise AttainError("answer-unclear", "the report has run, but no link leads to its file", what, "try again later")
                return link
            if status.casefold() not in {"pending", "running", "not started"}:
                words = session.client.secrets.clean(status)
                raise AttainError("report-stopped", f"the report will not finish: its state is {words}", what, "run the command again")
        looks += 1
        wait = session.client.pace.before_look(looks)
        session.client.tell(f"{what}: {status.lower()}, next look in {wait:.0f} s")
        session.client.deadline.pause(wait, what)


def _held(session: Session, answer: Answer, what: str) -> dict[str, Any]:
    if answer.status >= 300:
        raise session.refused(answer, what, "the service may have changed; attain pull datasets shows what it offers")
    return answer.json()


def _id(session: Session, answer: Answer, name: str, what: str) -> str:
    values = _values(_held(session, answer, what), answer)
    value = get(values[0], name) if values else None
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9-]+", value):
        return value
    raise AttainError("answer-unclear", f"the answer holds no {name}", f"{what}, {shown(answer.url)}", "the service may have changed")


def _values(held: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    value = get(held, "value")
    listed = [] if value is None else as_list(value)
    objects = [one for one in map(as_object, listed or []) if one is not None]
    if listed is None or len(objects) != len(listed):
        raise AttainError("answer-unclear", "the answer holds no list of values", shown(answer.url), "the service may have changed")
    return objects


def _redacted(held: dict[str, Any]) -> bool:
    return text(held, "dataRedacted").casefold() == "true"


def _dataset(one: dict[str, Any], masked: bool) -> Dataset:
    return Dataset(
        name=text(one, "datasetName"),
        columns=_names(get(one, "selectableColumns")),
        metrics=_names(get(one, "availableMetrics")),
        spans=_names(get(one, "availableDateRanges")),
        redacted=masked,
    )


def _names(held: object) -> tuple[str, ...]:
    return tuple(str(name) for name in as_list(held) or [])

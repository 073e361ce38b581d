"""Answers that take a while: a call waits a moment, or as long as it prefers to, and is then told to ask again."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.http import HttpResponse
from ninja import Schema, Status
from pydantic import Field

from attain.api.caching import not_changed, tagged
from attain.api.cursors import Paged, after, cursor
from attain.api.downloads import Format, download, wanted
from attain.api.shown import tag_of
from attain.people.access import AttainRequest
from attain.published import read
from attain.published.advised import advised, state_of
from attain.published.read import publication
from attain.published.standing import Standing
from attain.published.worked_out import PATIENCE, worked_out
from attain.report.pieces import record_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import StreamingHttpResponse
    from django.http.response import HttpResponseBase

    from attain.advise.advice import Advice
    from attain.advise.columns import Columns, Record

T = TypeVar("T")
AGAIN = 2
"""Seconds after which to ask again."""
LONGEST = 30
"""Seconds that a call may prefer to wait at most."""
WORKED_OUT = "x-worked-out"
"""The mark of an operation whose answer may be worked out while the caller waits."""
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?\s*(?:$|[,;])")


class Working(Schema):
    """The answer is being worked out: send the same call again."""

    detail: str = Field(examples=["The answer is being worked out. Ask again."])
    retry_after: int = Field(description="Seconds after which to ask again.", examples=[AGAIN])


def patience_of(request: AttainRequest) -> float:
    """Say how many seconds a call waits: as its header `Prefer: wait=20` says, thirty at most."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    return PATIENCE if found is None else float(min(int(found.group(1)), LONGEST))


def working(response: HttpResponse) -> Status[Working]:
    """Answer that the caller is to ask again."""
    response["Retry-After"] = str(AGAIN)
    response["Cache-Control"] = "no-store"
    return Status(HTTPStatus.ACCEPTED, Working(detail="The answer is being worked out. Ask again.", retry_after=AGAIN))


@dataclass(frozen=True)
class About:
    """A call about a partner as it is published. `tag` is that of the answer, and names the state it follows from."""

    request: AttainRequest
    standing: Standing
    tag: str

    @classmethod
    def of(cls, request: AttainRequest, partner_id: str, *parts: object) -> About:
        """Begin: raises AttainError `nothing-published` and `not-published`. `parts` are what the answer follows from beside the facts."""
        standing = Standing(read.overview(partner_id, publication()))
        return cls(request, standing, tag_of(request, state_of(standing), *parts))

    @property
    def sees_names(self) -> bool:
        """Say whether people are shown by name."""
        return self.request.granted.sees_names

    def designation(self, name: str) -> str:
        """Give the id of a designation that the partner is scored in; raises AttainError `unknown-designation`."""
        return self.standing.workspace.book.designation(name).id

    def same(self) -> HttpResponse | None:
        """Give the empty answer where the caller has this one already."""
        return not_changed(self.request, self.tag)

    def answer(self, question: Hashable, work_out: Callable[[Advice], T], *, designation: str = "") -> T | None:
        """Give an answer of the advice; None where it is still worked out when the caller has waited."""
        patience = patience_of(self.request)
        return advised(self.standing, question, work_out, sees_names=self.sees_names, designation=designation, patience=patience)

    def worked_out(self, question: Hashable, work_out: Callable[[], T]) -> T | None:
        """Give an answer that is no advice, likewise."""
        about, state = self.standing.partner_id, state_of(self.standing)
        return worked_out((self.sees_names, question), work_out, about=about, state=state, patience=patience_of(self.request))

    def tagged(self, response: HttpResponse) -> None:
        """Put the tag on the answer."""
        tagged(response, self.tag)

    def file(self, kind: Format, name: str, columns: Columns, records: Sequence[Record]) -> StreamingHttpResponse:
        """Send rows as a file."""
        partner = self.standing.overview.partner
        return download(
            self.request, kind, f"{partner.partner_id} {name} {partner.day}", self.tag, partial(record_pieces, columns, records)
        )

    def start(self, asked: Any) -> int:
        """Give the place of the first row of the page that is asked for; raises AttainError `cursor`, before anything is worked out."""
        last = after(self._listing(asked), asked.cursor)
        return 0 if last is None else int(last[0])

    def page(self, rows: Sequence[T], asked: Any) -> tuple[Sequence[T], str]:
        """Give the page of rows that is asked for, and the cursor of the next one; a cursor holds while the rows are the same."""
        start = self.start(asked)
        end = start + asked.limit
        return rows[start:end], cursor(self._listing(asked), end) if end < len(rows) else ""

    def _listing(self, asked: Any) -> str:
        state = state_of(self.standing)
        return f"{self.request.path} {state} {self.sees_names} {asked.model_dump(exclude={'cursor', 'limit', 'format'})}"


@dataclass(frozen=True)
class Given(Generic[T]):
    """An answer that is to be written as a page: the whole, and what is kept of it as was asked for."""

    about: About
    found: T
    kept: T


@dataclass(frozen=True)
class Listed(Generic[T]):
    """An answer of the advice that is sent as a page of rows or as a file: `file` is in the name of that, `records` are its rows."""

    question: Hashable
    work_out: Callable[[Advice], T]
    file: str
    columns: Columns
    records: Callable[[T], Sequence[Record]]

    def of(
        self,
        request: AttainRequest,
        partner_id: str,
        asked: Any,
        response: HttpResponse,
        narrowed: Callable[[T], T] = lambda found: found,
        designation: str = "",
    ) -> Given[T] | HttpResponseBase | Status[Working]:
        """Give the answer, narrowed to what is asked for; or what is sent instead: a file, nothing new, or word that it is worked out.

        What cannot be asked for, such as an unknown `designation`, is refused before anything is worked out.
        """
        about = About.of(request, partner_id)
        kind = wanted(request, asked.format)
        if designation:
            about.designation(designation)
        if isinstance(asked, Paged):
            about.start(asked)
        if (same := about.same()) is not None:
            return same
        found = about.answer(self.question, self.work_out)
        if found is None:
            return working(response)
        kept = narrowed(found)
        if kind is not Format.json:
            return about.file(kind, self.file, self.columns, self.records(kept))
        about.tagged(response)
        return Given(about, found, kept)

"""What every page of Plan begins with: the advice for a partner, asked beside the request, and the page that waits for it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Paginator
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event
from attain.people.roles import Access
from attain.published.advised import advised
from attain.published.dates import MINUS
from attain.published.record_files import FILES
from attain.published.standing import Standing, standing_of
from attain.web.dates import dated
from attain.web.membership.compare import signed
from attain.web.pages import Crumb, nothing_published, page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

    from django.core.paginator import Page
    from django.http import HttpResponse

    from attain.advise.advice import Advice
    from attain.advise.columns import Columns, Record
    from attain.people.access import AttainRequest

T = TypeVar("T")
AREA = Crumb("Plan")
ON_A_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """A request about a partner as it is published."""

    request: AttainRequest
    standing: Standing
    title: str

    @property
    def sees_names(self) -> bool:
        """Say whether people are shown by name."""
        return self.request.granted.sees_names

    @property
    def may_plan(self) -> bool:
        """Say whether claims may be recorded and scenarios saved."""
        return self.request.granted.may(Access.PLAN)

    @property
    def designations(self) -> list[tuple[str, str]]:
        """List the designations by id and name, as choices."""
        return [(one.id, one.name) for one in self.standing.overview.designations]

    @property
    def designation(self) -> str:
        """Give the designation that the URL asks for, else the first."""
        offered = [name for name, _ in self.designations]
        asked_for = self.request.GET.get("designation", "")
        return asked_for if asked_for in offered else offered[0]

    def name_of(self, designation: str) -> str:
        """Call a designation."""
        return self.standing.overview.designations[0].book.designations[designation].name

    def metric_name(self, designation: str, metric: str) -> str:
        """Call a metric of a designation."""
        metrics = self.standing.overview.designations[0].book.designations[designation].metrics
        return next((one.name for one in metrics if one.id == metric), metric)

    def part_name(self, designation: str, metric: str, part: str) -> str:
        """Call a pool or option of a metric of a designation."""
        metrics = self.standing.overview.designations[0].book.designations[designation].metrics
        return next((pool.name for one in metrics if one.id == metric for pool in one.pools if pool.id == part), part)

    def shown(self, points: Any) -> str:
        """Write a total or points as they are shown on the day."""
        return self.standing.overview.designations[0].rules.shown(points)

    def gain(self, points: Fraction) -> str:
        """Write points gained or lost with their sign, with the decimals that are shown on the day; what is too little for them in full."""
        if not points:
            return "0"
        text = self.shown(abs(points))
        whole = text.rstrip("0").rstrip(".") if "." in text else text
        return signed(points) if not whole.strip("0.") else f"{'+' if points > 0 else MINUS}{whole}"

    def moved(self, points: Fraction) -> str:
        """Write points gained or lost in a column: as `gain`, but with all decimals, so that they stand below each other."""
        text = self.shown(abs(points))
        if not points or not text.strip("0."):
            return self.gain(points)
        return f"{'+' if points > 0 else MINUS}{text}"

    def answer(self, question: Hashable, work_out: Callable[[Advice], T], *, designation: str = "") -> T | None:
        """Give an answer of the advice, named by `question` within the partner; None while it is being worked out.

        With a `designation` the advice is about that one alone.
        """
        return advised(self.standing, question, work_out, sees_names=self.sees_names, designation=designation)

    def page(self, template: str, context: Mapping[str, Any], *crumbs: Crumb) -> HttpResponse:
        """Show a page of Plan."""
        shared = {"note": dated(self.standing.note), "partner_id": self.standing.partner_id, "may_plan": self.may_plan}
        shared["masked"] = not self.sees_names
        return page(self.request, template, self.title, shared | dict(context), crumbs=[AREA, *(crumbs or (Crumb(self.title),))])

    def wait(self, *crumbs: Crumb) -> HttpResponse:
        """Say that the answer is being worked out; the page asks again by itself, or by its link without JavaScript."""
        return self.page("web/plan/waiting.html", {"again": self.request.get_full_path()}, *crumbs)

    def file(self, name: str, kind: str, columns: Columns, records: Sequence[Record]) -> HttpResponseBase:
        """Send rows as a file, and keep that in the audit log. AttainError for a kind of file that there is not."""
        if kind not in FILES:
            raise AttainError("unknown-format", f"rows are not sent as {kind!r}", hint=did_you_mean(kind, FILES))
        content_type, pieces = FILES[kind]
        grant = self.request.granted.grant
        full = f"{name}-{self.standing.partner_id}-{self.standing.overview.partner.day}.{kind}"
        record(
            Event.EXPORTED,
            self.request,
            organization=grant.organization if grant else None,
            partner_id=self.standing.partner_id,
            detail=f"{full}, {len(records)} rows",
        )
        safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "-" for letter in full)
        headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
        return StreamingHttpResponse(pieces(columns, records), content_type=content_type, headers=headers)


def asked(request: AttainRequest, partner_id: str, title: str) -> Asked | None:
    """Begin a page of Plan; None where nothing is published of the partner."""
    standing = standing_of(partner_id)
    return None if standing is None else Asked(request, standing, title)


def nothing_yet(request: AttainRequest, title: str) -> HttpResponse:
    """Show that nothing is published of the partner."""
    return nothing_published(request, title, AREA)


def paged(request: AttainRequest, rows: Sequence[T]) -> Page[T]:
    """Give the page of rows that the URL asks for."""
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))


def downloads(request: AttainRequest, partner_id: str, name: str) -> list[tuple[str, str]]:
    """Name the files of a page's rows, with the filters of its URL."""
    kept = request.GET.copy()
    for key in ("page", "sort"):
        kept.pop(key, None)
    query = f"?{kept.urlencode()}" if kept else ""
    return [(kind.upper(), reverse("plan:download", args=[partner_id, name, kind]) + query) for kind in FILES]

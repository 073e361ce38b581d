"""Recording purchases and reported numbers, checked against the rulebook and the calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from attain.errors import AttainError, did_you_mean
from attain.people.audit import record
from attain.people.models import Event
from attain.recorded.models import Purchase, ReportedNumber
from attain.rulebook.load import load_book
from attain.sources.cells import CellError
from attain.sources.reported_scores import CardWords

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from django.http import HttpRequest

    from attain.people.access import AttainRequest, Granted
    from attain.people.models import Organization
    from attain.rulebook.load import Book

Given = TypeVar("Given")


@dataclass(frozen=True)
class Recorder:
    """Records for one partner in the name of who was let through, and in the audit log of the organization that lets it.

    `today` is the last day that may be named as past. There is no request where a command does it.
    """

    book: Book
    partner_id: str
    granted: Granted
    today: dt.date
    request: HttpRequest | None = None

    @property
    def actor(self) -> str:
        """Name who records, as what is recorded keeps it."""
        return self.granted.principal.actor

    @property
    def organization(self) -> Organization:
        """Give the organization whose grant lets it."""
        grant = self.granted.grant
        assert grant is not None, "an access to a partner comes with a grant"
        return grant.organization

    def note(self, event: Event, detail: str) -> None:
        """Keep in the audit log what was done."""
        who = self.granted.principal
        record(
            event,
            self.request,
            organization=self.organization,
            partner_id=self.partner_id,
            detail=detail,
            user=who.user,
            actor=who.actor,
        )

    def purchase(
        self,
        designation: str,
        enrolled_on: dt.date,
        *,
        paid_on: dt.date | None = None,
        anniversary: dt.date | None = None,
        track: str = "",
        amount: Decimal | None = None,
        currency: str = "",
        reference: str = "",
    ) -> Purchase:
        """Record a purchase.

        Raises AttainError for what the rulebook does not have, `day-to-come`, `bad-anniversary`, `no-currency` and `purchase-recorded`.
        """
        name = self.book.designation(designation).id
        tracks = sorted({track for entry in self.book.designations[name].tracks if entry.value for track in entry.value.names})
        if track and track not in tracks:
            raise AttainError("unknown-track", f"{name} has no track {track!r}", "track", did_you_mean(track, tracks))
        self._past("enrolled_on", enrolled_on)
        if paid_on is not None:
            self._past("paid_on", paid_on)
        if anniversary is not None and anniversary <= enrolled_on:
            raise AttainError(
                "bad-anniversary", f"{anniversary} is not after {enrolled_on}", "anniversary", "leave it out to have it counted"
            )
        if amount is not None and not currency:
            raise AttainError("no-currency", "an amount has a currency", "currency", "name it by three letters, such as USD")
        found = Purchase(
            partner_id=self.partner_id,
            designation=name,
            enrolled_on=enrolled_on,
            paid_on=paid_on,
            anniversary=anniversary,
            track=track,
            amount=amount,
            currency=currency.upper(),
            reference=reference,
            recorded_by=self.actor,
        )
        try:
            with transaction.atomic():
                found.save()
                self.note(Event.ENROLLED, f"{self.book.designations[name].name} on {enrolled_on}{f', {reference}' if reference else ''}")
        except IntegrityError as error:
            message = f"a purchase of {name} is recorded for {enrolled_on}"
            raise AttainError("purchase-recorded", message, "enrolled_on", "withdraw it first") from error
        return found

    def withdraw(self, number: int) -> Purchase:
        """Take back a purchase that was recorded by mistake; raises AttainError `no-such-purchase`."""
        found = Purchase.objects.filter(pk=number, partner_id=self.partner_id, withdrawn_at=None).first()
        if found is None:
            raise AttainError("no-such-purchase", f"there is no purchase {number} of this partner that counts", "purchase")
        found.withdrawn_at, found.withdrawn_by = timezone.now(), self.actor
        with transaction.atomic():
            found.save(update_fields=["withdrawn_at", "withdrawn_by"])
            self.note(Event.ENROLLED, f"withdrawn: {found}")
        return found

    def reported(self, as_of: dt.date, designation: str, points: Decimal, *, track: str = "", metric: str = "") -> ReportedNumber:
        """Record a number that Microsoft's page showed; the latest typed one of a day holds.

        Raises AttainError `day-to-come` and, with the nearest name, `unclear-answer`.
        """
        self._past("as_of", as_of)
        words = CardWords(self.book)
        name = _known("designation", designation, words.designation)
        track = _known("track", track, lambda text: words.track(name, as_of, text))
        metric = _known("metric", metric, lambda text: words.metric(name, as_of, text))
        values = {"points": _known("points", points, lambda given: words.points(as_of, given)), "recorded_by": self.actor}
        with transaction.atomic():
            found, _ = ReportedNumber.objects.update_or_create(
                partner_id=self.partner_id, as_of=as_of, designation=name, track=track, metric=metric, defaults=values
            )
            self.note(Event.IMPORTED, f"Microsoft's number for {found.designation}, {found.metric}, on {found.as_of}: {found.points}")
        return found

    def _past(self, where: str, day: dt.date) -> None:
        if day > self.today:
            raise AttainError("day-to-come", f"{day} has not come yet", where, f"name a day up to {self.today}")


def _known(where: str, given: Given, known: Callable[[Given], Given]) -> Given:
    try:
        return known(given)
    except CellError as error:
        raise AttainError("unclear-answer", f"{given}: {error}", where) from error


def recorder_of(request: AttainRequest, partner_id: str, today: dt.date) -> Recorder:
    """Record in the name of who asks for a page, or calls an endpoint."""
    return Recorder(load_book(), partner_id, request.granted, today, request)

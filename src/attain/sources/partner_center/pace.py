"""How long to wait: between tries, between looks at long work, and in all."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and counts of waiting. The defaults suit Microsoft's services; tests wait less.

    `limit` bounds a pull as a whole; `first_wait` doubles with every try up to `longest_wait`; looks at long work start at `first_look` and
    double up to `longest_look`. `farewell` bounds the removal of what was made for a pull, whatever happened before.
    """

    limit: float = 3 * HOUR
    farewell: float = 60
    tries: int = 6
    first_wait: float = 1
    longest_wait: float = 60
    first_look: float = 10
    longest_look: float = 60
    slow_down: float = 5
    connect: float = 15
    read: float = 120

    def before_try(self, tries: int) -> float:
        """Give the wait after `tries` failures: doubled each time, at random between half and all of it, so that many clients part."""
        return min(self.longest_wait, self.first_wait * 2 ** (tries - 1)) * random.uniform(0.5, 1)

    def before_look(self, looks: int) -> float:
        """Give the wait before the next look at long work after `looks` looks."""
        return min(self.longest_look, self.first_look * 2 ** (looks - 1))


@dataclass(slots=True)
class Deadline:
    """The end of the time that a pull may take."""

    seconds: float
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def check(self, what: str) -> None:
        """Stop where the time is over; raises AttainError `pull-too-long`."""
        if time.monotonic() >= self._end:
            raise self._over(what)

    def pause(self, seconds: float, what: str) -> None:
        """Sleep, or stop at once where the time would be over before one wakes; raises AttainError `pull-too-long`."""
        if time.monotonic() + seconds >= self._end:
            raise self._over(what)
        time.sleep(seconds)

    def _over(self, what: str) -> AttainError:
        message = f"not done within the time limit of {_words(self.seconds)}; nothing is changed"
        return AttainError("pull-too-long", message, what, "try again later, or give --time-limit more minutes")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After` as seconds from now, None where it is absent or unreadable.

    A date is compared with the answer's own `Date`, so that a wrong clock here does no harm.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    when = _date(text)
    if when is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (when - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _words(seconds: float) -> str:
    return f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{round(seconds)} seconds"

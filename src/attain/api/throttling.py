"""How many calls a token or person may make in a minute."""

from __future__ import annotations

import math
import time
from threading import Lock

from django.conf import settings
from ninja.errors import Throttled

WINDOW = 60
"""Seconds in which calls are counted."""
MANY = 10_000
"""Callers counted at once; with more the count begins anew, which lets through rather than refuses."""


class Calls:
    """Counts the calls of each caller, minute by minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[str, int] = {}
        self._minute = -1

    def count(self, caller: str, most: int, now: float) -> None:
        """Count a call; raises Throttled, with the seconds until the next minute, where the caller made `most` in this one."""
        minute = int(now // WINDOW)
        with self._lock:
            if minute != self._minute or len(self._counted) >= MANY:
                self._minute = minute
                self._counted.clear()
            count = self._counted[caller] = self._counted.get(caller, 0) + 1
        if count > most:
            raise Throttled(wait=math.ceil((minute + 1) * WINDOW - now))


_calls = Calls()


def count_call(caller: str) -> None:
    """Count a call in this process, refused ones too; raises Throttled where it is one too many.

    Of several server processes each allows as many.
    """
    _calls.count(caller, settings.CALLS_A_MINUTE, time.monotonic())

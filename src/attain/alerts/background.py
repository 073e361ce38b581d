"""Sending what is due beside the server, now and then: retries and digests need no other program."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connections

from attain.alerts.delivering import deliver_due

LOOK_EVERY_SECONDS = 30
_log = logging.getLogger(__name__)
_started = threading.Event()


def start() -> None:
    """Begin to send what is due, unless this process does already; it ends with the process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_work, name="alerts", daemon=True).start()


def _work() -> None:
    pause = threading.Event()
    while not pause.wait(LOOK_EVERY_SECONDS):
        try:
            deliver_due()
        except DatabaseError as error:
            # The next time may do: the database was busy, or away.
            _log.warning("alerts not delivered: %s", error)
        except Exception:
            _log.exception("alerts not delivered")
        finally:
            connections.close_all()

"""What the server logs: one line an event, as JSON or as text, and nothing that names a person.

No address of a page is logged (it may hold a secret of an invitation) and no message of an exception that could quote a cell or a row:
of a fault the log has the kind, the places in the code, and the words of the system where they speak of the disk or the connection alone.
`docs/operate.md` lists the fields.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import structlog
from django.db import OperationalError

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")
_CODE = ("site-packages", "src")
_FRAMES = 12
_SERVER_FAULT = 500


class WithoutAddress(logging.Filter):
    """Takes the address of the page out of what Django says of an answer, and drops what the line of the request says already."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep a failed answer as an event without its address; drop one that was refused, or that its view has logged."""
        if record.exc_info is None or getattr(record, "status_code", _SERVER_FAULT) < _SERVER_FAULT:
            return False
        record.msg, record.args = "answer failed", ()
        record.__dict__.pop("request", None)
        return True


def settings_of(form: str, level: str) -> dict[str, Any]:
    """Give the settings of logging as Django takes them: `form` is json or text, `level` that of Attain's own events."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        without_quotes,
    ]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    quiet = {"handlers": ["console"], "level": "WARNING", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_address": {"()": WithoutAddress}},
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": quiet,
            "django.request": {**quiet, "filters": ["without_address"]},
            "django.security.csrf": {**quiet, "filters": ["without_address"]},
            "attain": {"handlers": ["console"], "level": level.upper(), "propagate": False},
            "_granian": {"handlers": ["console"], "propagate": False},
        },
    }


def configure(settings: Mapping[str, Any]) -> None:
    """Set up logging and structlog; Django calls it with what `settings_of` gave."""
    logging.config.dictConfig(dict(settings))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            without_quotes,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def without_quotes(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the kind of an exception and its places in the code in the place of its text."""
    found: Any = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    fault: object = cast("tuple[object, object]", found)[1] if isinstance(found, tuple) else found
    if isinstance(fault, BaseException):
        event["fault"] = _words(fault)
        event["places"] = _places(fault)
    return event


def _words(fault: BaseException) -> str:
    """Say what kind of fault it is, and what the system said where that quotes no data."""
    kind = type(fault).__name__
    if isinstance(fault, AttainError):
        said = fault.code
    elif isinstance(fault, OSError):
        said = fault.strerror or ""
    elif isinstance(fault, OperationalError):
        said = str(fault)
    else:
        said = ""
    cause = fault.__cause__ or fault.__context__
    return (f"{kind}: {said}" if said else kind) + (f" after {_words(cause)}" if cause is not None and cause is not fault else "")


def _places(fault: BaseException) -> list[str]:
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(fault.__traceback__)[-_FRAMES:]]


def _short(path: str) -> str:
    """Leave out of a file's name the folder that this installation happens to be in."""
    parts = Path(path).parts
    for part in _CODE:
        if part in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(part) :])
    return Path(path).name

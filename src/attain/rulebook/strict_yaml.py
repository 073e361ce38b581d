"""Strict YAML: the part of the language that can be read in one way only, with the line of every value.

YAML guesses: `no` becomes false, `0.1` a binary float, `2022-10` text or a date, a second key of the same name replaces the first.
Each guess is a fault here, named with its line. PyYAML's C parser gives the events; what a value means is decided in this module.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Place = tuple["str | int", ...]
"""Where a value stands: the keys and list positions that lead to it."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 50
"""Lists and mappings that may stand in each other: several times what a rulebook needs."""
LONGEST_NUMBER = 40
"""Letters of a whole number: more than any amount of a programme has."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(_[0-9]{3})+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_LIKE = re.compile(r"[0-9]{1,4}-[0-9]{1,2}(-[0-9]{1,2})?([Tt ].*)?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}|[0-9]+(:[0-9]+)+")
_NUMBER_LIKE = re.compile(r"[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(e[-+]?[0-9]+)?|0[xob][0-9a-f_]+|[-+]?\.(inf|nan)", re.IGNORECASE)
_TRUE_FALSE_LIKE = frozenset({"true", "false", "yes", "no", "on", "off"})


@dataclass(frozen=True)
class Document:
    """One file read: `data` is plain Python (dict, list, str, int, bool, date), `name` is how messages call the file."""

    name: str
    data: Any
    lines: dict[Place, int] = field(repr=False)
    key_lines: dict[Place, int] = field(repr=False)

    def line(self, path: Place = ()) -> int:
        """Find the line of the value at `path`, or of the nearest thing around it that the file holds."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.key_lines.get(path, self.lines.get(path, 1))

    def where(self, path: Place = ()) -> str:
        """Name the place of `path` as `file:line`."""
        return f"{self.name}:{self.line(path)}"

    def get(self, path: Place) -> Any:
        """Give the value at `path`; None where the file holds nothing there."""
        value = self.data
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def text(self, path: Place) -> str | None:
        """Give the value at `path` where it is text; None where it is something else or missing."""
        value = self.get(path)
        return value if isinstance(value, str) else None


def read(path: Path, name: str | None = None) -> Document:
    """Read one strict YAML file; `name` is how messages call it (the path itself unless given).

    Raises AttainError `yaml-unreadable`, `yaml-encoding`, `yaml-tab`, `yaml-syntax`, `yaml-empty`, `yaml-documents`, `yaml-duplicate-key`,
    `yaml-key`, `yaml-anchor`, `yaml-tag`, `yaml-boolean`, `yaml-number`, `yaml-date`, `yaml-depth` or `yaml-missing-value`, each with file
    and line.
    """
    name = str(path) if name is None else name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise AttainError(
            "yaml-unreadable", f"cannot be read: {error.strerror or error}", name, "check the name and the permissions"
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise AttainError(
            "yaml-encoding", f"byte {raw[error.start]:#04x} is not UTF-8", f"{name}:{line}", "save the file as UTF-8"
        ) from error
    return parse(text, name)


def parse(text: str, name: str) -> Document:
    """Read strict YAML from `text`; `name` is how messages call it. Raises AttainError as `read` does."""
    tab = text.find("\t")
    if tab >= 0:
        raise AttainError("yaml-tab", "a tab character", f"{name}:{text.count(chr(10), 0, tab) + 1}", "indent with spaces")
    reader = _Reader(text, name)
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise AttainError(
            "yaml-syntax", f"not YAML: {problem}", f"{name}:{line}", "check the indentation, quotes and brackets here and just above"
        ) from error
    except yaml.YAMLError as error:
        raise AttainError("yaml-syntax", f"not YAML: {' '.join(str(error).split())}", name, "remove the character") from error


def _events(text: str) -> Iterator[Any]:
    loader: Any = _LOADER(text)
    while loader.check_event():
        yield loader.get_event()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.key_lines: dict[Place, int] = {}
        self._events = _events(text)

    def document(self) -> Document:
        next(self._events)  # the stream itself
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise AttainError("yaml-empty", "the file is empty", self.name, "write its fields, or remove it")
        data = self._value(next(self._events), ())
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._fault("yaml-documents", "a second document begins", after, "keep one document in a file: remove the line '---'")
        return Document(self.name, data, self.lines, self.key_lines)

    def _fault(self, code: str, message: str, event: Any, hint: str) -> AttainError:
        return AttainError(code, message, f"{self.name}:{event.start_mark.line + 1}", hint)

    def _value(self, event: Any, path: Place) -> Any:
        self.lines[path] = event.start_mark.line + 1
        if len(path) > DEEPEST:
            raise self._fault("yaml-depth", f"more than {DEEPEST} lists and mappings stand in each other", event, "write it flatter")
        self._refuse_disguise(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event)

    def _refuse_disguise(self, event: Any) -> None:
        if event.anchor is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise self._fault(
                "yaml-anchor", f"{mark}{event.anchor} hides a value behind a name", event, "write the value out where it holds"
            )
        if event.tag is not None:
            raise self._fault(
                "yaml-tag", f"the tag {event.tag} changes how a value is read", event, "remove it, and quote the value if it is text"
            )

    def _mapping(self, path: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            line = event.start_mark.line + 1
            inner = (*path, key)
            if key in found:
                first = self.key_lines[inner]
                raise self._fault(
                    "yaml-duplicate-key", f"the field {key!r} is given twice, first in line {first}", event, "keep one of them"
                )
            self.key_lines[inner] = line
            found[key] = self._value(next(self._events), inner)
        return found

    def _key(self, event: Any) -> str:
        self._refuse_disguise(event)
        key = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        if not isinstance(key, str):
            shown = repr(event.value) if isinstance(event, yaml.ScalarEvent) else "a list or mapping"
            raise self._fault(
                "yaml-key",
                f"{shown} is not a name for a field",
                event,
                "a field's name is text; quote it if it looks like a number or a date",
            )
        if key == "<<":
            raise self._fault("yaml-anchor", "<< merges fields from elsewhere", event, "write the fields out where they hold")
        return key

    def _sequence(self, path: Place) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any) -> str | int | bool | dt.date:
        text: str = event.value
        if event.style:  # quoted or a block of text
            return text
        if text in {"true", "false"}:
            return text == "true"
        if _INTEGER.fullmatch(text):
            if len(text) > LONGEST_NUMBER:
                raise self._fault("yaml-number", f"a number of {len(text)} digits", event, "quote it if it is text")
            return int(text)
        if _DATE.fullmatch(text):
            return self._date(text, event)
        self._refuse_guess(text, event)
        return text

    def _date(self, text: str, event: Any) -> dt.date:
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise self._fault("yaml-date", f"{text} is no day of the calendar", event, "write an existing day as YYYY-MM-DD") from error

    def _refuse_guess(self, text: str, event: Any) -> None:
        if text.lower() in {"", "~", "null"}:
            raise self._fault("yaml-missing-value", "a value is missing", event, "write the value, or leave the field out")
        if text.lower() in _TRUE_FALSE_LIKE:
            raise self._fault(
                "yaml-boolean", f"{text} may mean true, false or text", event, f"write true or false, or quote the text: '{text}'"
            )
        if _DATE_LIKE.fullmatch(text):
            raise self._fault(
                "yaml-date", f"{text} may mean a date, a time or text", event, f"write a day as YYYY-MM-DD, or quote the text: '{text}'"
            )
        if _NUMBER_LIKE.fullmatch(text):
            raise self._fault("yaml-number", f"{text} is not exact as it stands", event, f"quote it, so that no digit is lost: '{text}'")

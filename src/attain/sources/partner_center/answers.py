"""What a server answered, and its JSON read without trusting its shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from attain.errors import AttainError
from attain.sources.partner_center.endpoints import shown

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers (names in lower case), and the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object; raises AttainError `answer-unclear`."""
        try:
            held = as_object(json.loads(self.body))
        except ValueError:
            held = None
        if held is None:
            raise AttainError("answer-unclear", "the answer is no JSON object", shown(self.url), "the service may have changed")
        return held

    def message(self) -> str:
        """Give the words with which the server explains itself, as it wrote them; empty where there are none."""
        try:
            held = self.json()
        except AttainError:
            return ""
        error = get(held, "error")
        inner = get(as_object(error) or {}, "message")
        return str(get(held, "error_description") or inner or get(held, "message") or (error if isinstance(error, str) else ""))


def as_object(held: object) -> dict[str, Any] | None:
    """Give a JSON value as an object, None where it is none."""
    return cast("dict[str, Any]", held) if isinstance(held, dict) else None


def as_list(held: object) -> list[Any] | None:
    """Give a JSON value as a list, None where it is none."""
    return cast("list[Any]", held) if isinstance(held, list) else None


def get(held: Mapping[str, Any], name: str) -> Any:
    """Give a member of a JSON object whatever the case of its name: the services write it now so, now so. None where it is absent."""
    if name in held:
        return held[name]
    folded = name.casefold()
    return next((value for key, value in held.items() if key.casefold() == folded), None)


def text(held: Mapping[str, Any], name: str) -> str:
    """Give a member of a JSON object as text, empty where it is absent."""
    value = get(held, name)
    return "" if value is None else str(value)

"""The words of a rule, from the model of a designation's file: each field, and what it may say."""

from __future__ import annotations

from typing import Any, Literal, Union, get_args, get_origin

from attain.rulebook.model import Assign, BaseFloor, Metric, Names, Pool, Range, Rate, Recognized, Step, Tracks
from handbook.markdown import code

SHAPES = {
    "metric": Metric,
    "pool": Pool,
    "step": Step,
    "names": Names,
    "range": Range,
    "recognized": Recognized,
    "rate": Rate,
    "base floor": BaseFloor,
    "tracks": Tracks,
    "assign": Assign,
}
"""The shapes that a designation's rules are made of, by what the documents call them."""


def operators() -> dict[str, tuple[str, ...]]:
    """Give every word that a rule may be written with, as `shape.field`, with its choices; none where it takes any value."""
    return {
        f"{shape}.{field.alias or name}": _choices(field.annotation)
        for shape, model in SHAPES.items()
        for name, field in model.model_fields.items()
    }


def _choices(annotation: Any) -> tuple[str, ...]:
    """Give the choices of a type, wherever in it they stand."""
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation) if isinstance(choice, str))
    inner = get_args(annotation) if get_origin(annotation) in {tuple, Union, dict} or get_args(annotation) else ()
    return tuple(dict.fromkeys(choice for one in inner for choice in _choices(one)))


def expected_row(name: str) -> str:
    """Give the beginning of the row that a document must have for a word."""
    shape, _, field = name.partition(".")
    return f"| {shape} | {code(field)} | {', '.join(code(choice) for choice in operators()[name])} |"

"""One lesson as its file holds it: front matter, checked, and the text below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from attain.errors import AttainError
from attain.rulebook.leaf import Strict
from attain.rulebook.model import MetricId
from attain.rulebook.strict_yaml import Document, parse
from attain.rulebook.validate import validate

MODULES = {
    1: "Introduction",
    2: "Performance",
    3: "Skilling",
    4: "Customer success",
    5: "Appendix",
    6: "What\N{RIGHT SINGLE QUOTATION MARK}s next",
}
"""The modules of every course, by number."""

_FRONT = re.compile(r"\A---\n(?P<front>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)

ForRole = Literal["global_admin", "partner_admin", "executive_report_viewer", "distributor_manager", "learner"]
"""A role that a lesson is written for, as `attain.people.roles` calls it."""


class FrontMatter(Strict):
    """What stands above a lesson's text. `designations` empty: every one; `metric`: the metrics that the lesson helps with."""

    module: Annotated[int, Field(ge=min(MODULES), le=max(MODULES))]
    number: Annotated[str, StringConstraints(pattern=r"^[1-9]\d?\.[1-9]\d?$")]
    title: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    minutes: Annotated[int, Field(ge=1, le=60)]
    designations: tuple[str, ...] = ()
    metric: tuple[MetricId, ...] = ()
    roles: tuple[ForRole, ...] = ()
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Lesson:
    """A lesson: what its front matter says, its text as written, and the file it stands in. Lines of the text are those of the file."""

    front: FrontMatter
    body: str
    path: Path
    document: Document = field(compare=False, repr=False)

    @property
    def number(self) -> str:
        """Give the number, such as `2.1`."""
        return self.front.number

    @property
    def title(self) -> str:
        """Give the title."""
        return self.front.title

    @property
    def place(self) -> tuple[int, int]:
        """Give where it stands in a course: its module and its place there."""
        module, _, within = self.number.partition(".")
        return int(module), int(within)

    def where(self, line: int = 0) -> str:
        """Name the file, and a line of it."""
        return f"{self.path.name}:{line}" if line else self.path.name

    def teaches(self, designation: str) -> bool:
        """Say whether it is part of a designation's course."""
        return not self.front.designations or designation in self.front.designations


def read_lesson(path: Path) -> Lesson:
    """Read one lesson.

    Raises AttainError `lesson-front-matter` where there is none or its number does not fit its module, and what strict YAML and its
    validation raise, by file and line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AttainError("lesson-encoding", "is not UTF-8", path.name, "save the file as UTF-8") from error
    found = _FRONT.match(text.replace("\r\n", "\n"))
    if found is None:
        hint = "begin with a line ---, then module, number, title, minutes and sources, then a line ---"
        raise AttainError("lesson-front-matter", "has no front matter", f"{path.name}:1", hint)
    # A line in place of the first `---` keeps the numbers of lines.
    document = parse(f"\n{found['front']}", path.name)
    front, faults = validate(FrontMatter, document)
    if front is None:
        raise faults[0]
    if not front.number.startswith(f"{front.module}."):
        said = f"lesson {front.number} is not of module {front.module}"
        raise AttainError("lesson-front-matter", said, document.where(("number",)), f"number it {front.module}.1 or the like")
    return Lesson(front, "\n" * (found["front"].count("\n") + 2) + found["body"], path, document)

"""Edited files of the rulebook as a body brings them: the text of each file that is different, by the file's own name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from attain.recorded.rulebooks import MOST
from attain.rulebook.edited import LARGEST

FileName = Annotated[str, StringConstraints(max_length=100)]
FileText = Annotated[str, StringConstraints(max_length=LARGEST, pattern=r"^[^\x00]*$")]
EditedFiles = Annotated[dict[FileName, FileText], Field(min_length=1, max_length=MOST, examples=[{"security.yaml": "id: security\n"}])]


def as_files(texts: dict[str, str]) -> dict[str, bytes]:
    """Give texts as the files that the rulebook reads."""
    return {name: text.encode() for name, text in texts.items()}

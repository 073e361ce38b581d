"""The short checks of a lesson: a question, what may be answered, which is right, and why.

In a lesson a check is a fenced block whose first word is `check`: the question; `- [x]` the right choice and `- [ ]` a wrong one, a line
each, or `- [=] 13.33` for a number; then `> why`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from attain.errors import AttainError

_CHOICE = re.compile(r"- \[(?P<mark>[ x=])\] +(?P<text>.+)")
_LONGEST = 40


@dataclass(frozen=True)
class Check:
    """A check as rendered: choices are HTML, `right` is the place of the right one; a check by number has none, `answer` is the number."""

    number: int
    question: str
    choices: tuple[str, ...]
    right: int
    answer: str
    why: str

    @property
    def by_number(self) -> bool:
        """Say whether a number is asked for."""
        return not self.choices

    @property
    def solution(self) -> str:
        """Give the right answer, as HTML."""
        return self.answer if self.by_number else self.choices[self.right]

    def judge(self, given: str) -> bool:
        """Say whether an answer is right: the place of a choice, or a number. Raises AttainError `no-answer` for anything else."""
        text = given.strip().replace(",", "").replace("\N{MINUS SIGN}", "-")
        if self.by_number:
            try:
                number = Decimal(text) if len(text) <= _LONGEST else None
            except InvalidOperation:
                number = None
            if number is None or not number.is_finite():
                raise AttainError("no-answer", "that is not a number", hint="write a number such as 6 or 13.33")
            return number == Decimal(self.answer.replace(",", ""))
        if text not in {str(place) for place in range(len(self.choices))}:
            raise AttainError("no-answer", "no answer was chosen", hint="choose one of the answers")
        return int(text) == self.right


@dataclass(frozen=True)
class Block:
    """A check as written: the Markdown of its parts."""

    question: str
    choices: tuple[tuple[bool, str], ...]
    answer: str
    why: str


def read_block(text: str, where: str) -> Block:
    """Read the text of a check. Raises AttainError `lesson-check`: what is missing or said twice."""
    question, why, choices, answers = list[str](), list[str](), list[tuple[bool, str]](), list[str]()
    for line in text.strip().splitlines():
        found = _CHOICE.fullmatch(line.strip())
        if found is not None and found["mark"] == "=":
            answers.append(found["text"].strip())
        elif found is not None:
            choices.append((found["mark"] == "x", found["text"].strip()))
        elif line.startswith(">"):
            why.append(line[1:].strip())
        elif choices or answers:
            raise _fault(f"{line.strip()[:60]!r} is neither a choice nor the reason", where)
        else:
            question.append(line.strip())
    if not question or not why:
        raise _fault("lacks its question, or the reason that begins with >", where)
    if bool(choices) == bool(answers) or len(answers) > 1:
        raise _fault("needs choices or one number as its answer", where)
    if choices and (len(choices) < 2 or sum(right for right, _ in choices) != 1):
        raise _fault("needs at least two choices, one of them right", where)
    if len({said for _, said in choices}) < len(choices):
        raise _fault("has the same choice twice", where)
    if answers:
        _number(answers[0], where)
    return Block(" ".join(question), tuple(choices), answers[0] if answers else "", " ".join(why))


def _number(text: str, where: str) -> None:
    try:
        Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _fault(f"its answer {text!r} is not a number", where) from None


def _fault(what: str, where: str) -> AttainError:
    return AttainError("lesson-check", f"a check {what}", where, "docs/playbook.md shows one")

"""What is an answer to a check, and which is right."""

from __future__ import annotations

import pytest

from attain.errors import AttainError
from attain.playbook.checks import Check

NUMBER = Check(1, "How many?", (), 0, "1,013.33", "So.")
CHOICE = Check(2, "Which?", ("A", "B"), 1, "", "So.")


@pytest.mark.parametrize(("given", "right"), [("1013.33", True), (" 1,013.330 ", True), ("1013.34", False), ("-1013.33", False)])
def test_a_number_is_right_however_it_is_written(given: str, right: bool) -> None:
    assert NUMBER.judge(given) is right


@pytest.mark.parametrize("given", ["", "many", "NaN", "Infinity", "1" * 41])
def test_what_is_no_number_is_no_answer(given: str) -> None:
    with pytest.raises(AttainError, match="is not a number"):
        NUMBER.judge(given)


def test_a_choice_is_right_or_wrong_and_another_is_no_answer() -> None:
    assert CHOICE.judge("1")
    assert not CHOICE.judge("0")
    for given in ("", "2", "B"):
        with pytest.raises(AttainError, match="no answer was chosen"):
            CHOICE.judge(given)
    assert (NUMBER.solution, CHOICE.solution) == ("1,013.33", "B")

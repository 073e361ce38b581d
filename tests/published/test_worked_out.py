"""Answers worked out beside a request: asked for once, kept, and asked for anew where they failed."""

from __future__ import annotations

import threading

import pytest

from attain.errors import AttainError
from attain.published.worked_out import LARGE_KEPT, _forget, worked_out

LONG = 30.0


def test_an_answer_is_worked_out_once_while_requests_go_on() -> None:
    go, calls = threading.Event(), list[int]()

    def slow() -> str:
        calls.append(1)
        go.wait(LONG)
        return "done"

    question = ("slow", id(go))
    assert worked_out(question, slow, patience=0) is None
    assert worked_out(question, slow, patience=0) is None
    go.set()
    assert worked_out(question, slow, patience=LONG) == "done"
    assert worked_out(question, slow, patience=0) == "done"
    assert calls == [1]


def test_a_failure_is_raised_where_it_is_asked_for_and_the_next_question_tries_again() -> None:
    calls = list[int]()

    def fails() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise AttainError("unknown-tenant", "there is no such customer")
        return "found"

    question = ("fails", id(calls))
    with pytest.raises(AttainError, match="no such customer"):
        worked_out(question, fails, patience=LONG)
    assert worked_out(question, fails, patience=LONG) == "found"


@pytest.mark.parametrize("forgotten", [False, True])
def test_of_large_answers_the_last_ones_are_kept_and_of_others_more(forgotten: bool) -> None:
    calls = list[int]()

    def asked(number: int, *, large: bool) -> int | None:
        def found() -> int:
            calls.append(number)
            return number

        return worked_out(("large", id(calls), large, number), found, patience=LONG, large=large)

    if forgotten:
        # As when a person is erased: what was forgotten takes no place of what is asked for after.
        assert asked(100, large=True) == 100
        _forget()
    assert asked(0, large=False) == 0
    for number in range(1, LARGE_KEPT + 2):
        assert asked(number, large=True) == number
    calls.clear()
    assert asked(0, large=False) == 0
    for number in range(2, LARGE_KEPT + 2):
        assert asked(number, large=True) == number
    assert calls == []
    assert asked(1, large=True) == 1
    assert calls == [1]

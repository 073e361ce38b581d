"""What is kept: the answers asked for last, none of former facts, each found once however many threads ask."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from attain.facts.kept import STATES, Kept

LONG = 30.0


def test_an_answer_is_found_once_and_those_asked_for_longest_ago_make_place() -> None:
    kept, found = Kept[int](3), list[int]()

    def asked(number: int) -> int:
        return kept.answer(number, lambda: found.append(number) or number)

    for number in (1, 2, 3, 1, 4):
        assert asked(number) == number
    assert found == [1, 2, 3, 4]
    assert [kept.get(number) for number in (1, 2, 3, 4)] == [1, None, 3, 4], "1 was asked for again before 4 came"
    assert len(kept) == 3


@pytest.mark.parametrize(("weight", "left"), [(5, 4), (6, 3), (7, 3), (8, 2), (10, 1)])
def test_what_is_heavy_makes_more_place(weight: int, left: int) -> None:
    kept = Kept[int](10, weigh=int)
    for place, number in enumerate((2, 1, 2, weight)):
        kept.answer(place, lambda number=number: number)
    assert [kept.get(place) for place in range(4)] == [None] * (4 - left) + [2, 1, 2, weight][4 - left :]


def test_what_is_heavier_than_all_may_be_is_given_and_not_kept() -> None:
    kept = Kept[int](10, weigh=int)
    assert kept.answer("heavy", lambda: 11) == 11
    assert kept.get("heavy") is None
    assert len(kept) == 0


def test_of_each_subject_the_answers_of_the_last_states_are_kept() -> None:
    kept = Kept[str](100)
    kept.answer("other", lambda: "other", about="b", state=1)
    for state in range(1, STATES + 2):
        for question in "xy":
            kept.answer(question, lambda state=state: f"of {state}", about="a", state=state)
    assert kept.get("x", about="a", state=1) is None
    assert kept.get("y", about="a", state=1) is None
    assert [kept.get("x", about="a", state=state) for state in range(2, STATES + 2)] == [f"of {state}" for state in range(2, STATES + 2)]
    assert kept.get("other", about="b", state=1) == "other", "another subject has states of its own"
    assert len(kept) == 2 * STATES + 1


def test_a_state_that_is_still_asked_for_is_no_former_one() -> None:
    kept = Kept[int](100)
    for state in range(1, STATES + 1):
        kept.answer("x", lambda state=state: state, state=state)
    kept.get("x", state=1)
    kept.answer("x", lambda: 9, state=9)
    assert kept.get("x", state=1) == 1
    assert kept.get("x", state=2) is None


def test_nothing_is_kept_of_what_failed_nor_of_what_was_begun_before_all_was_forgotten() -> None:
    kept = Kept[str](10)

    def fails() -> str:
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        kept.answer("x", fails)
    assert kept.answer("x", lambda: "yes") == "yes"

    def forgets() -> str:
        kept.forget()
        return "Ada"

    assert kept.answer("name", forgets) == "Ada"
    assert kept.get("name") is None
    assert len(kept) == 0
    assert kept.answer("name", lambda: "nobody") == "nobody"


def test_an_answer_that_stays_makes_no_place() -> None:
    under_way = {1, 2}
    kept = Kept[int](2, stays=under_way.__contains__)
    for number in (1, 2, 3):
        kept.answer(number, lambda number=number: number, state=number)
    assert [kept.get(number, state=number) for number in (1, 2)] == [1, 2]
    under_way.clear()
    kept.answer(4, lambda: 4, state=4)
    assert kept.get(1, state=1) is None


def test_nothing_is_nothing_too() -> None:
    kept, asked = Kept[str | None](2), list[int]()
    for _ in range(2):
        assert kept.answer("x", lambda: asked.append(1)) is None
    assert asked == [1]


def test_who_asks_for_what_is_being_found_waits_for_it_and_others_do_not_wait() -> None:
    kept, go, calls = Kept[str](10), threading.Event(), list[str]()

    def slow() -> str:
        calls.append("slow")
        assert go.wait(LONG)
        return "done"

    with ThreadPoolExecutor(3) as pool:
        first, second = (pool.submit(kept.answer, "slow", slow) for _ in range(2))
        assert pool.submit(kept.answer, "quick", lambda: "quick").result(LONG) == "quick"
        assert not first.done()
        assert not second.done()
        go.set()
        assert [first.result(LONG), second.result(LONG)] == ["done", "done"]
    assert calls == ["slow"]


def test_many_threads_leave_it_within_its_bounds() -> None:
    kept = Kept[int](20, weigh=lambda found: found % 3 + 1)

    def ask(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(400):
            about, state, question = rng.randrange(3), rng.randrange(4), rng.randrange(10)
            expected = about * 100 + state * 10 + question
            assert kept.answer(question, lambda expected=expected: expected, about=about, state=state) == expected
            if rng.random() < 0.01:
                kept.forget()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(ask, seed) for seed in range(4)]:
            done.result(LONG)
    places = [(about, state, question) for about in range(3) for state in range(4) for question in range(10)]
    held = [place for place in places if kept.get(place[2], about=place[0], state=place[1]) is not None]
    assert len(held) == len(kept)
    assert sum((about * 100 + state * 10 + question) % 3 + 1 for about, state, question in held) <= 20
    assert all(len({state for subject, state, _ in held if subject == about}) <= STATES for about in range(3))

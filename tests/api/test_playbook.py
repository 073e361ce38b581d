"""Lessons and progress over the interface."""

from __future__ import annotations

from django.test import Client

from attain.people.models import TokenScope
from attain.people.roles import Role
from tests.api.calling import Caller

LESSON = "/playbook/security/2.1"


def test_a_lesson_reads_as_of_the_day_asked_for(caller: Caller) -> None:
    now, then = caller.get(LESSON).json(), caller.get(f"{LESSON}?day=2023-07-01").json()
    assert "at least 600 USD" in now["markdown"]
    assert "at least 100 USD" in then["markdown"]
    assert (now["day"], then["day"]) == ("2026-11-24", "2023-07-01")
    assert [check["number"] for check in now["checks"]] == [1, 2]
    assert caller.get("/playbook/security/2.9").status_code == 400


def test_progress_is_marked_by_who_may_write_and_shown_in_the_course(caller: Caller) -> None:
    def put(done: bool, *scopes: TokenScope) -> int:
        headers = caller.headers(Role.LEARNER, scopes)
        return Client().put(f"/api/v1{LESSON}/progress", {"done": done}, content_type="application/json", headers=headers).status_code

    assert put(True, TokenScope.READ) == 403
    assert put(True, TokenScope.READ, TokenScope.PLAN) == 200
    assert caller.get(f"{LESSON}/progress", Role.LEARNER).json()["done_at"]
    course = caller.get("/playbook/security", Role.LEARNER).json()
    assert (course["done"], course["total"]) == (1, 20)
    assert [one["number"] for one in course["lessons"] if one["state"] == "done"] == ["2.1"]
    assert caller.get("/playbook/security").json()["done"] == 0
    assert len(caller.get("/playbook").json()["courses"]) == 6
    assert put(False, TokenScope.READ, TokenScope.PLAN) == 200
    assert caller.get("/playbook/security", Role.LEARNER).json()["done"] == 0


def test_lessons_are_found_by_their_words(caller: Caller) -> None:
    title = caller.get(LESSON).json()["title"]
    found = caller.get(f"/playbook/security/search?q={title}", Role.LEARNER).json()["lessons"]
    assert found[0]["number"] == "2.1"
    assert caller.get("/playbook/security/search?q=xyzzy").json()["lessons"] == []
    assert caller.get("/playbook/security/search").status_code == 422


def test_a_check_is_answered_judged_and_kept(caller: Caller) -> None:
    first = caller.get(LESSON).json()["checks"][0]
    path = f"{LESSON}/checks/{first['number']}"
    wanted = {"answer": "nonsense"} if first["choices"] else {"answer": "-1"}
    judged = caller.post(path, wanted, Role.LEARNER)
    assert judged.status_code == 200
    assert judged.json()["right"] is False
    assert judged.json()["why"] == first["why"]
    progress = caller.get(f"{LESSON}/progress", Role.LEARNER).json()
    assert (progress["answered"], progress["answers_right"]) == (1, 0)
    assert caller.post(path, {"answer": ""}, Role.LEARNER).json()["code"] == "no-answer"
    assert caller.post(f"{LESSON}/checks/99", wanted, Role.LEARNER).json()["code"] == "unknown-check"
    assert caller.post(path, wanted, Role.LEARNER, (TokenScope.READ,)).status_code == 403

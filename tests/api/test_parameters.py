"""Parameters behind the question mark: one that an operation does not have is refused, in every operation."""

from __future__ import annotations

from tests.api.calling import Caller
from tests.people.places import OTHER


def test_one_that_is_not_known_is_refused_with_the_nearest_one(caller: Caller) -> None:
    answer = caller.get("/partners?limt=1")
    said = answer.json()
    assert (answer.status_code, said["code"], said["where"]) == (422, "not-valid", "query.limt")
    assert said["detail"] == "there is no parameter 'limt'; did you mean limit?"
    assert caller.get("/partners?limit=1").status_code == 200


def test_every_unknown_one_is_told_of(caller: Caller) -> None:
    said = caller.get("/partners?limt=1&limit=1&zzz=2").json()
    assert [fault["where"] for fault in said["faults"]] == ["query.limt", "query.zzz"]
    assert said["faults"][1]["detail"].startswith("there is no parameter 'zzz'; known: ")


def test_an_operation_without_any_says_so(caller: Caller) -> None:
    answer = caller.get("/me?limit=1")
    assert (answer.status_code, answer.json()["detail"]) == (422, "there is no parameter 'limit'; this operation has none")


def test_who_may_not_call_is_told_that_first(caller: Caller) -> None:
    assert caller.get(f"/partners/{OTHER}?zzz=1").status_code == 404
